import type { EventCounts } from "./core/rewards-replay";

/** A line that was left out. `file` is which of the import's files: `portfolio`, `profile`, `transcript`, `purchases`. */
export interface RejectedLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Names the field, its value and what was expected. */
  readonly reason: string;
}

/**
 * What the rewards app's files hold. Computed from the files alone, so that it is the same however often they are
 * imported. Totals are minor units of `currency`, as texts, since JSON numbers would lose digits.
 */
export interface RewardsReport {
  /** Good lines of the profile file. */
  readonly members: number;
  /** Distinct members in good lines of the transcript. */
  readonly activeMembers: number;
  /** Good lines of the portfolio file. */
  readonly offers: number;
  readonly events: Readonly<EventCounts>;
  readonly rejected: readonly RejectedLine[];
  /** The completions that follow from deliveries and purchases, held against those that the file records. */
  readonly replay: { readonly completed: number; readonly missing: number; readonly extra: number };
  readonly purchaseTotalMinor: string;
  /** Of the completions that the file records. */
  readonly rewardTotalMinor: string;
  readonly currency: string;
}

/** What a purchase file holds, on the same terms. */
export interface PurchasesReport {
  readonly purchases: number;
  /** Distinct customer numbers. */
  readonly customers: number;
  readonly items: number;
  readonly purchaseTotalMinor: string;
  readonly currency: string;
  /** `yyyy-mm-dd`, null in a file without a good line. */
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  readonly rejected: readonly RejectedLine[];
}
