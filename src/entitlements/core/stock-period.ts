import type { StockTerms } from "../../benefits/core/benefit";
import { dayIn } from "../../kernel/zoned-day";

/**
 * Which period of a stock an instant falls into, in the benefit's own zone, since all members share it. A day and a month
 * have names of different lengths, so that a version that counts by months never meets one that counted by days.
 */
export function stockPeriodAt({ per }: StockTerms, timeZone: string, at: Date): string {
  if (per === null) return "ALL";
  const day = dayIn(timeZone, at);
  return per === "DAY" ? day.toString() : day.toPlainYearMonth().toString();
}
