import type { Actor } from "../../src/auth/core/actor";
import { newId } from "../../src/kernel/ids";
import { callers } from "../support/api";
import { ledgerStage, type LedgerStage } from "../support/ledger-stage";

/*
 * S8 undisclosed value: a program's internal value per point is visible to finance only; members see points. Everything is
 * set up, moved and asked by GraphQL.
 */

const operator = callers.staff("OPERATIONS");
const service = callers.service;

let stage: LedgerStage;
let partnerId: string;
let lin: { readonly memberId: string };
/** 1 star is worth 0.37 fen, 1 mile 8 fen. */
let stars: string;
let miles: string;

beforeAll(async () => {
  stage = await ledgerStage();
  partnerId = await stage.partner();
  lin = await stage.member(partnerId);
  [stars, miles] = [await program("stars", "37", "100"), await program("miles", "8", "1")];
  await grant(stars, "1001");
  await grant(miles, "250");
});

async function program(unit: string, minor: string, points: string): Promise<string> {
  const issuerId = stage.services.ids.forActor(operator).seal("Partner", partnerId);
  const made = await stage.mutate(
    operator,
    `mutation ($input: CreateProgramInput!) { createProgram(input: $input) { program { code } userErrors { code } } }`,
    {
      ...{ issuerId, code: `${unit}-${newId()}`, name: { en: unit }, unitName: { en: unit }, currency: "CNY" },
      ...{ timeZone: "Asia/Shanghai", earning: { points: "1", perMinor: "2000" }, expiry: { kind: "NEVER" } },
      valuePerPoint: { minor, points },
    },
  );
  expect(made.userErrors).toEqual([]);
  return made.program.code as string;
}

const byCode = `query ($code: String!) { program(code: $code) { id code unitName valuePerPoint { amount { amountMinor } points } } }`;
const programSeen = async (actor: Actor, code: string) => (await stage.ask(actor, byCode, { code })).program;

async function grant(code: string, amount: string): Promise<void> {
  const { id: programId } = await programSeen(service, code);
  const given = await stage.mutate(
    service,
    `mutation ($input: GrantPointsInput!) { grantPoints(input: $input) { amount userErrors { code } } }`,
    {
      ...{ idempotencyKey: newId(), member: { id: stage.memberGid(service, lin) }, programId, amount },
      ...{ kind: "BASE", causeKind: "CAMPAIGN" },
    },
  );
  expect(given).toEqual({ amount, userErrors: [] });
}

const wallet = `query ($id: ID!) { member(id: $id) { walletValue { amountMinor currency }
  accounts { available program { unitName valuePerPoint { amount { amountMinor } points } } } } }`;
const walletSeen = async (actor: Actor) =>
  (await stage.ask(actor, wallet, { id: stage.memberGid(actor, lin) })).member as {
    walletValue: object[] | null;
    accounts: { available: string; program: { unitName: string; valuePerPoint: object | null } }[];
  };

describe("S8 undisclosed value", () => {
  it("S8 finance sees what a point is worth, as the exact ratio it was given as", async () => {
    expect((await programSeen(callers.staff("FINANCE"), stars)).valuePerPoint).toEqual({
      ...{ amount: { amountMinor: "37" }, points: "100" },
    });
  });

  it("S8 finance and auditors see what a member's points are worth together, each program's rounded down", async () => {
    // 1,001 stars are 370.37 fen, 250 miles 2,000 fen.
    for (const role of ["FINANCE", "AUDITOR"] as const) {
      expect((await walletSeen(callers.staff(role))).walletValue).toEqual([{ amountMinor: "2370", currency: "CNY" }]);
    }
  });

  it("S8 the member sees points, and neither what one is worth nor what all are worth", async () => {
    const seen = await walletSeen(callers.member(lin.memberId));
    expect(seen.walletValue).toBeNull();
    expect(seen.accounts.map(({ available, program: { unitName } }) => `${available} ${unitName}`).sort()).toEqual([
      "1001 stars",
      "250 miles",
    ]);
    expect(seen.accounts.map(({ program: { valuePerPoint } }) => valuePerPoint)).toEqual([null, null]);
  });

  it.each(["MARKETER", "SUPPORT", "RISK"] as const)("S8 a %s of the operator sees points alone", async (role) => {
    const seen = await walletSeen(callers.staff(role));
    expect(seen.walletValue).toBeNull();
    expect(seen.accounts.map(({ program: { valuePerPoint } }) => valuePerPoint)).toEqual([null, null]);
  });

  it("S8 another partner sees that there is a program, and not what its points are worth", async () => {
    const other = callers.partner(await stage.partner(), ["members:read", "reports:read", "points:write"]);
    expect(await programSeen(other, miles)).toMatchObject({ unitName: "miles", valuePerPoint: null });
  });

  it("S8 the audit log tells risk staff that the program was made, and withholds what a point is worth", async () => {
    const log = `{ auditLog(first: 100, filter: { action: "createProgram" }) { nodes { after } } }`;
    const seen = (await stage.ask(callers.staff("RISK"), log)).auditLog.nodes as { after: string }[];
    expect(seen.length).toBeGreaterThanOrEqual(2);
    for (const { after } of seen) {
      const { valueMinor, valuePoints } = JSON.parse(after) as Record<string, unknown>;
      expect([valueMinor, valuePoints]).toEqual(["(withheld)", "(withheld)"]);
    }
  });
});
