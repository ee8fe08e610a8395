import { testApi } from "../support/api";
import { testDatabase } from "../support/database";
import { everyMutation, runEveryMutation } from "../support/every-mutation";
import { isMemberless, MemberStatements } from "../support/member-statements";

/** Mutations that ask about all members, with the reason that makes each one fit to. */
const overAllMembers: Readonly<Record<string, string>> = {
  declareHistoryCounter: "what all members bought within the period is counted",
  defineTiers: "a tier that any member holds cannot be taken away",
  simulateRules: "a sample of all members is drawn",
  uploadAudienceList: "how many members a list holds, on whatever shards they are",
  updateTagDefinition: "a choice that any member's tag uses cannot be taken away",
};

const statements = new MemberStatements();
const ran = new Set<string>();

beforeAll(async () => {
  const { database } = await testDatabase({ poolSize: 8, onStatement: statements.hear });
  const api = testApi(database, () => new Date("2026-06-01T12:00:00Z"));
  await runEveryMutation(api, (name) => {
    statements.operation = name;
    ran.add(name);
  });
});

it("runs every mutation of the schema", () => {
  expect([...ran].sort()).toEqual([...everyMutation].sort());
});

it("hears statements of every mutation", () => {
  const heard = new Set(statements.heard.map(({ operation }) => operation));
  expect([...heard].sort()).toEqual([...everyMutation].sort());
});

describe("on member tables", () => {
  it.each([...everyMutation])("%s names the member in every statement, or is listed with a reason", (name) => {
    const loose = statements.memberless.filter(({ operation }) => operation === name).map(({ text }) => text);
    if (name in overAllMembers) expect(loose).not.toEqual([]);
    else expect(loose).toEqual([]);
  });
});

describe("the judge", () => {
  it.each([
    `select * from "alliance"."purchases" where "merchant_id" = $1`,
    `select * from alliance.purchases p join alliance.members m on m.member_id = p.member_id`,
    `update "alliance"."members" set "status" = $1`,
    `insert into "alliance"."member_tags" ("member_id", "code") select member_id, $1 from "alliance"."members"`,
    `with gone as (delete from "alliance"."member_outbox" returning *) select * from gone`,
  ])("notices %s", (text) => expect(isMemberless(text)).toBe(true));

  it.each([
    `select * from "alliance"."purchases" where "member_id" = $1`,
    `update "alliance"."members" set "status" = $1 where "members"."member_id" in ($2, $3)`,
    `insert into "alliance"."member_tags" ("member_id", "code") values ($1, $2) returning "member_id"`,
    `select * from "alliance"."merchants" where "merchant_id" = $1`,
    `select * from "alliance"."identity_lookup" where "number" = $1`,
  ])("lets pass %s", (text) => expect(isMemberless(text)).toBe(false));
});
