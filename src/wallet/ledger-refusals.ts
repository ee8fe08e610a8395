import { refuse, type Result } from "../kernel/result";
import type { LedgerRefusalCode, LedgerResult } from "../ledger/core/command";

type Refused = Extract<LedgerResult, { outcome: "REFUSED" }>;

/** A refusal of the kernel in words: names the thing, its value and what was expected. */
export function asRefusal({ code, available, requested }: Refused, path: readonly string[]): Result<never> {
  return refuse(code, messages[code](available ?? 0n, requested ?? 0n), path);
}

const messages: Readonly<Record<LedgerRefusalCode, (available: bigint, requested: bigint) => string>> = {
  NOT_FOUND: () => "The member, the program or the transfer was not found.",
  MEMBER_CLOSED: () => "The member is not ACTIVE.",
  IDEMPOTENCY_MISMATCH: () =>
    "The idempotencyKey was used before with another input; the same key takes the same input.",
  INSUFFICIENT_POINTS: (there, asked) => `The member has ${there} points for that, ${asked} were asked for.`,
  INSUFFICIENT_FUNDS: (there, asked) => `The member has ${there} minor units, ${asked} were asked for.`,
  INSUFFICIENT_HOLD: (there, asked) => `${there} points are held, ${asked} were asked for.`,
  HOLD_CLOSED: () => "The hold was captured as a whole, given back, or its time is over; expected an open hold.",
  NOT_REVERSIBLE: () => "The transfer is of a kind that cannot be reversed.",
  REVERSAL_EXCEEDS_ORIGINAL: (there, asked) =>
    `${there} of the transfer is left to reverse, ${asked > 0n ? asked : "more"} was asked for.`,
  AMOUNT_OVERFLOW: () => "The balance would pass 2^63-1, expected an amount that it can hold.",
  INVALID_INPUT: () => "An amount is not positive, or the parts do not fit together.",
  SECOND_PERSON_REQUIRED: () => "Who asked for it cannot approve it; another person must.",
  INEXACT_RATE: () => "The rate does not come to whole points for this amount.",
  CAP_REACHED: (room, asked) => `The cap has room for ${room} points, ${asked} were asked for.`,
};
