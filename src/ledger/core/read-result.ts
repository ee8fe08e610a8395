import type { LedgerRefusalCode, LedgerResult } from "./command";

/** What the kernel answers: whole numbers as texts. */
export interface PostedJson {
  readonly outcome: LedgerResult["outcome"];
  readonly sequence?: string;
  readonly amount?: string;
  readonly shortfall?: string;
  readonly code?: string;
  readonly available?: string;
  readonly requested?: string;
}

export function readResult(posted: PostedJson): LedgerResult {
  switch (posted.outcome) {
    case "DONE":
    case "REPLAYED":
      return {
        outcome: posted.outcome,
        sequence: BigInt(posted.sequence ?? 0),
        amount: BigInt(posted.amount ?? 0),
        shortfall: BigInt(posted.shortfall ?? 0),
      };
    case "NOTHING":
      return { outcome: "NOTHING" };
    case "REFUSED":
      return {
        outcome: "REFUSED",
        code: posted.code as LedgerRefusalCode,
        ...(posted.available === undefined ? {} : { available: BigInt(posted.available) }),
        ...(posted.requested === undefined ? {} : { requested: BigInt(posted.requested) }),
      };
  }
}
