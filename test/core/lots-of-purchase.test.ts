import fc from "fast-check";
import { lotsOfPurchase, type EarningFacts, type ProgramTermsOfEarning } from "../../src/earning/core/lots-of-purchase";
import { ratio } from "../../src/kernel/ratio";
import type { EarningRule } from "../../src/programs/core/earning-rule";

const program: ProgramTermsOfEarning = {
  programId: "p",
  timeZone: "Asia/Shanghai",
  rate: { points: ratio(1n, 2000n), currency: "CNY", rounding: "DOWN" },
  expiry: { kind: "NEVER", months: null, rounding: null },
  remainderPolicy: "PER_PURCHASE",
  rules: [],
};
const facts: EarningFacts = {
  ...{ purchaseId: "b", merchantId: "m", categoryCode: "coffee", channel: "IN_STORE", isIssuers: true },
  ...{ amountMinor: 12_850n, currency: "CNY", tags: new Map(), purchaseOfMonth: 1 },
  ...{ lines: [], verdicts: new Set<never>() },
  occurredAt: new Date("2026-05-31T12:00:00Z"),
  joinedAt: new Date("2025-06-01T00:00:00+08:00"),
};
const rule = (over: Partial<EarningRule>): EarningRule => ({
  ...{ code: "r", priority: 0, effect: "BONUS", points: "10", perMinor: null, validFrom: null, validUntil: null },
  ...{ merchantIds: [], categoryCodes: [], channels: [], tag: null, tenureMonths: null, everyNth: null },
  ...{ pendingDays: null, perPurchase: null, perDay: null, perMonth: null, lifetime: null, funderPartnerId: null },
  ...over,
});
const earned = (rules: readonly EarningRule[], over: Partial<EarningFacts> = {}) =>
  lotsOfPurchase({ ...program, rules }, { ...facts, ...over }).map(({ amount }) => amount);

describe("a rule does not count", () => {
  it.each([
    ["before its window", { validFrom: "2026-05-31T12:00:00.001Z" }],
    ["from its end on", { validUntil: "2026-05-31T12:00:00.000Z" }],
    ["at another merchant", { merchantIds: ["other"] }],
    ["in another category", { categoryCodes: ["tea"] }],
    ["by another channel", { channels: ["ONLINE", "APP"] }],
    ["without the tag", { tag: { code: "vip", value: null } }],
    ["before the tenure is full", { tenureMonths: 12 }],
    ["at any but each nth purchase", { everyNth: 2 }],
  ])("%s", (_when, over) => {
    expect(earned([rule(over)])).toEqual([6n]);
  });

  it("with a tag of another value, or one that says false", () => {
    const vip = (value: string | null) => [rule({ tag: { code: "vip", value } })];
    expect(earned(vip(null), { tags: new Map([["vip", false]]) })).toEqual([6n]);
    expect(earned(vip("gold"), { tags: new Map([["vip", "blue"]]) })).toEqual([6n]);
    expect(earned(vip("gold"), { tags: new Map([["vip", ["blue", "gold"]]]) })).toEqual([6n, 10n]);
    expect(earned(vip(null), { tags: new Map([["vip", true]]) })).toEqual([6n, 10n]);
  });
});

it("counts a tenure from the day on which it is full, in the program's zone", () => {
  const year = [rule({ tenureMonths: 12 })];
  expect(earned(year, { occurredAt: new Date("2026-05-31T15:59:59.999Z") })).toEqual([6n]);
  expect(earned(year, { occurredAt: new Date("2026-05-31T16:00:00Z") })).toEqual([6n, 10n]);
});

it("earns nothing in another currency, elsewhere than at the issuer's, or with a rule that says so", () => {
  expect(earned([], { currency: "USD" })).toEqual([]);
  expect(earned([rule({})], { isIssuers: false })).toEqual([]);
  const rate = rule({ effect: "RATE", perMinor: "1000" });
  expect(earned([rate], { isIssuers: false })).toEqual([]);
  expect(earned([{ ...rate, merchantIds: ["m"] }], { isIssuers: false })).toEqual([128n]);
  expect(earned([rule({ priority: 9 }), rule({ code: "n", effect: "NO_POINTS", points: null })])).toEqual([]);
});

it("takes of several rates and several multipliers the one of the highest priority, and of equal ones the first", () => {
  const rate = (perMinor: string, priority: number) => rule({ effect: "RATE", points: "1", perMinor, priority });
  const times = (by: string, priority: number) => rule({ effect: "MULTIPLIER", points: by, perMinor: "1", priority });
  expect(earned([rate("1000", 1), rate("500", 2), rate("100", 2)])).toEqual([25n]);
  expect(earned([times("2", 1), times("3", 1), rule({})])).toEqual([6n, 6n, 10n]);
});

it("gives with one multiplier exactly as often the rounded base, whatever the amount and the factor", () => {
  const amounts = fc.bigInt({ min: 0n, max: 10n ** 12n });
  fc.assert(
    fc.property(amounts, fc.bigInt({ min: 1n, max: 1000n }), (amountMinor, factor) => {
      const lots = earned([rule({ effect: "MULTIPLIER", points: `${factor}`, perMinor: "1" })], { amountMinor });
      const sum = lots.reduce<bigint>((all, amount) => all + (amount as bigint), 0n);
      expect(sum).toBe((amountMinor / 2000n) * factor);
      expect(lots.every((amount) => (amount as bigint) > 0n)).toBe(true);
    }),
  );
});
