import { Temporal } from "temporal-polyfill";
import { dayIn, startOfDay } from "../../kernel/zoned-day";
import type { QuotaPeriod, QuotaTerms } from "../../benefits/core/benefit";

/** What an entitlement's quota is reckoned by. */
export interface GrantedQuota {
  /** Null: as often as wished. */
  readonly quota: QuotaTerms | null;
  /** The quota counts so many times: how often the benefit is in the package. */
  readonly quantity: number;
  /** The half-open time for which it was granted. */
  readonly validFrom: Date;
  readonly validUntil: Date;
  /** IANA zone in which its periods are counted. */
  readonly timeZone: string;
}

/** Units that were used or are reserved, by the first day (yyyy-mm-dd) of their period. */
export type UsesByPeriod = ReadonlyMap<string, number>;

export interface QuotaStanding {
  /** First day of the period in the entitlement's zone: what its uses are filed under. */
  readonly period: string;
  /** The period, half-open. Its ends may lie outside of the time for which the entitlement was granted. */
  readonly from: Date;
  readonly to: Date;
  /** Units that may be used in this period with what was carried over; null: as many as wished. */
  readonly units: number | null;
  readonly used: number;
  /** Never negative; null: as many as wished. */
  readonly left: number | null;
}

/**
 * Where a quota stands at an instant, by the clock alone: nothing has to be reset when a period begins. What is used
 * late at an earlier instant counts in that one's period. With `carryOver` a unit used then may be one that a later
 * period, in which more was used already, had been given: such a unit is not left any more.
 */
export function quotaAt(granted: GrantedQuota, uses: UsesByPeriod, at: Date): QuotaStanding {
  const { quota, timeZone } = granted;
  const period = periodAt(granted, at);
  const [from, to] = [startOfDay(timeZone, period.first), startOfDay(timeZone, period.next)];
  const key = period.first.toString();
  const base = { period: key, from, to, used: uses.get(key) ?? 0 };
  if (!quota) return { ...base, units: null, left: null };
  const each = quota.units * granted.quantity;
  if (!quota.carryOver) return { ...base, units: each, left: Math.max(0, each - base.used) };
  const usedBefore = sumOf(uses, (day) => day < key);
  const leftAt = (day: string, number: number) => number * each - sumOf(uses, (used) => used <= day);
  const number = numberOf(granted, period.first);
  const later = [...uses.keys()].filter((day) => day > key);
  const left = Math.min(
    leftAt(key, number),
    ...later.map((day) => leftAt(day, numberOf(granted, Temporal.PlainDate.from(day)))),
  );
  return { ...base, units: number * each - usedBefore, left: Math.max(0, left) };
}

interface Days {
  readonly first: Temporal.PlainDate;
  readonly next: Temporal.PlainDate;
}

function periodAt(granted: GrantedQuota, at: Date): Days {
  const day = dayIn(granted.timeZone, at);
  const per = granted.quota?.per ?? "CYCLE";
  if (per === "CYCLE") {
    return { first: dayIn(granted.timeZone, granted.validFrom), next: dayIn(granted.timeZone, granted.validUntil) };
  }
  const first = firstDayOf(per, day);
  return { first, next: first.add(lengths[per]) };
}

/** How many periods there were up to this one, the one in which the entitlement began being the first. */
function numberOf(granted: GrantedQuota, first: Temporal.PlainDate): number {
  const per = granted.quota?.per ?? "CYCLE";
  if (per === "CYCLE") return 1;
  const began = firstDayOf(per, dayIn(granted.timeZone, granted.validFrom));
  const { days = 0, months = 1 } = lengths[per];
  const between = began.until(first, { largestUnit: days > 0 ? "day" : "month" });
  return 1 + (days > 0 ? between.days / days : between.months / months);
}

type CalendarPeriod = Exclude<QuotaPeriod, "CYCLE">;

const lengths: Readonly<Record<CalendarPeriod, { readonly days?: number; readonly months?: number }>> = {
  DAY: { days: 1 },
  WEEK: { days: 7 },
  MONTH: { months: 1 },
  QUARTER: { months: 3 },
  YEAR: { months: 12 },
};

function firstDayOf(per: CalendarPeriod, day: Temporal.PlainDate): Temporal.PlainDate {
  switch (per) {
    case "DAY":
      return day;
    case "WEEK":
      return day.subtract({ days: day.dayOfWeek - 1 });
    case "MONTH":
      return day.with({ day: 1 });
    case "QUARTER":
      return day.with({ day: 1, month: 3 * Math.floor((day.month - 1) / 3) + 1 });
    case "YEAR":
      return day.with({ day: 1, month: 1 });
  }
}

function sumOf(uses: UsesByPeriod, counts: (day: string) => boolean): number {
  let sum = 0;
  for (const [day, units] of uses) if (counts(day)) sum += units;
  return sum;
}
