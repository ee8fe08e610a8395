import fc from "fast-check";
import { quotaPeriods, type QuotaTerms } from "../../src/benefits/core/benefit";
import { quotaAt, type GrantedQuota } from "../../src/entitlements/core/quota";

const year: Omit<GrantedQuota, "quota"> = {
  quantity: 1,
  validFrom: new Date("2026-01-14T16:00:00Z"),
  validUntil: new Date("2027-01-14T16:00:00Z"),
  timeZone: "Asia/Shanghai",
};
const granted = (quota: QuotaTerms | null, more: Partial<GrantedQuota> = {}): GrantedQuota => ({
  ...year,
  quota,
  ...more,
});
const monthly = granted({ units: 1, per: "MONTH", carryOver: false });

describe("a quota", () => {
  test("is whole again at the first instant of the next period of its zone, without anything having run", () => {
    const uses = new Map([["2026-03-01", 1]]);
    expect(quotaAt(monthly, uses, new Date("2026-03-31T15:59:59.999Z"))).toMatchObject({
      period: "2026-03-01",
      used: 1,
      left: 0,
    });
    expect(quotaAt(monthly, uses, new Date("2026-03-31T16:00:00.000Z"))).toMatchObject({
      period: "2026-04-01",
      from: new Date("2026-03-31T16:00:00.000Z"),
      to: new Date("2026-04-30T16:00:00.000Z"),
      units: 1,
      used: 0,
      left: 1,
    });
  });

  test.each([
    ["DAY", "2026-02-28", "2026-03-01"],
    ["WEEK", "2026-02-23", "2026-03-02"],
    ["MONTH", "2026-02-01", "2026-03-01"],
    ["QUARTER", "2026-01-01", "2026-04-01"],
    ["YEAR", "2026-01-01", "2027-01-01"],
    ["CYCLE", "2026-01-15", "2027-01-15"],
  ] as const)("of %s counts from %s to %s around the last day of February", (per, first, next) => {
    const at = new Date("2026-02-28T04:00:00Z");
    const standing = quotaAt(granted({ units: 2, per, carryOver: false }), new Map(), at);
    expect(standing.period).toBe(first);
    expect(standing.to).toEqual(new Date(Date.parse(`${next}T00:00:00+08:00`)));
  });

  test("counts a package's quantity times", () => {
    expect(quotaAt({ ...monthly, quantity: 3 }, new Map(), new Date("2026-03-10T00:00:00Z"))).toMatchObject({
      units: 3,
      left: 3,
    });
  });

  test("carries over what a period left, the one in which it began being the first", () => {
    const carried = granted({ units: 2, per: "MONTH", carryOver: true });
    const uses = new Map([["2026-01-01", 1]]);
    expect(quotaAt(carried, uses, new Date("2026-02-10T00:00:00Z"))).toMatchObject({ units: 3, used: 0, left: 3 });
    expect(quotaAt(carried, new Map([...uses, ["2026-02-01", 3]]), new Date("2026-03-10T00:00:00Z"))).toMatchObject({
      left: 2,
    });
  });

  test("gives to a late use of an earlier period only what later ones did not use already", () => {
    const carried = granted({ units: 1, per: "MONTH", carryOver: true });
    const uses = new Map([["2026-02-01", 2]]);
    expect(quotaAt(carried, uses, new Date("2026-01-20T00:00:00Z"))).toMatchObject({ period: "2026-01-01", left: 0 });
  });

  test("that is none leaves as many as wished", () => {
    expect(quotaAt(granted(null), new Map([["2026-01-15", 9]]), new Date("2026-05-01T00:00:00Z"))).toMatchObject({
      units: null,
      left: null,
    });
  });

  test("is never exceeded by any sequence of uses, whichever instants they name", () => {
    const quotas = fc.record({
      units: fc.integer({ min: 1, max: 4 }),
      per: fc.constantFrom(...quotaPeriods),
      carryOver: fc.boolean(),
    });
    const instants = fc.array(fc.integer({ min: 0, max: 364 }), { maxLength: 40 });
    fc.assert(
      fc.property(quotas, instants, (quota, days) => {
        const terms = granted(quota);
        const uses = new Map<string, number>();
        const at = (day: number) => new Date(year.validFrom.getTime() + day * 86_400_000);
        for (const day of days) {
          const { period, left } = quotaAt(terms, uses, at(day));
          if ((left ?? 1) > 0) uses.set(period, (uses.get(period) ?? 0) + 1);
        }
        let used = 0;
        const seen = new Set<string>();
        for (let day = 0; day < 365; day += 1) {
          const standing = quotaAt(terms, new Map(), at(day));
          if (!seen.has(standing.period)) used = (quota.carryOver ? used : 0) + (uses.get(standing.period) ?? 0);
          seen.add(standing.period);
          const allowed = quota.carryOver ? quota.units * seen.size : quota.units;
          if (used > allowed) return false;
        }
        return true;
      }),
      { numRuns: 300 },
    );
  });
});
