import fc from "fast-check";
import { cycleAt, cycleOf, dayInCycle, daysOf, type CycleTerms } from "../../src/cards/core/cycle";

const shanghai: CycleTerms = { openedOn: "2026-01-01", cycle: "CARD_YEAR", timeZone: "Asia/Shanghai" };
const firstDays = (terms: CycleTerms, count: number) =>
  Array.from({ length: count }, (_, place) => cycleOf(terms, place + 1).firstDay);

describe("the cycles of a card", () => {
  test("begin on the day and month on which it was opened, at midnight of its zone", () => {
    const cycle = cycleAt({ ...shanghai, openedOn: "2025-06-15" }, new Date("2026-06-14T15:59:59.999Z"));
    expect(cycle).toMatchObject({ number: 1, firstDay: "2025-06-15", from: new Date("2025-06-14T16:00:00.000Z") });
    expect(cycleAt({ ...shanghai, openedOn: "2025-06-15" }, new Date("2026-06-14T16:00:00.000Z"))).toMatchObject({
      number: 2,
      firstDay: "2026-06-15",
    });
  });

  test("opened on a leap day begin on February 28, and on the 29th again in leap years", () => {
    expect(firstDays({ ...shanghai, openedOn: "2024-02-29" }, 5)).toEqual([
      "2024-02-29",
      "2025-02-28",
      "2026-02-28",
      "2027-02-28",
      "2028-02-29",
    ]);
  });

  test("are calendar years where the product says so, the first one the rest of its year", () => {
    const terms: CycleTerms = { ...shanghai, openedOn: "2026-11-20", cycle: "CALENDAR_YEAR" };
    expect(firstDays(terms, 3)).toEqual(["2026-11-20", "2027-01-01", "2028-01-01"]);
    expect(daysOf(cycleOf(terms, 1), terms.timeZone, new Date("2026-11-20T04:00:00Z"))).toEqual({ passed: 0, all: 42 });
  });

  test("know no instant before the card was opened", () => {
    expect(cycleAt(shanghai, new Date("2025-12-31T15:59:59.999Z"))).toBeUndefined();
  });

  test("count whole days, also where clocks change", () => {
    const berlin: CycleTerms = { openedOn: "2026-01-01", cycle: "CARD_YEAR", timeZone: "Europe/Berlin" };
    const cycle = cycleOf(berlin, 1);
    expect(daysOf(cycle, berlin.timeZone, new Date("2026-03-29T22:30:00Z"))).toEqual({ passed: 88, all: 365 });
    expect(
      daysOf(cycleOf({ ...berlin, openedOn: "2027-03-01" }, 1), berlin.timeZone, new Date("2028-02-29T12:00:00Z")),
    ).toEqual({ passed: 365, all: 366 });
    expect(dayInCycle(cycle, berlin.timeZone, 88)).toEqual(new Date("2026-03-29T22:00:00Z"));
  });

  test("lie without gap or overlap, and each instant is in the one that is found for it", () => {
    const days = fc
      .date({ min: new Date("2000-01-01"), max: new Date("2040-12-31"), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    const terms = fc.record({
      openedOn: days,
      cycle: fc.constantFrom("CARD_YEAR" as const, "CALENDAR_YEAR" as const),
      timeZone: fc.constantFrom("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Apia"),
    });
    const instants = fc.date({ min: new Date("2000-01-01"), max: new Date("2060-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(terms, instants, (of, at) => {
        const cycle = cycleAt(of, at);
        if (!cycle) return at < cycleOf(of, 1).from;
        const next = cycleOf(of, cycle.number + 1);
        const { passed, all } = daysOf(cycle, of.timeZone, at);
        return (
          cycle.from <= at && at < cycle.to && cycle.to.getTime() === next.from.getTime() && passed >= 0 && passed < all
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
