import type { Money } from "../../kernel/money";
import type { LotToIssue } from "../../ledger/core/command";
import { pointsEarned, type EarningRate, type ExpiryPolicy } from "../../programs/core/program";
import { expiryOf } from "./expiry";

/** What a program says of earning, as far as every purchase needs it. */
export interface EarningTerms {
  readonly programId: string;
  readonly rate: EarningRate;
  readonly expiry: ExpiryPolicy;
  /** IANA zone in which the program's calendar rules run. */
  readonly timeZone: string;
}

/** The base points of one purchase, rounded by itself; undefined where its currency earns nothing or it comes to nothing. */
export function baseLotOf(terms: EarningTerms, spent: Money, occurredAt: Date): LotToIssue | undefined {
  const amount = pointsEarned(terms.rate, spent);
  if (!amount) return undefined;
  return {
    ...{ kind: "BASE", amount, caps: [], pendingUntil: null, funderPartnerId: null, line: null },
    expiresAt: expiryOf(terms.expiry, terms.timeZone, occurredAt),
    terms: rateText(terms.rate),
  };
}

/** `1:2000 DOWN`: points for minor units, and how a fraction is rounded. */
export function rateText({ points, rounding }: EarningRate): string {
  return `${points.numerator}:${points.denominator} ${rounding}`;
}
