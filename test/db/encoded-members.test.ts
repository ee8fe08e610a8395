import { sql } from "drizzle-orm";
import { newId } from "../../src/kernel/ids";
import { minorUnits } from "../../src/kernel/money";
import { points } from "../../src/kernel/points";
import { createLinkCode } from "../../src/members/create-link-code";
import { linkIdentity } from "../../src/members/link-identity";
import { insertFirstConsents } from "../../src/members/members.bulk";
import { mergeMembers } from "../../src/members/merge-members";
import { rebuildEncodings, renewLapsedEncodings } from "../../src/members/rebuild-encodings";
import { recordConsent } from "../../src/members/record-consent";
import { unlinkIdentity } from "../../src/members/unlink-identity";
import { updateMember } from "../../src/members/update-member";
import { createProgram } from "../../src/programs/create-program";
import { defineTiers } from "../../src/programs/define-tiers";
import { insertOpeningTiers } from "../../src/programs/opening-tiers";
import { clearTags } from "../../src/tags/clear-tags";
import type { WrittenTagValue } from "../../src/tags/core/tag";
import { setTags } from "../../src/tags/set-tags";
import { setTagsInBulk } from "../../src/tags/set-tags-in-bulk";
import { insertTags } from "../../src/tags/tags.bulk";
import { callers, testApi } from "../support/api";
import { testDatabase } from "../support/database";
import { encodingOf, untrueEncodings } from "../support/encodings";
import { everyMutation, runEveryMutation } from "../support/every-mutation";
import { membersStage, noon, valueOf, type MembersStage } from "../support/members-stage";

let stage: MembersStage;
let partnerId: string;
let partnerCode: string;

beforeAll(async () => {
  stage = await membersStage();
  partnerId = await stage.partner();
  partnerCode = await codeOf(partnerId);
});

afterEach(async () => expect(await untrueEncodings(stage.services)).toEqual([]));

async function codeOf(id: string): Promise<string> {
  const [row] = await stage.services.database.app.execute<{ code: string }>(
    sql`select code from alliance.partners where partner_id = ${id}`,
  );
  return row?.code ?? "";
}

const read = (member: { memberId: string }) => encodingOf(stage.services, member.memberId);
const day = (date: string) => Date.parse(date) / 86_400_000;

async function tagged(type: "BOOLEAN" | "ENUM" | "NUMBER" | "DATE" | "SET", value: WrittenTagValue) {
  const choices = type === "ENUM" || type === "SET" ? ["gold", "jade"] : [];
  const code = await stage.tag(partnerId, { type, choices });
  const member = await stage.member(partnerId);
  valueOf(await setTags(stage.work(), { memberId: member.memberId, tags: [{ code, value, observedAt: null }] }));
  return { member, code };
}

describe("a member who has just been enrolled", () => {
  it("is encoded with status, joining day and the partner that knows it", async () => {
    expect(await read(await stage.member(partnerId))).toEqual({
      "member.status": ["ACTIVE"],
      "member.joined_on": day("2026-06-01"),
      "member.identities": [partnerCode],
    });
  });

  it("joined on the day that it was in the alliance's zone", async () => {
    const member = await stage.member(partnerId, { joinedAt: new Date("2026-05-01T16:00:00Z") });
    expect(await read(member)).toMatchObject({ "member.joined_on": day("2026-05-02") });
  });
});

describe("a tag", () => {
  it.each([
    ["BOOLEAN", { boolean: true }, ["true"]],
    ["BOOLEAN", { boolean: false }, ["false"]],
    ["ENUM", { choice: "jade" }, ["jade"]],
    ["NUMBER", { number: -12.25 }, -12.25],
    ["NUMBER", { number: 0 }, 0],
    ["DATE", { date: "1969-12-31" }, -1],
    ["SET", { set: ["jade", "gold"] }, ["gold", "jade"]],
    ["SET", { set: [] }, []],
  ] as const)("of type %s with the value %j is encoded as %j", async (type, value, expected) => {
    const { member, code } = await tagged(type, value);
    expect((await read(member))?.[code]).toEqual(expected);
  });

  it("that is cleared is not known any more", async () => {
    const { member, code } = await tagged("NUMBER", { number: 5 });
    valueOf(await clearTags(stage.work(), { memberId: member.memberId, codes: [code] }));
    expect(await read(member)).not.toHaveProperty(code);
  });

  it("that was observed before the one that is there changes nothing, not even the row", async () => {
    const { member, code } = await tagged("NUMBER", { number: 5 });
    const { app } = stage.services.database;
    const version = sql`select xmin::text as xmin from alliance.encoded_members where member_id = ${member.memberId}`;
    const [before] = await app.execute(version);
    const older = { code, value: { number: 6 }, observedAt: new Date("2020-01-01T00:00:00Z") };
    valueOf(await setTags(stage.work(), { memberId: member.memberId, tags: [older] }));
    expect((await read(member))?.[code]).toBe(5);
    expect(await app.execute(version)).toEqual([before]);
  });

  it("is encoded for each of many members who are written at once", async () => {
    const code = await stage.tag(partnerId);
    const members = [await stage.member(partnerId), await stage.member(partnerId)];
    const items = members.map(({ memberId }, place) => ({
      memberId,
      code,
      value: { number: place },
      observedAt: null,
    }));
    valueOf(await setTagsInBulk(stage.work(), items));
    expect([(await read(members[0]!))?.[code], (await read(members[1]!))?.[code]]).toEqual([0, 1]);
  });

  it("is not lost to another one that is written to the same member at the same time", async () => {
    const member = await stage.member(partnerId);
    const codes = await Promise.all(Array.from({ length: 8 }, () => stage.tag(partnerId)));
    await Promise.all(
      codes.map(async (code, place) => {
        const tag = { code, value: { number: place }, observedAt: null };
        const { memberId } = member;
        if (place % 2 === 0) return valueOf(await setTagsInBulk(stage.work(), [{ memberId, ...tag }]));
        return valueOf(await setTags(stage.work(), { memberId, tags: [tag] }));
      }),
    );
    expect(await read(member)).toMatchObject(Object.fromEntries(codes.map((code, place) => [code, place])));
  });

  it("that an import brings is encoded, and one that it does not replace stays", async () => {
    const { member, code } = await tagged("NUMBER", { number: 5 });
    const other = await stage.tag(partnerId, { type: "DATE" });
    const arriving = { memberId: member.memberId, observedAt: noon };
    await insertTags(stage.work(), [
      { ...arriving, tagCode: code, value: 7 },
      { ...arriving, tagCode: other, value: "2026-02-28" },
    ]);
    expect(await read(member)).toMatchObject({ [code]: 5, [other]: day("2026-02-28") });
  });
});

