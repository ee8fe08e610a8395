import { Temporal } from "temporal-polyfill";
import { dayIn, startOfDay } from "../../kernel/zoned-day";

/** One year of a card, half-open. `number` counts from 1, the one in which the card was opened. */
export interface Cycle {
  readonly number: number;
  readonly from: Date;
  readonly to: Date;
  /** Of its first day in the card's zone, yyyy-mm-dd: what the cycle is named by. */
  readonly firstDay: string;
}

export interface CycleTerms {
  /** yyyy-mm-dd, a day in `timeZone`. */
  readonly openedOn: string;
  readonly cycle: "CARD_YEAR" | "CALENDAR_YEAR";
  /** IANA. */
  readonly timeZone: string;
}

/**
 * The cycle that holds the instant; undefined before the card was opened. A card year begins on the day and month on
 * which the card was opened, reckoned from that day each time: opened on February 29 it begins on February 28 in years
 * that have no other, and on the 29th again in the next leap year. The first calendar year is the rest of the year.
 */
export function cycleAt(terms: CycleTerms, at: Date): Cycle | undefined {
  const day = dayIn(terms.timeZone, at);
  const opened = Temporal.PlainDate.from(terms.openedOn);
  if (Temporal.PlainDate.compare(day, opened) < 0) return undefined;
  // Never more than one too high: the anniversary of this year may still be to come.
  const guess = day.year - opened.year + 1;
  return cycleOf(terms, Temporal.PlainDate.compare(day, firstDayOf(terms, guess)) < 0 ? guess - 1 : guess);
}

/** The cycle of a number from 1 on. */
export function cycleOf(terms: CycleTerms, number: number): Cycle {
  const first = firstDayOf(terms, number);
  const next = firstDayOf(terms, number + 1);
  const { timeZone } = terms;
  return { number, from: startOfDay(timeZone, first), to: startOfDay(timeZone, next), firstDay: first.toString() };
}

/** How many whole days of the cycle have passed, and how many it has. Days of the zone, so that clocks may change. */
export function daysOf(cycle: Cycle, timeZone: string, at: Date): { readonly passed: number; readonly all: number } {
  const first = Temporal.PlainDate.from(cycle.firstDay);
  const days = (to: Temporal.PlainDate) => first.until(to, { largestUnit: "day" }).days;
  return { passed: days(dayIn(timeZone, at)), all: days(dayIn(timeZone, cycle.to)) };
}

/** The instant at which the day `days` after the cycle's first begins in the zone. */
export function dayInCycle(cycle: Cycle, timeZone: string, days: number): Date {
  return startOfDay(timeZone, Temporal.PlainDate.from(cycle.firstDay).add({ days }));
}

function firstDayOf({ openedOn, cycle }: CycleTerms, number: number): Temporal.PlainDate {
  const opened = Temporal.PlainDate.from(openedOn);
  if (cycle === "CARD_YEAR" || number === 1) return opened.add({ years: number - 1 });
  return new Temporal.PlainDate(opened.year + number - 1, 1, 1);
}
