import { sql } from "drizzle-orm";
import { command } from "../../src/cli/facts";
import { UsageError } from "../../src/cli/command";
import { encodeTheRest } from "../../src/cli/prepare-alliance";
import { EncodingError, decodeFacts } from "../../src/facts/core/encoding";
import { memberFacts } from "../../src/facts/facts.queries";
import { newId } from "../../src/kernel/ids";
import type { Alliance } from "../../src/main";
import { rebuildEncodings } from "../../src/members/rebuild-encodings";
import { updateMember } from "../../src/members/update-member";
import { encodingOf, untrueEncodings } from "../support/encodings";
import { membersStage, noon, valueOf, type MembersStage } from "../support/members-stage";

let stage: MembersStage;
let memberIds: string[];

const born = { birthDate: "1990-05-06" };
const bornOn = Date.parse("1990-05-06") / 86_400_000;

beforeAll(async () => {
  stage = await membersStage();
  const partnerId = await stage.partner();
  memberIds = [];
  for (let count = 0; count < 7; count += 1) {
    memberIds.push((await stage.member(partnerId, { profile: born })).memberId);
  }
  const closed = await stage.member(partnerId, { profile: born });
  valueOf(await updateMember(stage.work(), { memberId: closed.memberId, revision: 1, status: "CLOSED" }));
  memberIds.push(closed.memberId);
});

afterEach(async () => expect(await untrueEncodings(stage.services)).toEqual([]));

const forget = () => stage.services.database.app.execute(sql`delete from alliance.encoded_members`);

describe("rebuilding encodings", () => {
  it("changes nothing where all are true", async () => {
    expect(await rebuildEncodings(stage.work(), { atOnce: 3 })).toEqual({ members: 8, changed: 0 });
  });

  it("makes those of a database that is older than encodings, birth days too", async () => {
    await forget();
    expect(await rebuildEncodings(stage.work(), { onlyMissing: true, atOnce: 3 })).toEqual({ members: 8, changed: 8 });
    expect(await encodingOf(stage.services, memberIds[0]!)).toMatchObject({ "member.born_on": bornOn });
    expect(await rebuildEncodings(stage.work(), { onlyMissing: true })).toEqual({ members: 0, changed: 0 });
  });

  it("is done by the start of a server, whatever the database", async () => {
    await forget();
    await encodeTheRest({ services: stage.services } as Alliance);
    expect(await untrueEncodings(stage.services)).toEqual([]);
  });

  it("goes on where it was cut off", async () => {
    await forget();
    const cutOff = rebuildEncodings(stage.work(), {
      onlyMissing: true,
      atOnce: 3,
      onProgress: () => {
        throw new Error("cut off");
      },
    });
    await expect(cutOff).rejects.toThrow("cut off");
    expect(await rebuildEncodings(stage.work(), { onlyMissing: true, atOnce: 3 })).toEqual({ members: 5, changed: 5 });
  });

  it("replaces an encoding that another version wrote, which is refused until then", async () => {
    const [memberId = ""] = memberIds;
    const { app } = stage.services.database;
    await app.execute(
      sql`update alliance.encoded_members set encoding = set_byte(encoding, 0, 9) where member_id = ${memberId}`,
    );
    const [row] = await memberFacts(app, [memberId], noon);
    expect(() => decodeFacts(row!.encoding)).toThrow(EncodingError);
    expect(await rebuildEncodings(stage.work(), { memberId })).toEqual({ members: 1, changed: 1 });
  });

  it("finds no member that does not exist", async () => {
    expect(await rebuildEncodings(stage.work(), { memberId: newId() })).toEqual({ members: 0, changed: 0 });
  });
});

describe("the command facts", () => {
  it.each([
    [["clear"], '"clear" is unknown, expected rebuild'],
    [["rebuild", "--member", "one"], '--member is "one", expected a member\'s id (a UUID)'],
  ])("refuses %j before it opens a database", async (args, message) => {
    await expect(command.run(args)).rejects.toThrow(new UsageError(message));
  });
});
