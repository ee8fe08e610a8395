import type { MinorUnits } from "../../kernel/money";
import type { Points } from "../../kernel/points";
import type { LotKind, PartyBucket } from "./bucket";

/** What moves value; each is one call of the kernel and leaves at most one transfer. */
export const ledgerCommands = [
  "EARN",
  "SPEND",
  "HOLD",
  "CAPTURE",
  "VOID",
  "REVERSE",
  "EXPIRE",
  "RELEASE",
  "CONVERT",
  "DEPOSIT",
  "WITHDRAW",
  "TRANSFER_OUT",
  "TRANSFER_IN",
  "ADJUST",
] as const;
export type LedgerCommandName = (typeof ledgerCommands)[number];

/** Why value moved: the member's action or the decision behind it. `id` names it within its kind. */
export interface Cause {
  readonly kind:
    | "PURCHASE"
    | "PURCHASE_REFUND"
    | "OFFER"
    | "OPENING"
    | "GOODWILL"
    | "ADJUSTMENT"
    | "CHECKOUT"
    | "REWARD"
    | "EXCHANGE"
    | "DONATION"
    | "MEMBER_TRANSFER"
    | "MERGE"
    | "EXPIRY"
    | "BENEFIT"
    | "CAMPAIGN"
    | "IMPORT"
    | "MANUAL";
  readonly id: string;
}

/** What every command says. Instants are UTC; `idempotencyKey` is unique within the member, for ever. */
export interface CommandBase {
  readonly memberId: string;
  /** 1 to 200 printable characters. The same key with the same input answers the first result, with another is refused. */
  readonly idempotencyKey: string;
  readonly cause: Cause;
  /** Who moves it, as `actorIdOf` names actors. */
  readonly actor: string;
  /** When it happened in the world. */
  readonly occurredAt: Date;
  /** The clock of whoever posts it: decides which lots have lapsed. Not part of the input. */
  readonly recordedAt: Date;
  /** What the caller said, where amounts are derived from it by rules that may change: hashed in place of the command. */
  readonly decidedFrom?: unknown;
  readonly merchantId?: string | null;
  readonly outletId?: string | null;
  /** The till's own name of the shift, for its totals. */
  readonly shift?: string | null;
  readonly channel?: string | null;
  /** The outside's own reference, unique in the whole alliance for ever; claimed before (claim-source-reference.ts). */
  readonly sourceReference?: string | null;
  /** Which version of rates, terms or prices decided the amounts. */
  readonly priceVersion?: string | null;
  readonly reason?: string | null;
}

/** The most that one counter may give: `cap` names it with its period (`bonus:2026-12`). Taken in the same statement. */
export interface Cap {
  readonly cap: string;
  readonly limit: Points;
}

/** One lot to be issued. */
export interface LotToIssue {
  readonly kind: LotKind;
  /**
   * How many points; or, where the member's remainder in the program is carried from purchase to purchase, what they are
   * counted from: `product / denominator` points with the remainder put to it, the rest carried on.
   */
  readonly amount: Points | { readonly product: bigint; readonly denominator: bigint };
  /** The first instant at which they have lapsed; null: never. */
  readonly expiresAt: Date | null;
  /** Null: available at once. An instant: pending until then. `CONFIRMATION`: until a RELEASE names the transfer. */
  readonly pendingUntil: Date | "CONFIRMATION" | null;
  /** The version of the earning terms, for the record. */
  readonly terms: string | null;
  /** Every one of them must have room; the lot is cut to the least. */
  readonly caps: readonly Cap[];
  readonly funderPartnerId: string | null;
  /** The purchase's line that it is for. */
  readonly line: string | null;
}

interface InProgram {
  readonly programId: string;
}

/** The order in which lots are used: what lapses first goes first, bonus points before base points or regardless of it. */
export type UseOrder = "SOONEST" | "BONUS_FIRST";

export interface EarnCommand extends CommandBase, InProgram {
  readonly command: "EARN";
  /** Lots that come to nothing are left out; where all do and no remainder changes, there is no transfer. One may carry. */
  readonly lots: readonly LotToIssue[];
  /** What becomes of points that a cap has no room for: cut off, or the whole command refused with `CAP_REACHED`. */
  readonly onCap: "CUT" | "REFUSE";
}

export interface AmountOfLine {
  readonly line: string | null;
  readonly amount: Points;
}

export interface SpendCommand extends CommandBase, InProgram {
  readonly command: "SPEND";
  readonly lines: readonly AmountOfLine[];
  readonly useOrder: UseOrder;
  /** Who gets it: `MERCHANT_PAYABLE` at a till, `OPERATOR_INCOME` where the operator sells. */
  readonly creditBucket: PartyBucket;
}

export interface HoldCommand extends CommandBase, InProgram {
  readonly command: "HOLD";
  readonly lines: readonly AmountOfLine[];
  readonly useOrder: UseOrder;
  /** The first instant at which what is still held is given back by a job. */
  readonly expiresAt: Date;
}

export interface CaptureCommand extends CommandBase {
  readonly command: "CAPTURE";
  /** The number of the HOLD. */
  readonly hold: bigint;
  readonly amount: Points;
  readonly creditBucket: PartyBucket;
  /** Gives what is left back in the same transfer. */
  readonly final: boolean;
}

export interface VoidCommand extends CommandBase {
  readonly command: "VOID";
  readonly hold: bigint;
}

