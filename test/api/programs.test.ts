import { newId } from "../../src/kernel/ids";
import { callers, testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content here */
const operations = callers.staff("OPERATIONS");
const finance = callers.staff("FINANCE");

let api: TestApi;
let issuerId: string;
let issuerRaw: string;

const mutate = async (document: string, input: object, actor = operations): Promise<any> =>
  Object.values(await api.ask<any>(actor, document, { input }))[0];

const fields = `program { id code name unitName revision timeZone earning { points per { amountMinor currency } rounding }
  valuePerPoint { amount { amountMinor currency } points } expiry { kind months rounding }
  tiers { code rank name threshold } } userErrors { code message path }`;
const createProgramDocument = `mutation ($input: CreateProgramInput!) { createProgram(input: $input) { ${fields} } }`;
const updateProgramDocument = `mutation ($input: UpdateProgramInput!) { updateProgram(input: $input) { ${fields} } }`;
const defineTiersDocument = `mutation ($input: DefineTiersInput!) { defineTiers(input: $input) { ${fields} } }`;

beforeAll(async () => {
  api = testApi((await testDatabase()).database);
  const { partner } = await mutate(
    `mutation ($input: CreatePartnerInput!) { createPartner(input: $input) { partner { id } } }`,
    { code: "river-bank", name: { en: "River Bank" } },
  );
  issuerId = partner.id;
  issuerRaw = api.services.ids.forActor(operations).open(issuerId)?.id ?? "";
});

const newProgram = (over: object = {}) => ({
  issuerId,
  code: `p-${newId()}`,
  name: { en: "River Points", zhCN: "江河积分" },
  unitName: { en: "points", zhCN: "积分" },
  timeZone: "Asia/Shanghai",
  currency: "CNY",
  earning: { points: "1", perMinor: "2000" },
  valuePerPoint: { minor: "1", points: "1" },
  expiry: { kind: "MONTHS_AFTER_EARNING", months: 36, rounding: "QUARTER" },
  ...over,
});

const ladder = [
  { code: "base", name: { en: "Base" }, basis: "SPEND", threshold: "0", periodMonths: 12, downgrade: "ONE_STEP" },
  { code: "gold", name: { en: "Gold" }, basis: "SPEND", threshold: "2000000", periodMonths: 12, downgrade: "ONE_STEP" },
];

describe("createProgram", () => {
  it.each([
    ["an earning rate per nothing", { earning: { points: "1", perMinor: "0" } }, ["input", "earning", "perMinor"]],
    ["a negative earning rate", { earning: { points: "-1", perMinor: "1" } }, ["input", "earning", "points"]],
    ["a value of no points", { valuePerPoint: { minor: "1", points: "0" } }, ["input", "valuePerPoint", "points"]],
    ["a currency that does not exist", { currency: "XYZ" }, ["input", "currency"]],
    ["a zone that does not exist", { timeZone: "Mars/Olympus" }, ["input", "timeZone"]],
    ["an expiry without months", { expiry: { kind: "INACTIVITY" } }, ["input", "expiry", "months"]],
    ["a code with a space", { code: "my program" }, ["input", "code"]],
  ])("refuses %s", async (_what, over, path) => {
    const { program, userErrors } = await mutate(createProgramDocument, newProgram(over));
    expect({ program, userErrors }).toMatchObject({ program: null, userErrors: [{ code: "INVALID_INPUT", path }] });
  });

  it("refuses an issuer that does not exist", async () => {
    const { userErrors } = await mutate(createProgramDocument, newProgram({ issuerId: "nonsense" }));
    expect(userErrors).toMatchObject([{ code: "NOT_FOUND", path: ["input", "issuerId"] }]);
  });

  it("refuses points that are a number or too large for a balance", async () => {
    for (const points of [1.5, "1.5", "9223372036854775808", ""]) {
      const input = newProgram({ earning: { points, perMinor: "1" } });
      const { errors } = await api.execute(operations, createProgramDocument, { input });
      expect(errors?.[0]?.message).toContain("expected a whole number");
    }
  });

  it("keeps numbers that a JSON number would lose digits of", async () => {
    const { program } = await mutate(
      createProgramDocument,
      newProgram({ earning: { points: "9007199254740993", perMinor: "9223372036854775807", rounding: "HALF_EVEN" } }),
    );
    expect(program.earning).toEqual({
      points: "9007199254740993",
      per: { amountMinor: "9223372036854775807", currency: "CNY" },
      rounding: "HALF_EVEN",
    });
  });
});

describe("the value per point", () => {
  it("is shown to finance and auditors, and withheld from everyone else, its issuer included", async () => {
    const { program } = await mutate(createProgramDocument, newProgram());
    const document = `query ($id: ID!) { program(id: $id) { valuePerPoint { points } } }`;
    const seenBy = async (actor: typeof operations) =>
      (await api.ask<any>(actor, document, { id: program.id })).program.valuePerPoint;
    expect(await seenBy(finance)).toEqual({ points: "1" });
    expect(await seenBy(callers.staff("AUDITOR"))).toEqual({ points: "1" });
    for (const actor of [
      operations,
      callers.staff("MARKETER"),
      callers.member(newId()),
      callers.partner(issuerRaw, ["reports:read"]),
    ]) {
      expect(await seenBy(actor)).toBeNull();
    }
  });

  it("is not told to the person who sets it, in the mutation's answer either", async () => {
    const { program } = await mutate(createProgramDocument, newProgram());
    expect(program.valuePerPoint).toBeNull();
  });
});

describe("updateProgram", () => {
  it("refuses a change made from an older revision", async () => {
    const { program } = await mutate(createProgramDocument, newProgram());
    await mutate(updateProgramDocument, { id: program.id, revision: 1, timeZone: "Europe/Berlin" });
    const late = await mutate(updateProgramDocument, { id: program.id, revision: 1, timeZone: "Asia/Tokyo" });
    expect(late.userErrors).toMatchObject([{ code: "VERSION_CONFLICT" }]);
  });

  it("refuses any change of a closed program", async () => {
    const { program } = await mutate(createProgramDocument, newProgram());
    await mutate(updateProgramDocument, { id: program.id, revision: 1, status: "CLOSED" });
    const late = await mutate(updateProgramDocument, { id: program.id, revision: 2, status: "ACTIVE" });
    expect(late.userErrors).toMatchObject([{ code: "WRONG_STATE" }]);
  });

  it("changes what is written and keeps the rest", async () => {
    const { program } = await mutate(createProgramDocument, newProgram());
    const changed = await mutate(updateProgramDocument, {
      id: program.id,
      revision: 1,
      expiry: { kind: "NEVER" },
      name: null,
    });
    expect(changed.program).toEqual({
      ...program,
      revision: 2,
      expiry: { kind: "NEVER", months: null, rounding: null },
    });
  });

  it("refuses a partner, even the issuer", async () => {
    const { program } = await mutate(createProgramDocument, newProgram());
    const issuer = callers.partner(issuerRaw, ["merchant:write"]);
    const { userErrors } = await mutate(
      updateProgramDocument,
      { id: program.id, revision: 1, timeZone: "UTC" },
      issuer,
    );
    expect(userErrors).toMatchObject([{ code: "FORBIDDEN" }]);
  });
});

describe("defineTiers", () => {
  it("sets the ladder as a whole: what is not in it goes away", async () => {
    const { program } = await mutate(createProgramDocument, newProgram());
    const first = await mutate(defineTiersDocument, { programId: program.id, revision: 1, tiers: ladder });
    expect(first.program.tiers).toEqual([
      { code: "base", rank: 0, name: "Base", threshold: "0" },
      { code: "gold", rank: 1, name: "Gold", threshold: "2000000" },
    ]);
    const second = await mutate(defineTiersDocument, { programId: program.id, revision: 2, tiers: ladder.slice(0, 1) });
    expect(second.program.tiers).toHaveLength(1);
  });

  it("refuses more than twenty tiers, and a ladder made from an older revision", async () => {
    const { program } = await mutate(createProgramDocument, newProgram());
    const many = Array.from({ length: 21 }, (_, i) => ({ ...ladder[0], code: `t${i}`, threshold: String(i) }));
    const refused = await mutate(defineTiersDocument, { programId: program.id, revision: 1, tiers: many });
    expect(refused.userErrors).toMatchObject([{ code: "TOO_MANY" }]);
    const late = await mutate(defineTiersDocument, { programId: program.id, revision: 0, tiers: ladder });
    expect(late.userErrors).toMatchObject([{ code: "VERSION_CONFLICT" }]);
  });
});

it("lists programs by issuer and answers one by its code", async () => {
  const { program } = await mutate(createProgramDocument, newProgram());
  const document = `query ($issuer: ID, $code: String) {
    programs(first: 100, filter: { issuerId: $issuer, status: ACTIVE }) { nodes { id } } program(code: $code) { id } }`;
  const answer = await api.ask<any>(callers.member(newId()), document, { issuer: issuerId, code: program.code });
  expect(answer.programs.nodes).toContainEqual({ id: program.id });
  expect(answer.program).toEqual({ id: program.id });
});
