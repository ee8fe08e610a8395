import { Temporal } from "temporal-polyfill";
import { startOfDay } from "../../kernel/zoned-day";
import type { ExpiryPolicy, ExpiryRounding } from "../../programs/core/program";

/**
 * The first instant at which points earned then have lapsed; null where no date makes them lapse (NEVER, and INACTIVITY,
 * which counts from the account's last movement). Months are those of the program's zone and end with the month: a month
 * after January 31 is the last day of February. Rounding puts the lapse off to the end of the period that it falls into.
 */
export function expiryOf(policy: ExpiryPolicy, timeZone: string, earnedAt: Date): Date | null {
  if (policy.kind === "FIXED_DATE" && policy.date) {
    const end = Temporal.PlainDate.from(policy.date).add({ days: 1 });
    return startOfDay(timeZone, end);
  }
  if (policy.kind !== "MONTHS_AFTER_EARNING" || policy.months === null) return null;
  const earned = Temporal.Instant.fromEpochMilliseconds(earnedAt.getTime()).toZonedDateTimeISO(timeZone);
  const exact = earned.add({ months: policy.months });
  if (policy.rounding === null) return new Date(exact.epochMilliseconds);
  const next = dayAfter(exact.toPlainDate(), policy.rounding);
  return startOfDay(timeZone, next);
}

/** The first day after the period in which the day lies. */
function dayAfter(day: Temporal.PlainDate, period: ExpiryRounding): Temporal.PlainDate {
  switch (period) {
    case "DAY":
      return day.add({ days: 1 });
    case "MONTH":
      return day.with({ day: 1 }).add({ months: 1 });
    case "QUARTER":
      return day.with({ day: 1, month: 3 * Math.floor((day.month - 1) / 3) + 1 }).add({ months: 3 });
    case "YEAR":
      return day.with({ day: 1, month: 1 }).add({ years: 1 });
  }
}