describe("a birth day", () => {
  const profile = { displayName: "Lin Yue", birthDate: "1992-02-29" };

  it("is encoded as the profile has it, and stays when something else changes", async () => {
    const member = await stage.member(partnerId, { profile });
    const { memberId } = member;
    const code = await stage.tag(partnerId);
    valueOf(await setTags(stage.work(), { memberId, tags: [{ code, value: { number: 1 }, observedAt: null }] }));
    valueOf(await updateMember(stage.work(), { memberId, revision: 1, profile: { email: "lin@example.org" } }));
    expect(await read(member)).toMatchObject({ "member.born_on": day("1992-02-29"), [code]: 1 });
  });

  it("that is corrected or taken from the profile is so in the encoding", async () => {
    const member = await stage.member(partnerId, { profile });
    const { memberId } = member;
    valueOf(await updateMember(stage.work(), { memberId, revision: 1, profile: { birthDate: "1993-03-01" } }));
    expect(await read(member)).toMatchObject({ "member.born_on": day("1993-03-01") });
    valueOf(await updateMember(stage.work(), { memberId, revision: 2, profile: { birthDate: null } }));
    expect(await read(member)).not.toHaveProperty("member.born_on");
  });

  it("is gone, from the row too, once the member is closed", async () => {
    const { memberId } = await stage.member(partnerId, { profile });
    valueOf(await updateMember(stage.work(), { memberId, revision: 1, status: "CLOSED", reason: "asked to" }));
    const [row] = await stage.services.database.app.execute(
      sql`select born_on from alliance.encoded_members where member_id = ${memberId}`,
    );
    expect(row).toEqual({ born_on: null });
    expect(await encodingOf(stage.services, memberId)).toEqual({ "member.status": ["CLOSED"] });
  });
});

describe("identities and consents", () => {
  it("follow linking and unlinking", async () => {
    const member = await stage.member(partnerId);
    const other = await stage.partner();
    const asMember = stage.work(callers.member(member.memberId));
    const { code } = valueOf(await createLinkCode(asMember, member.memberId));
    const linked = valueOf(await linkIdentity(stage.work(), { code, partnerId: other, number: newId() }));
    const both = [partnerCode, await codeOf(other)].sort();
    expect(await read(member)).toMatchObject({ "member.identities": both });
    const { identityId } = linked.identity;
    valueOf(await unlinkIdentity(stage.work(), { memberId: member.memberId, identityId, reason: null }));
    expect(await read(member)).toMatchObject({ "member.identities": [partnerCode] });
  });

  it("follow the latest answer to each purpose, of an import too", async () => {
    const member = await stage.member(partnerId);
    const { memberId } = member;
    const consent = { memberId, partnerId, wording: "v1" };
    const first = { ...consent, recordedAt: noon, granted: true };
    await insertFirstConsents(
      stage.work(),
      [
        { ...first, purpose: "MARKETING" },
        { ...first, purpose: "ANALYTICS" },
      ],
      "service:test",
    );
    const consentsOf = async () => {
      const facts = await read(member);
      return [facts?.["member.consents"], facts?.["member.consents_refused"]];
    };
    const [marketing, analytics] = [`${partnerCode}/MARKETING`, `${partnerCode}/ANALYTICS`];
    expect(await consentsOf()).toEqual([[analytics, marketing], undefined]);
    valueOf(await recordConsent(stage.work(), { ...consent, purpose: "MARKETING", granted: false }));
    expect(await consentsOf()).toEqual([[analytics], [marketing]]);
    valueOf(await recordConsent(stage.work(), { ...consent, purpose: "ANALYTICS", granted: false }));
    expect(await consentsOf()).toEqual([undefined, [analytics, marketing]]);
  });
});

