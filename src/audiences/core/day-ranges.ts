import type { NumberRange } from "./column";
import { calendarDateOf, epochDay } from "../../kernel/calendar-date";

/**
 * Ages and windows as ranges of days: what a member is on the day of the moment follows from a day that is stored, so a
 * threshold becomes a day, once for all members, and nothing stored grows old.
 */

/** Of a `between`: at most one of the lower two and one of the upper two. */
export interface Ends {
  readonly atLeast?: number;
  readonly above?: number;
  readonly atMost?: number;
  readonly below?: number;
}

export function rangeOf({ atLeast, above, atMost, below }: Ends): NumberRange {
  return {
    low: Math.max(atLeast ?? -Infinity, above ?? -Infinity),
    isLowIncluded: above === undefined || (atLeast !== undefined && atLeast > above),
    high: Math.min(atMost ?? Infinity, below ?? Infinity),
    isHighIncluded: below === undefined || (atMost !== undefined && atMost < below),
  };
}

/** Both ends included. */
export function daysBetween(low: number, high: number): NumberRange {
  return { low, isLowIncluded: true, high, isHighIncluded: true };
}

/** The days on which somebody joined who has been a member for so many days. Nobody joins after today. */
export function joiningDays(tenureDays: NumberRange, today: string): NumberRange {
  const day = epochDay(today);
  return daysUntil(day, {
    low: day - tenureDays.high,
    isLowIncluded: tenureDays.isHighIncluded,
    high: day - tenureDays.low,
    isHighIncluded: tenureDays.isLowIncluded,
  });
}

/** The birth days of those who are so many full years old today. Nobody is born after today. */
export function birthDays(years: NumberRange, today: string): NumberRange {
  // Years are whole: the youngest and the oldest age within the range.
  const youngest = years.isLowIncluded ? Math.ceil(years.low) : Math.floor(years.low) + 1;
  const oldest = years.isHighIncluded ? Math.floor(years.high) : Math.ceil(years.high) - 1;
  return daysUntil(epochDay(today), {
    low: lastBirthDay(oldest + 1, today),
    isLowIncluded: false,
    high: lastBirthDay(youngest, today),
    isHighIncluded: true,
  });
}

/**
 * The last birth day of those who are at least so old today: the same day so many years ago. Where that is 29 February
 * of a common year it is the 28th: who was born on 1 March has the birthday tomorrow. Who was born on 29 February and
 * has it on 1 March of common years is covered as well: on 28 February the 29th is after the last birth day.
 */
function lastBirthDay(years: number, today: string): number {
  const year = Number(today.slice(0, 4)) - years;
  // Before the year 1 nobody was born, and after 9999 nobody will be.
  if (!(year >= 1)) return -Infinity;
  if (year > 9999) return Infinity;
  const day = `${String(year).padStart(4, "0")}${today.slice(4)}`;
  // Date takes 29 February of a common year for 1 March.
  return calendarDateOf(epochDay(day)) === day ? epochDay(day) : epochDay(day) - 1;
}

/** The range without the days after this one. */
function daysUntil(last: number, range: NumberRange): NumberRange {
  return range.high < last
    ? range
    : { ...range, high: last, isHighIncluded: range.high > last || range.isHighIncluded };
}
