import fc from "fast-check";
import { birthDays, daysBetween, joiningDays, rangeOf, type Ends } from "../../src/audiences/core/day-ranges";
import type { NumberRange } from "../../src/audiences/core/column";
import { derivedFacts } from "../../src/facts/core/member-facts";
import { calendarDateOf, epochDay } from "../../src/kernel/calendar-date";

function holds(value: number, { low, isLowIncluded, high, isHighIncluded }: NumberRange): boolean {
  return (value > low || (isLowIncluded && value === low)) && (value < high || (isHighIncluded && value === high));
}

const [first, last] = [epochDay("0001-01-01"), epochDay("9999-12-31")];
const anyDay = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: epochDay("1890-01-01"), max: epochDay("2110-12-31") }) },
  { weight: 1, arbitrary: fc.integer({ min: first, max: last }) },
);
/** Around the end of February, where birthdays do not exist every year. */
const februaryDay = fc
  .tuple(fc.integer({ min: 1896, max: 2104 }), fc.integer({ min: -3, max: 3 }))
  .map(([year, days]) => epochDay(`${year}-03-01`) + days);
const day = fc.oneof(anyDay, februaryDay).map(calendarDateOf);
const number = fc.oneof(
  fc.integer({ min: -2, max: 130 }),
  fc.constantFrom(0.5, 17.5, 36_500, 1e6, -1e6, 999_999_999_999_999),
);
const anyEnds: fc.Arbitrary<Ends> = fc.oneof(
  fc.record({ atLeast: number, atMost: number }, { requiredKeys: [] }),
  fc.record({ above: number, below: number }, { requiredKeys: [] }),
  fc.record({ atLeast: number, below: number }, { requiredKeys: [] }),
  fc.record({ above: number, atMost: number }, { requiredKeys: [] }),
);

describe("ages as birth days", () => {
  it("hold exactly of those whose age is in the range", () => {
    fc.assert(
      fc.property(day, day, anyEnds, (bornOn, today, ends) => {
        const age = derivedFacts(bornOn, undefined, today)["member.age"];
        const wanted = age !== undefined && holds(age, rangeOf(ends));
        expect(holds(epochDay(bornOn), birthDays(rangeOf(ends), today))).toBe(wanted);
      }),
      { numRuns: 5_000 },
    );
  });

  it("agree on every pair of days around the ends of February in a leap year and beside it", () => {
    const days = ["1999", "2000", "2001", "2003", "2004", "2023", "2024", "2025", "2100"].flatMap((year) =>
      [-2, -1, 0, 1].map((offset) => calendarDateOf(epochDay(`${year}-03-01`) + offset)),
    );
    for (const bornOn of days) {
      for (const today of days) {
        const age = derivedFacts(bornOn, undefined, today)["member.age"];
        for (const years of [0, 1, 19, 20, 21, 23, 24, 25, 96, 100]) {
          const isThisOld = holds(epochDay(bornOn), birthDays(daysBetween(years, years), today));
          if (isThisOld !== (age === years)) throw new Error(`${bornOn} is ${age} on ${today}, not ${years}`);
        }
      }
    }
  });

  it.each([
    ["2023-02-28", "2005-02-28", true],
    ["2023-02-28", "2005-03-01", false],
    ["2022-02-28", "2004-02-29", false],
    ["2022-03-01", "2004-02-29", true],
    ["2024-02-29", "2006-02-28", true],
    ["2024-02-29", "2006-03-01", false],
  ])("on %s take one born on %s for eighteen: %s", (today, bornOn, isAdult) => {
    expect(holds(epochDay(bornOn), birthDays(rangeOf({ atLeast: 18 }), today))).toBe(isAdult);
  });
});

describe("tenure as joining days", () => {
  it("holds exactly of those who have been members for so many days", () => {
    const near = fc.tuple(day, fc.integer({ min: -200, max: 5 })).map(([today, days]) => {
      const joined = Math.max(first, epochDay(today) + days);
      return { today, joinedOn: calendarDateOf(Math.min(last, joined)) };
    });
    fc.assert(
      fc.property(near, anyEnds, ({ today, joinedOn }, ends) => {
        const tenure = derivedFacts(undefined, joinedOn, today)["member.tenure_days"];
        const wanted = tenure !== undefined && holds(tenure, rangeOf(ends));
        expect(holds(epochDay(joinedOn), joiningDays(rangeOf(ends), today))).toBe(wanted);
      }),
      { numRuns: 5_000 },
    );
  });
});
