import type { Refusal } from "../../kernel/result";

/** What a history counter counts; later rooms add what they record. */
export const counterMetrics = ["PURCHASES", "SPEND"] as const;
export type CounterMetric = (typeof counterMetrics)[number];

/** What is counted of every member, and over how many days it is summed up. */
export interface HistoryCounter {
  /** Lower snake case; the fact is `history.<code>`. */
  readonly code: string;
  readonly metric: CounterMetric;
  /** 1 to 731; the day of the question is one of them. */
  readonly periodDays: number;
  /** Only what happened at this merchant, or at merchants of this category; at most one of the two. */
  readonly merchantId: string | null;
  readonly categoryCode: string | null;
  /** ISO 4217; never null for SPEND. */
  readonly currency: string | null;
}

/** Two years and a day, so that a year can be compared with the one before. */
const longestPeriodDays = 731;

/** How far from now a moment may lie that is asked for: a counter's days are kept for so much longer than its period. */
export const farthestMomentDays = 400;

/** Refusals of the counter alone; whether merchant, category and currency exist is asked where they are known. */
export function counterRefusals(counter: HistoryCounter): Refusal[] {
  const { code, metric, periodDays, merchantId, categoryCode, currency } = counter;
  const refusals: Refusal[] = [];
  const invalid = (field: string, message: string) =>
    refusals.push({ code: "INVALID_INPUT", message, path: ["input", field] });
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(code)) {
    const expected = "1 to 63 lower-case letters, digits and underscores, beginning with a letter";
    invalid("code", `code is ${JSON.stringify(code.slice(0, 100))}, expected ${expected}.`);
  }
  if (periodDays < 1 || periodDays > longestPeriodDays) {
    invalid("periodDays", `periodDays is ${periodDays}, expected 1 to ${longestPeriodDays}.`);
  }
  if (merchantId !== null && categoryCode !== null) {
    invalid(
      "categoryCode",
      "A counter counts at a merchant or at those of a category, expected at most one of the two.",
    );
  }
  if (metric === "SPEND" && currency === null) {
    invalid("currency", "currency is absent, expected an ISO 4217 code: amounts of several cannot be added up.");
  }
  return refusals;
}
