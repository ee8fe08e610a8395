/** What a history counter counts; later rooms add what they record. */
export const counterMetrics = ["PURCHASES", "SPEND"] as const;
export type CounterMetric = (typeof counterMetrics)[number];

/** What a counter is, as rules and readers know it. */
export interface HistoryCounter {
  /** Lower snake case; the fact is `history.<code>`. */
  readonly code: string;
  readonly metric: CounterMetric;
  /** 1 to 731; the day of the question is one of them. */
  readonly periodDays: number;
  readonly merchantId: string | null;
  readonly categoryCode: string | null;
  /** ISO 4217; never null for SPEND. */
  readonly currency: string | null;
}

export const longestPeriodDays = 731;
