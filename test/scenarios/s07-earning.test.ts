import type { Actor } from "../../src/auth/core/actor";
import { callers } from "../support/api";
import { ledgerStage, type LedgerStage } from "../support/ledger-stage";
import { transferId as transferId_ } from "../../src/ledger/core/transfer-id";
import { setTags } from "../../src/tags/set-tags";
import { newId } from "../../src/kernel/ids";
import { merchantCategories } from "../../src/merchants/merchants.tables";

/*
 * S7 earning schemes: 1 point per 20 yuan at a bank; other rates by customer brand; welcome points; multipliers; caps; by
 * channel. The program and its rules are set up, and purchases reported, by GraphQL.
 */

const operator = callers.staff("OPERATIONS");
const service = callers.service;

let stage: LedgerStage;

beforeAll(async () => {
  stage = await ledgerStage();
  await stage.services.database.app
    .insert(merchantCategories)
    .values({ code: "coffee", name: { en: "Coffee" } })
    .onConflictDoNothing();
});

interface Earned {
  readonly points: string;
  readonly isBonus: boolean;
  readonly because: string;
  readonly pendingUntil: string | null;
}

/** A bank with a program, a branch where its cards pay, and Lin. */
async function bank(rules: readonly object[], handling: object = {}) {
  const branch = await stage.merchant();
  const issuerId = stage.services.ids.forActor(operator).seal("Partner", branch.partnerId);
  const made = await stage.mutate(
    operator,
    `mutation ($input: CreateProgramInput!) { createProgram(input: $input) {
      program { id earningRules { code } } userErrors { code message path } } }`,
    {
      ...{ issuerId, code: `bank-${newId()}`, name: { en: "Stars" }, unitName: { en: "stars" }, currency: "CNY" },
      ...{ timeZone: "Asia/Shanghai", earning: { points: "1", perMinor: "2000" } },
      ...{ valuePerPoint: { minor: "5", points: "1" }, expiry: { kind: "NEVER" }, handling, earningRules: rules },
    },
  );
  expect(made.userErrors).toEqual([]);
  const { memberId } = await stage.member(branch.partnerId);
  const record = async (yuan: number, over: object = {}) => {
    const seal = stage.services.ids.forActor(service);
    const answer = await stage.mutate(
      service,
      `mutation ($input: RecordPurchaseInput!) { recordPurchase(input: $input) {
        earned { points isBonus because pendingUntil } userErrors { code message } } }`,
      {
        ...{ member: { id: stage.memberGid(service, { memberId }) }, channel: "IN_STORE", sourceReference: newId() },
        amount: { amountMinor: String(Math.round(yuan * 100)), currency: "CNY" },
        ...{ merchantId: seal.seal("Merchant", branch.merchantId), occurredAt: "2026-05-31T12:00:00Z", ...over },
      },
    );
    expect(answer.userErrors).toEqual([]);
    return answer.earned as Earned[];
  };
  return {
    branch,
    memberId,
    record,
    /** Points alone: of the base, then of each bonus. */
    buy: async (yuan: number, over: object = {}) => (await record(yuan, over)).map(({ points }) => Number(points)),
  };
}