describe("tiers", () => {
  let programId: string;
  let programCode: string;
  const hold = (memberId: string, tierCode: string, validUntil: Date | null = null) =>
    insertOpeningTiers(stage.work(), [
      { memberId, programId, tierCode, source: "GRANTED", reachedAt: noon, validUntil },
    ]);

  beforeAll(async () => {
    programCode = `p-${newId().slice(-12)}`;
    const name = { en: "Leaves" };
    const program = valueOf(
      await createProgram(stage.work(), {
        ...{ issuerPartnerId: partnerId, code: programCode, name, unitName: name, timeZone: "UTC", currency: "CNY" },
        ...{ earnPoints: points(1n), earnPerMinor: minorUnits(100n), earnRounding: "DOWN" },
        ...{ valueMinor: minorUnits(1n), valuePoints: points(1n) },
        expiry: { kind: "NEVER", months: null, rounding: null },
      }),
    );
    programId = program.programId;
    const tier = { basis: "SPEND", periodMonths: 12, downgrade: "NEVER" } as const;
    const ladder = ["green", "silver", "gold"].map((code, rank) => {
      return { ...tier, code, rank, name: { en: code }, threshold: BigInt(rank * 100) };
    });
    valueOf(await defineTiers(stage.work(), { programId, revision: 1, tiers: ladder }));
  });

  it("are encoded with their program, while they hold", async () => {
    const member = await stage.member(partnerId);
    await hold(member.memberId, "silver");
    expect(await read(member)).toMatchObject({ "member.tiers": [`${programCode}/silver`] });
  });

  it("that ended already are not held", async () => {
    const member = await stage.member(partnerId);
    await hold(member.memberId, "silver", new Date(noon.getTime() - 1));
    expect(await read(member)).not.toHaveProperty("member.tiers");
  });

  it("that end are taken out by the job when they have ended, and not before", async () => {
    const member = await stage.member(partnerId);
    const end = new Date("2026-06-02T00:00:00Z");
    await hold(member.memberId, "gold", end);
    expect(await renewLapsedEncodings(stage.work(callers.service, new Date(end.getTime() - 1)))).toBe(0);
    expect(await read(member)).toMatchObject({ "member.tiers": [`${programCode}/gold`] });
    expect(await renewLapsedEncodings(stage.work(callers.service, end))).toBe(1);
    expect(await read(member)).not.toHaveProperty("member.tiers");
    // Back to what holds at noon, for the check that encodings are true.
    await rebuildEncodings(stage.work(), { memberId: member.memberId });
  });

  it("of a merged member count for the one it was merged into, the better one of each program", async () => {
    const [source, target] = [await stage.member(partnerId), await stage.member(partnerId)];
    await hold(source.memberId, "gold");
    await hold(target.memberId, "silver");
    const { memberId: sourceId } = source;
    valueOf(await mergeMembers(stage.work(), { sourceId, targetId: target.memberId, reason: "one person" }));
    expect(await read(target)).toMatchObject({ "member.tiers": [`${programCode}/gold`] });
  });
});

describe("a merge", () => {
  it("leaves nothing matchable of the source, and gives the target what the source had", async () => {
    const { member: source, code } = await tagged("ENUM", { choice: "gold" });
    const other = await stage.partner();
    const target = await stage.member(other);
    const ids = { sourceId: source.memberId, targetId: target.memberId };
    valueOf(await mergeMembers(stage.work(), { ...ids, reason: "one person" }));
    expect(await read(source)).toEqual({ "member.status": ["MERGED"] });
    expect(await read(target)).toMatchObject({
      [code]: ["gold"],
      "member.identities": [partnerCode, await codeOf(other)].sort(),
    });
  });
});

describe("the encodings of a small alliance", () => {
  it("are true after each of its mutations", async () => {
    const { database } = await testDatabase({ poolSize: 8 });
    const now = new Date("2026-06-01T12:00:00Z");
    const api = testApi(database, () => now);
    const untrue: string[] = [];
    let last = "nothing";
    const check = async () => {
      const members = await untrueEncodings(api.services);
      if (members.length > 0) untrue.push(last);
    };
    const checked = new Set<string>();
    await runEveryMutation(
      {
        ...api,
        async ask(...asked) {
          const answer = await api.ask(...asked);
          await check();
          return answer as never;
        },
      },
      (name) => {
        last = name;
        checked.add(name);
      },
    );
    expect(untrue).toEqual([]);
    expect([...checked].sort()).toEqual([...everyMutation].sort());
  });

  it("would be found untrue if a writer left one out", async () => {
    const { member } = await tagged("NUMBER", { number: 5 });
    const { app } = stage.services.database;
    await app.execute(sql`update alliance.member_tags set value = '6' where member_id = ${member.memberId}`);
    expect(await untrueEncodings(stage.services)).toEqual([member.memberId]);
    await rebuildEncodings(stage.work(), { memberId: member.memberId });
  });
});
