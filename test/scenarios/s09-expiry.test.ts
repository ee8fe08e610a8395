import { and, eq } from "drizzle-orm";
import { callers } from "../support/api";
import { ledgerStage, type LedgerStage } from "../support/ledger-stage";
import { expireInactive, expirePoints } from "../../src/earning/lapse";
import { notifyLapses } from "../../src/earning/notify-lapses";
import { events } from "../../src/events/events.tables";
import { relayEvents } from "../../src/events/relay-events";
import { newId } from "../../src/kernel/ids";
import type { ExpiryPolicy, ProgramHandling } from "../../src/programs/core/program";

/*
 * S9 expiry: 36 months, rounded to month, quarter or year end in the program's time zone; what lapses soonest is used
 * first; its owner is told before. All that people do here is GraphQL; what is not are the jobs of a night.
 */

const service = callers.service;
const handling: ProgramHandling = {
  remainderPolicy: "PER_PURCHASE",
  useOrder: "SOONEST",
  transfersAllowed: false,
  noticeDays: null,
};
const toQuarterEnd: ExpiryPolicy = { kind: "MONTHS_AFTER_EARNING", months: 36, rounding: "QUARTER" };

let stage: LedgerStage;

beforeAll(async () => {
  stage = await ledgerStage();
});

/** A member and a bank's program, and what they do on a day of their choice. */
async function lin(expiry: ExpiryPolicy, over: Partial<ProgramHandling> = {}) {
  const issuerPartnerId = await stage.partner();
  const { memberId } = await stage.member(issuerPartnerId);
  const programId = await stage.program({ issuerPartnerId, expiry, handling: { ...handling, ...over } });
  const member = { id: stage.memberGid(service, { memberId }) };
  const program = stage.services.ids.forActor(service).seal("Program", programId);
  const bank = callers.partner(issuerPartnerId, ["members:read", "points:write"]);

  const move = async (name: "grantPoints" | "spendPoints", at: string, input: object) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) {
      transfer { entries { lotNo amount } } userErrors { code } } }`;
    const asked = { member, programId: program, idempotencyKey: newId(), ...input };
    type Moved = Record<
      string,
      { transfer: { entries: { lotNo: number; amount: string }[] } | null; userErrors: { code: string }[] }
    >;
    const moved = (await stage.api.ask<Moved>(service, document, { input: asked }, { now: new Date(at) }))[name];
    if (moved?.transfer) return moved.transfer.entries.map(({ lotNo, amount }) => `${amount} of lot ${lotNo}`);
    return moved?.userErrors.map(({ code }) => code);
  };
  return {
    memberId,
    programId,
    /** Base points earned and recorded then. */
    earn: (at: string, amount: string, kind = "BASE") => move("grantPoints", at, { amount, kind }),
    spend: (at: string, amount: string) => move("spendPoints", at, { lines: [{ amount }] }),
    /** What the member's own app shows. */
    async wallet(at: string) {
      const document = `query ($id: ID!) { member(id: $id) { accounts { available expiringNext { points expiresAt } } } }`;
      type Wallet = {
        member: { accounts: { available: string; expiringNext: { points: string; expiresAt: string } | null }[] };
      };
      const id = stage.memberGid(callers.member(memberId), { memberId });
      const { member: own } = await stage.api.ask<Wallet>(
        callers.member(memberId),
        document,
        { id },
        { now: new Date(at) },
      );
      return own.accounts[0];
    },
    /** What the bank's desk sees, newest first. */
    async history() {
      const document = `query ($id: ID!) { member(id: $id) { transfers(first: 10) { nodes {
        command amount causeKind recordedAt entries { debit credit availableAfter } } } } }`;
      type Seen = { member: { transfers: { nodes: unknown[] } } };
      const id = stage.memberGid(bank, { memberId });
      return (await stage.api.ask<Seen>(bank, document, { id })).member.transfers.nodes;
    },
  };
}

const night = (at: string) => stage.work({ kind: "service", actorId: "jobs", name: "jobs" }, new Date(at));

describe("S9 expiry", () => {
  it("S9 points earned on 2023-01-31 can be used until 2026-03-31 24:00 in Shanghai", async () => {
    const { earn, spend, wallet } = await lin(toQuarterEnd);
    await earn("2023-01-31T12:00:00+08:00", "100");
    expect(await wallet("2023-02-01T00:00:00Z")).toEqual({
      available: "100",
      expiringNext: { points: "100", expiresAt: new Date("2026-04-01T00:00:00+08:00").toISOString() },
    });
    expect(await spend("2026-03-31T23:59:59.999+08:00", "1")).toEqual(["1 of lot 1"]);
    expect(await spend("2026-04-01T00:00:00+08:00", "1")).toEqual(["INSUFFICIENT_POINTS"]);
  });

  it("S9 what has lapsed leaves the account that night, once, and the history tells of it", async () => {
    const { earn, wallet, history } = await lin(toQuarterEnd);
    await earn("2023-01-31T12:00:00+08:00", "100");
    await earn("2023-04-01T12:00:00+08:00", "30");
    await expirePoints(night("2026-03-31T23:59:59.999+08:00"));
    expect(await wallet("2026-03-31T23:59:59.999+08:00")).toMatchObject({ available: "130" });
    for (const at of ["2026-04-01T00:00:00+08:00", "2026-04-01T00:01:00+08:00"]) await expirePoints(night(at));
    expect(await wallet("2026-04-01T01:00:00+08:00")).toEqual({
      available: "30",
      expiringNext: { points: "30", expiresAt: new Date("2026-07-01T00:00:00+08:00").toISOString() },
    });
    expect(await history()).toMatchObject([
      {
        ...{ command: "EXPIRE", amount: "100", causeKind: "EXPIRY", recordedAt: "2026-03-31T16:00:00.000Z" },
        entries: [{ debit: "AVAILABLE", credit: "BREAKAGE", availableAfter: "30" }],
      },
      { command: "EARN", amount: "30" },
      { command: "EARN", amount: "100" },
    ]);
  });

  it.each([
    ["DAY", "2026-02-01T00:00:00+08:00"],
    ["MONTH", "2026-02-01T00:00:00+08:00"],
    ["QUARTER", "2026-04-01T00:00:00+08:00"],
    ["YEAR", "2027-01-01T00:00:00+08:00"],
    [null, "2026-01-31T23:30:00+08:00"],
  ] as const)("S9 36 months after 2023-01-31 23:30 to the end of the %s is %s", async (rounding, lapses) => {
    const { earn, wallet } = await lin({ kind: "MONTHS_AFTER_EARNING", months: 36, rounding });
    await earn("2023-01-31T23:30:00+08:00", "5");
    const shown = await wallet("2023-02-01T00:00:00Z");
    expect(shown?.expiringNext?.expiresAt).toBe(new Date(lapses).toISOString());
  });

  it("S9 what lapses soonest is used first, in whatever order it was earned", async () => {
    const { earn, spend, wallet } = await lin(toQuarterEnd);
    const kinds = [
      ["2023-07-03", "10"],
      ["2023-01-31", "20"],
      ["2024-01-01", "40"],
    ] as const;
    for (const [day, amount] of kinds) await earn(`${day}T12:00:00+08:00`, amount);
    expect(await spend("2024-02-01T00:00:00Z", "25")).toEqual(["20 of lot 2", "5 of lot 1"]);
    expect(await wallet("2024-02-01T00:00:00Z")).toMatchObject({ available: "45", expiringNext: { points: "5" } });
    expect(await spend("2024-02-01T00:00:00Z", "46")).toEqual(["INSUFFICIENT_POINTS"]);
    expect(await spend("2024-02-01T00:00:00Z", "45")).toEqual(["5 of lot 1", "40 of lot 3"]);
  });

  it("S9 bonus points go before base points where the program says so, though they lapse later", async () => {
    const { earn, spend } = await lin(toQuarterEnd, { useOrder: "BONUS_FIRST" });
    await earn("2023-01-31T12:00:00+08:00", "20");
    await earn("2024-01-31T12:00:00+08:00", "10", "BONUS");
    expect(await spend("2024-02-01T00:00:00Z", "15")).toEqual(["10 of lot 2", "5 of lot 1"]);
  });

  it("S9 thirty days before, the owner is told once of what lapses that day", async () => {
    const { earn, spend, memberId } = await lin(toQuarterEnd, { noticeDays: 30 });
    await earn("2023-01-31T12:00:00+08:00", "100");
    await earn("2023-02-05T12:00:00+08:00", "20");
    await earn("2023-04-01T12:00:00+08:00", "7");
    await spend("2023-04-02T00:00:00Z", "15");
    const told = async () => {
      const { app } = stage.services.database;
      while ((await relayEvents(app, { limit: 500, now: new Date(), jobs: [] })).more);
      const notices = and(eq(events.memberId, memberId), eq(events.type, "points.expiring"));
      return (await app.select().from(events).where(notices)).map(({ payload }) => payload);
    };
    await notifyLapses(night("2026-03-01T23:59:59.999+08:00"));
    expect(await told()).toEqual([]);
    for (const day of ["02", "02", "03", "20"]) await notifyLapses(night(`2026-03-${day}T00:00:00+08:00`));
    expect(await told()).toMatchObject([
      { points: "105", expiresAt: new Date("2026-04-01T00:00:00+08:00").toISOString() },
    ]);
  });

  it("S9 a program may let points lapse that nobody moved, and one that ends lets all go on one day", async () => {
    const idle = await lin({ kind: "INACTIVITY", months: 12, rounding: null });
    await idle.earn("2023-01-31T12:00:00+08:00", "20");
    await idle.spend("2023-06-30T12:00:00+08:00", "5");
    await expireInactive(night("2024-06-30T12:00:00+08:00"));
    expect(await idle.wallet("2024-06-30T12:00:00+08:00")).toMatchObject({ available: "15", expiringNext: null });
    await expireInactive(night("2024-06-30T12:00:00.001+08:00"));
    expect(await idle.wallet("2024-07-01T12:00:00+08:00")).toMatchObject({ available: "0" });

    const ending = await lin({ kind: "FIXED_DATE", months: null, rounding: null, date: "2023-12-31" });
    await ending.earn("2023-01-31T12:00:00+08:00", "20");
    await ending.earn("2023-12-31T12:00:00+08:00", "1");
    expect(await ending.spend("2023-12-31T23:59:59.999+08:00", "2")).toEqual(["2 of lot 1"]);
    expect(await ending.spend("2024-01-01T00:00:00+08:00", "1")).toEqual(["INSUFFICIENT_POINTS"]);
  });
});