describe("S7 earning schemes", () => {
  it("S7 at 1 point per 20 yuan 128.50 earn 6, each purchase rounded down by itself", async () => {
    const { record, buy } = await bank([]);
    expect(await record(128.5)).toEqual([{ points: "6", isBonus: false, because: "1:2000 DOWN", pendingUntil: null }]);
    expect(await buy(11.5)).toEqual([]);
  });

  it("S7 with the remainder carried 128.50 earn 6 and then 11.50 earn 1", async () => {
    const { buy } = await bank([], { remainderPolicy: "CARRIED" });
    expect(await buy(128.5)).toEqual([6]);
    expect(await buy(11.5)).toEqual([1]);
    expect(await buy(19.99)).toEqual([]);
    expect(await buy(0.01)).toEqual([1]);
  });

  it("S7 fivefold, 128.50 earn 30: 6 base points and 24 bonus points", async () => {
    const { record } = await bank([{ code: "five", effect: "MULTIPLIER", points: "5", perMinor: "1" }]);
    expect(await record(128.5)).toMatchObject([
      { points: "6", isBonus: false },
      { points: "24", isBonus: true, because: "five" },
    ]);
  });

  it("S7 the same purchase reported again earns nothing more and is told the same", async () => {
    const { record, memberId } = await bank([]);
    const again = { sourceReference: newId() };
    const first = await record(128.5, again);
    expect(await record(128.5, again)).toEqual(first);
    expect((await stage.books(memberId)).transfers).toHaveLength(1);
  });

  it("S7 a purchase in the member's history shows what it earned; a role without the history is not told", async () => {
    const { record, memberId } = await bank([{ code: "five", effect: "MULTIPLIER", points: "5", perMinor: "1" }]);
    const earned = await record(128.5);
    const nothing = await record(11.5);
    expect([earned.length, nothing.length]).toEqual([2, 0]);
    const seenBy = async (actor: Actor) => {
      const { member } = await stage.api.ask<{ member: { purchases: { nodes: unknown[] } } }>(
        actor,
        `query ($id: ID!) { member(id: $id) { purchases(first: 5) { nodes {
          amount { amountMinor } earned { points isBonus because pendingUntil } } } } }`,
        { id: stage.memberGid(actor, { memberId }) },
      );
      return member.purchases.nodes;
    };
    const shown = [
      { amount: { amountMinor: "12850" }, earned },
      { amount: { amountMinor: "1150" }, earned: [] },
    ];
    for (const actor of [operator, service, callers.member(memberId)]) {
      expect(await seenBy(actor)).toEqual(expect.arrayContaining(shown));
    }
    const untold = shown.map(({ amount }) => ({ amount, earned: null }));
    expect(await seenBy(callers.staff("MARKETER"))).toEqual(expect.arrayContaining(untold));
  });

  it("S7 welcome points, 5,000, come with the first purchase and never again", async () => {
    const { buy } = await bank([{ code: "welcome", effect: "WELCOME", points: "5000" }]);
    expect(await buy(20)).toEqual([1, 5000]);
    expect(await buy(20)).toEqual([1]);
  });

  it("S7 the customer's brand decides the rate: one earns more, one less, a third nothing", async () => {
    const brand = await stage.partner();
    const tag = await stage.tag(brand, { type: "ENUM", choices: ["gold", "blue", "staff"] });
    const rate = (value: string, perMinor: string) => ({
      ...{ code: value, effect: "RATE", points: "1", perMinor, tag: { code: tag, value } },
    });
    const rules = [
      rate("gold", "1000"),
      rate("blue", "4000"),
      { code: "staff", effect: "NO_POINTS", tag: { code: tag, value: "staff" } },
    ];
    for (const [value, earned] of [
      ["gold", [12]],
      ["blue", [3]],
      ["staff", []],
    ] as const) {
      const { buy, memberId } = await bank(rules);
      const tagged = await setTags(stage.work(), {
        memberId,
        tags: [{ code: tag, value: { choice: value } }],
      } as never);
      expect(tagged.ok).toBe(true);
      expect(await buy(128.5)).toEqual(earned);
    }
  });

  it("S7 a bonus for online bookings only, pending for ten days", async () => {
    const online = { code: "online", effect: "BONUS", points: "50", channels: ["ONLINE"], pendingDays: 10 };
    const { record, buy } = await bank([online]);
    expect(await buy(20)).toEqual([1]);
    expect((await record(20, { channel: "ONLINE" }))[1]).toMatchObject({
      ...{ points: "50", because: "online", pendingUntil: "2026-06-10T12:00:00.000Z" },
    });
  });

  it("S7 caps cut what a rule gives per purchase, day, month and life, and leave the base alone", async () => {
    const five = { code: "five", effect: "MULTIPLIER", points: "5", perMinor: "1" };
    const { buy } = await bank([{ ...five, perPurchase: "40", perDay: "50", perMonth: "60", lifetime: "65" }]);
    const on = (occurredAt: string) => buy(300, { occurredAt });
    expect(await on("2026-04-01T04:00:00Z")).toEqual([15, 40]);
    expect(await on("2026-04-01T05:00:00Z")).toEqual([15, 10]);
    expect(await on("2026-04-01T16:00:00Z")).toEqual([15, 10]); // the next day in Shanghai
    expect(await on("2026-05-01T04:00:00Z")).toEqual([15, 5]);
    expect(await on("2026-05-02T04:00:00Z")).toEqual([15]);
  });

  it("S7 every third purchase of a month and a year of membership have their bonus", async () => {
    const third = { code: "third", effect: "BONUS", points: "100", everyNth: 3 };
    const year = { code: "loyal", effect: "BONUS", points: "7", tenureMonths: 12 };
    const { buy } = await bank([third, year]);
    expect([await buy(20), await buy(20), await buy(20), await buy(20)]).toEqual([[1], [1], [1, 100], [1]]);
    const another = await bank([{ ...year, tenureMonths: 12 }]);
    expect(await another.buy(20)).toEqual([1]);
  });

  it("S7 by line attribute: full-fare tickets earn, discounted ones beside them do not", async () => {
    const full = { line: "1", amountMinor: "8850", attributes: [{ name: "fare", value: "full" }] };
    const cheap = { line: "2", amountMinor: "4000", attributes: [{ name: "fare", value: "saver" }] };
    const lineAttribute = { name: "fare", value: "full" };
    const onlyFull = await bank([{ code: "full", effect: "RATE", points: "1", perMinor: "2000", lineAttribute }]);
    expect(await onlyFull.buy(128.5, { lines: [full, cheap] })).toEqual([4]);
    expect(await onlyFull.buy(40, { lines: [cheap] })).toEqual([]);
    expect(await onlyFull.buy(40)).toEqual([]); // what nobody told to be full fare is not

    const notSaver = { code: "saver", effect: "NO_POINTS", lineAttribute: { name: "fare", value: "saver" } };
    const without = await bank([notSaver]);
    expect(await without.buy(128.5, { lines: [full, cheap] })).toEqual([4]);
    expect(await without.buy(40, { lines: [cheap] })).toEqual([]);
    expect(await without.buy(128.5)).toEqual([6]);

    const twice = { code: "twice", effect: "MULTIPLIER", points: "2", perMinor: "1", lineAttribute };
    expect(await (await bank([twice])).buy(128.5, { lines: [full, cheap] })).toEqual([6, 4]);
  });

  it("S7 lines that do not add up to the purchase, or stand twice, are refused by their place", async () => {
    const { record } = await bank([]);
    const line = { line: "1", amountMinor: "100" };
    await expect(record(2, { lines: [line] })).rejects.toThrow("add up to 100, expected 200");
    await expect(record(2, { lines: [line, line] })).rejects.toThrow("stands twice, expected each once");
    const odd = [{ ...line, attributes: [{ name: "Fare", value: "full" }] }];
    await expect(record(1, { lines: odd })).rejects.toThrow("expected a name of lower-case letters");
  });

  it("S7 a rule of the rules engine decides: over the member, the purchase and the hour", async () => {
    const { buy } = await bank([
      { code: "big", effect: "BONUS", points: "50", ruleText: "context.amount_minor >= 10000" },
      { code: "app", effect: "BONUS", points: "9", ruleText: 'context.channel = "APP"' },
    ]);
    expect(await buy(128.5)).toEqual([6, 50]);
    expect(await buy(99)).toEqual([4]);
    expect(await buy(99, { channel: "APP" })).toEqual([4, 9]);
  });

  it("S7 points that need a confirmation wait for it, whatever the date", async () => {
    const { record, memberId } = await bank([
      { code: "stay", effect: "RATE", points: "1", perMinor: "1000", needsConfirmation: true },
    ]);
    expect(await record(20)).toMatchObject([{ points: "2", because: "stay 1:1000 DOWN" }]);
    const books = await stage.books(memberId);
    expect(books.accounts.map(({ available, pending }) => [available, pending])).toEqual([[0n, 2n]]);
    const seal = stage.services.ids.forActor(service);
    const transferId = seal.seal("Transfer", transferId_(books.transfers[0]?.sequence ?? 0n), memberId);
    const confirm = `mutation ($input: ConfirmPointsInput!) { confirmPoints(input: $input) { amount userErrors { code message } } }`;
    const confirmed = await stage.mutate(service, confirm, { transferId, idempotencyKey: newId() });
    expect(confirmed).toMatchObject({ amount: "2", userErrors: [] });
  });

  it("S7 at others' merchants a program gives points only where a rule names a rate", async () => {
    const elsewhere = await stage.merchant();
    const merchantId = stage.services.ids.forActor(service).seal("Merchant", elsewhere.merchantId);
    const merchantIds = [stage.services.ids.forActor(operator).seal("Merchant", elsewhere.merchantId)];
    const none = await bank([{ code: "five", effect: "MULTIPLIER", points: "5", perMinor: "1" }]);
    expect(await none.buy(128.5, { merchantId })).toEqual([]);
    const named = await bank([{ code: "tea", effect: "RATE", points: "1", perMinor: "5000", merchantIds }]);
    expect(await named.record(128.5, { merchantId })).toMatchObject([{ points: "2", because: "tea 1:5000 DOWN" }]);
    expect(await named.buy(128.5)).toEqual([6]);
  });
});