export interface ReverseCommand extends CommandBase {
  readonly command: "REVERSE";
  /** The number of the EARN, SPEND, CAPTURE, CONVERT, DEPOSIT, WITHDRAW or ADJUST that is undone. */
  readonly transfer: bigint;
  /**
   * How much, in the transfer's own unit; null: all that is not reversed yet. `product`: of an EARN that carried its
   * remainder, the part of its product that is taken back. A CONVERT is reversed as a whole.
   */
  readonly amount: bigint | { readonly product: bigint } | null;
  /** Only what was posted for this line. */
  readonly line: string | null;
  /**
   * Points that were earned and are spent by now: `REFUSE` the reversal, or `TAKE` what is there, of other lots too, and
   * tell the shortfall.
   */
  readonly onShortfall: "REFUSE" | "TAKE";
}

export interface ExpireCommand extends CommandBase {
  readonly command: "EXPIRE";
  readonly programId: string;
  /** What has lapsed by this instant; with `inactiveSince` every lot. */
  readonly asOf: Date;
  /** For programs that lapse by inactivity: does nothing if the account moved at this instant or later. */
  readonly inactiveSince: Date | null;
}

export interface ReleaseCommand extends CommandBase {
  readonly command: "RELEASE";
  readonly programId: string;
  /** The EARN that is confirmed; null: everything whose day has come. */
  readonly transfer: bigint | null;
  readonly asOf: Date;
}

export interface ConvertCommand extends CommandBase, InProgram {
  readonly command: "CONVERT";
  readonly amount: Points;
  readonly useOrder: UseOrder;
  /** `amount × numerator / denominator` must be whole and come to `credited + fee`. */
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly into: InProgram & {
    readonly credited: Points;
    readonly fee: Points;
    readonly expiresAt: Date | null;
    readonly terms: string | null;
  };
}

export interface MoneyCommand extends CommandBase {
  readonly command: "DEPOSIT" | "WITHDRAW";
  readonly currency: string;
  readonly amountMinor: MinorUnits;
  /** Where it comes from or goes to: `EXTERNAL_CLEARING`, `MERCHANT_PAYABLE`, `OPERATOR_INCOME`. */
  readonly otherBucket: PartyBucket;
  readonly funderPartnerId: string | null;
}

/** The sender's half of a transfer between members. */
export interface TransferOutCommand extends CommandBase, InProgram {
  readonly command: "TRANSFER_OUT";
  readonly receiverId: string;
  /** Null: everything available, of a member that was merged into another. */
  readonly amount: Points | null;
  readonly useOrder: UseOrder;
}

/**
 * The receiver's half: the same lots, with their kinds and dates. Without lots it declines: the key is used up, so that
 * nothing can arrive any more and the sender may safely have its points back. Its key and `decidedFrom` name the sender's
 * transfer and nothing else, so that whichever of the two comes first decides.
 */
export interface TransferInCommand extends CommandBase, InProgram {
  readonly command: "TRANSFER_IN";
  readonly senderId: string;
  readonly lots: readonly ArrivingLot[];
}

export interface ArrivingLot extends Pick<LotToIssue, "kind" | "expiresAt" | "terms"> {
  readonly amount: Points;
}

export interface AdjustCommand extends CommandBase, InProgram {
  readonly command: "ADJUST";
  /** More for the member where positive, less where negative; never 0. */
  readonly amount: bigint;
  readonly expiresAt: Date | null;
  /** The second person; never `actor`. */
  readonly approver: string;
  readonly useOrder: UseOrder;
}

export type LedgerCommand =
  | EarnCommand
  | SpendCommand
  | HoldCommand
  | CaptureCommand
  | VoidCommand
  | ReverseCommand
  | ExpireCommand
  | ReleaseCommand
  | ConvertCommand
  | MoneyCommand
  | TransferOutCommand
  | TransferInCommand
  | AdjustCommand;

/**
 * What became of a command.
 * - `DONE`, `REPLAYED`: the transfer `sequence` of the member; replayed where its key was used before with the same input.
 * - `NOTHING`: there was nothing to move (a purchase worth no point, nothing due), and nothing is recorded.
 * - `REFUSED`: nothing moved; `code` is one of `RefusalCode`.
 */
export type LedgerResult =
  | {
      readonly outcome: "DONE" | "REPLAYED";
      readonly sequence: bigint;
      /** What moved in the transfer's first unit; 0 where only a remainder was carried. */
      readonly amount: bigint;
      /** Points that a reversal should have taken back and could not. */
      readonly shortfall: bigint;
    }
  | { readonly outcome: "NOTHING" }
  | {
      readonly outcome: "REFUSED";
      readonly code: LedgerRefusalCode;
      readonly available?: bigint;
      readonly requested?: bigint;
    };

export const ledgerRefusalCodes = [
  "NOT_FOUND",
  "MEMBER_CLOSED",
  "IDEMPOTENCY_MISMATCH",
  "INSUFFICIENT_POINTS",
  "INSUFFICIENT_FUNDS",
  "INSUFFICIENT_HOLD",
  "HOLD_CLOSED",
  "NOT_REVERSIBLE",
  "REVERSAL_EXCEEDS_ORIGINAL",
  "AMOUNT_OVERFLOW",
  "INVALID_INPUT",
  "SECOND_PERSON_REQUIRED",
  "INEXACT_RATE",
  "CAP_REACHED",
] as const;
export type LedgerRefusalCode = (typeof ledgerRefusalCodes)[number];
