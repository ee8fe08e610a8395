import { newId } from "../../src/kernel/ids";
import { memberStanding } from "../../src/members/members.queries";
import { membersStage, type MembersStage } from "../support/members-stage";

let stage: MembersStage;
const statements: string[] = [];

beforeAll(async () => {
  stage = await membersStage((statement) => statements.push(statement));
});

describe("where a member stands", () => {
  it("is told to each of many who ask at once of their own member, by one statement", async () => {
    const [north, south] = [await stage.partner(), await stage.partner()];
    const [one, other] = [await stage.member(north), await stage.member(south)];
    const { app } = stage.services.database;
    statements.length = 0;
    const told = await Promise.all(
      [one.memberId, newId(), other.memberId, one.memberId].map((memberId) => memberStanding(app, memberId)),
    );
    const standing = (memberId: string, partnerId: string) => ({
      ...{ memberId, status: "ACTIVE", mergedInto: null, partnerIds: [partnerId], aliasIds: [] },
    });
    const [ofOne, ofOther] = [standing(one.memberId, north), standing(other.memberId, south)];
    expect(told).toEqual([ofOne, undefined, ofOther, ofOne]);
    expect(statements).toHaveLength(1);
  });

  it("is asked anew each time", async () => {
    const { memberId } = await stage.member(await stage.partner());
    const { app } = stage.services.database;
    expect(await memberStanding(app, memberId)).toMatchObject({ status: "ACTIVE" });
    await app.$client.unsafe("update alliance.members set status = 'CLOSED' where member_id = $1", [memberId]);
    expect(await memberStanding(app, memberId)).toMatchObject({ status: "CLOSED" });
  });
});