describe("S7 a rule is refused", () => {
  it.each([
    [
      "twice the same code",
      [
        { code: "a", effect: "NO_POINTS" },
        { code: "a", effect: "NO_POINTS" },
      ],
      "code",
    ],
    ["a multiplier without a divisor", [{ code: "a", effect: "MULTIPLIER", points: "5" }], "perMinor"],
    ["a bonus of nothing", [{ code: "a", effect: "BONUS", points: "0" }], "points"],
    ["an unknown channel", [{ code: "a", effect: "NO_POINTS", channels: ["FAX"] }], "channels"],
    ["a cap of nothing", [{ code: "a", effect: "BONUS", points: "1", perDay: "0" }], "perDay"],
    [
      "a confirmation and days to wait",
      [{ code: "a", effect: "BONUS", points: "1", pendingDays: 3, needsConfirmation: true }],
      "pendingDays",
    ],
    [
      "an attribute of no name",
      [{ code: "a", effect: "NO_POINTS", lineAttribute: { name: "", value: "x" } }],
      "lineAttribute",
    ],
    ["every zeroth purchase", [{ code: "a", effect: "BONUS", points: "1", everyNth: 0 }], "everyNth"],
  ])("with %s", async (_what, earningRules, field) => {
    const programId = await stage.program();
    const id = stage.services.ids.forActor(operator).seal("Program", programId);
    const { userErrors } = await stage.mutate(
      operator,
      `mutation ($input: UpdateProgramInput!) { updateProgram(input: $input) { userErrors { code path } } }`,
      { id, revision: 1, earningRules },
    );
    expect(userErrors).toMatchObject([
      { code: "INVALID_INPUT", path: ["input", "earningRules", expect.any(String), field] },
    ]);
  });
});
