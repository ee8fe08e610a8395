import fc from "fast-check";
import { ageOn, derivedFacts, tenureOn } from "../../src/facts/core/member-facts";
import { calendarDateOf, calendarNumber } from "../../src/kernel/calendar-date";

/** From the year 1 on. */
const anyDay = fc.oneof(fc.integer({ min: -719_162, max: 100_000 }), fc.integer({ min: -30_000, max: 30_000 }));

describe("what is derived from a member's days", () => {
  test("is the same by numbers as by texts", () => {
    fc.assert(
      fc.property(anyDay, anyDay, (day, today) => {
        const text = calendarDateOf(day);
        const derived = derivedFacts(text, text, calendarDateOf(today));
        expect(ageOn(today, day)).toBe(derived["member.age"] ?? NaN);
        expect(tenureOn(today, day)).toBe(derived["member.tenure_days"] ?? NaN);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is not known of a day that is not, or is still to come", () => {
    expect([ageOn(100, NaN), ageOn(100, 101), tenureOn(100, NaN), tenureOn(100, 101)]).toEqual([NaN, NaN, NaN, NaN]);
  });

  test("makes nobody born on 29 February older before March in other years", () => {
    const [born, before, after] = ["2020-02-29", "2023-02-28", "2023-03-01"].map(
      (text) => Date.parse(`${text}T00:00:00Z`) / 86_400_000,
    );
    expect([ageOn(before!, born!), ageOn(after!, born!)]).toEqual([2, 3]);
  });
});

test("a calendar day as a number is that of its text", () => {
  fc.assert(
    fc.property(anyDay, (day) => {
      expect(calendarNumber(day)).toBe(Number(calendarDateOf(day).replaceAll("-", "")));
    }),
    { numRuns: 2_000 },
  );
});
