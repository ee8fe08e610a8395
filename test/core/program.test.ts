import fc from "fast-check";
import { money } from "../../src/kernel/money";
import { points } from "../../src/kernel/points";
import { ratio, type Rounding } from "../../src/kernel/ratio";
import {
  expiryRefusals,
  ladderRefusals,
  pointsEarned,
  timeZoneRefusals,
  type TierDefinition,
} from "../../src/programs/core/program";

const onePerTwentyYuan = (rounding: Rounding) => ({ points: ratio(1n, 2000n), currency: "CNY", rounding });

describe("points earned by a purchase", () => {
  it.each([
    ["DOWN", 12850n, 6n],
    ["UP", 12850n, 7n],
    ["HALF_UP", 13000n, 7n],
    ["HALF_EVEN", 13000n, 6n],
    ["HALF_EVEN", 15000n, 8n],
    ["DOWN", 1999n, 0n],
    ["DOWN", 0n, 0n],
  ] as const)("rounds %s: %s fen at 1 per 20 yuan earn %s", (rounding, spent, earned) => {
    expect(pointsEarned(onePerTwentyYuan(rounding), money(spent, "CNY"))).toBe(earned);
  });

  it("earns nothing, not zero, in another currency", () => {
    expect(pointsEarned(onePerTwentyYuan("DOWN"), money(12850n, "USD"))).toBeUndefined();
  });

  it("is exact beyond the digits of a float", () => {
    const rate = { points: ratio(3n, 1n), currency: "CNY", rounding: "DOWN" as const };
    expect(pointsEarned(rate, money(9_007_199_254_740_993n, "CNY"))).toBe(27_021_597_764_222_979n);
  });

  it("never earns more than the exact share when rounding down, and less than one point short of it", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 12n), fc.bigInt(0n, 1000n), fc.bigInt(1n, 100_000n), (spent, num, per) => {
        const earned = pointsEarned(
          { points: ratio(num, per), currency: "CNY", rounding: "DOWN" },
          money(spent, "CNY"),
        );
        if (earned === undefined) throw new Error("same currency");
        expect(earned * per <= spent * num && spent * num < (earned + 1n) * per).toBe(true);
      }),
    );
  });

  it("refuses to hold more points than a balance can", () => {
    expect(() => points(2n ** 63n)).toThrow("out of range");
  });
});

describe("the expiry policy", () => {
  it.each([
    ["months where nothing expires", { kind: "NEVER", months: 12, rounding: null }, "months"],
    ["no months where something does", { kind: "MONTHS_AFTER_EARNING", months: null, rounding: "QUARTER" }, "months"],
    ["zero months", { kind: "INACTIVITY", months: 0, rounding: null }, "months"],
    ["rounding of inactivity", { kind: "INACTIVITY", months: 12, rounding: "YEAR" }, "rounding"],
  ] as const)("refuses %s", (_what, policy, field) => {
    expect(expiryRefusals(policy)).toMatchObject([{ code: "INVALID_INPUT", path: ["input", "expiry", field] }]);
  });

  it("takes 36 months to the end of the quarter", () => {
    expect(expiryRefusals({ kind: "MONTHS_AFTER_EARNING", months: 36, rounding: "QUARTER" })).toEqual([]);
  });
});

describe("the ladder of tiers", () => {
  const tier = (code: string, rank: number, threshold: bigint, over: Partial<TierDefinition> = {}): TierDefinition => ({
    code,
    rank,
    threshold,
    name: { en: code },
    basis: "POINTS_EARNED",
    periodMonths: 12,
    downgrade: "ONE_STEP",
    ...over,
  });

  it.each([
    ["a lowest tier that must be earned", [tier("base", 0, 1n)], "0", "threshold"],
    ["a tier no harder than the one below", [tier("base", 0, 0n), tier("gold", 1, 0n)], "1", "threshold"],
    ["two tiers of one code", [tier("base", 0, 0n), tier("base", 1, 10n)], "1", "code"],
    ["a gap in the ranks", [tier("base", 0, 0n), tier("gold", 2, 10n)], "1", "rank"],
    ["a code with capitals", [tier("Base", 0, 0n)], "0", "code"],
    ["a period of no months", [tier("base", 0, 0n, { periodMonths: 0 })], "0", "periodMonths"],
  ])("refuses %s", (_what, ladder, index, field) => {
    expect(ladderRefusals(ladder)).toMatchObject([{ path: ["input", "tiers", index, field] }]);
  });
});

it("refuses a time zone that nobody knows", () => {
  expect(timeZoneRefusals("Asia/Shanghai")).toEqual([]);
  expect(timeZoneRefusals("Asia/Atlantis")).toMatchObject([{ code: "INVALID_INPUT", path: ["input", "timeZone"] }]);
});
