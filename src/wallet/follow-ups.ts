import type { Action } from "../auth/core/policy.table";
import type { Work } from "../context";
import { refusalFor } from "../graphql/authorize";
import type { Points } from "../kernel/points";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { receiverOf } from "./movements";
import { basicsOf, movementRefusals, posted, type AskedMovement, type Moved } from "./move-value";
import { transfersByKeys, type TransferKey, type TransferRow } from "./transfers.queries";

/** What is done about an earlier transfer, which the caller names. */
export interface FollowUp extends AskedMovement {
  /** Undefined where the id that was given names nothing. */
  readonly transfer: TransferKey | undefined;
}

/** The transfer, if the caller may do this about it: a partner at its merchants, or of its programs. */
export async function transferInHand(
  work: Work,
  action: Action,
  asked: FollowUp,
  expected: readonly string[],
): Promise<Result<TransferRow>> {
  const refusals = movementRefusals(asked, work.now);
  if (refusals.length > 0) return refuseAll(refusals);
  const path = ["input", "transferId"];
  const [row] = asked.transfer ? await transfersByKeys(work.database.app, [asked.transfer], { kind: "all" }) : [];
  const { merchants, programs } = await work.services.catalogue.thatKnows();
  const partnerIds = [
    row?.merchantId ? merchants.get(row.merchantId)?.partnerId : undefined,
    row?.programId && !row.merchantId ? programs.get(row.programId)?.issuerPartnerId : undefined,
  ].filter((id) => id !== undefined);
  const denied = refusalFor(work, action, { partnerIds }, "The transfer");
  if (denied) return denied;
  if (!row) return refuse("NOT_FOUND", "The transfer was not found.", path);
  if (!expected.includes(row.command)) {
    return refuse("WRONG_STATE", `The transfer is of kind ${row.command}, expected ${expected.join(" or ")}.`, path);
  }
  return done(row);
}

export interface HoldToCapture extends FollowUp {
  readonly amount: Points;
  /** Gives what is left of the hold back. */
  readonly final: boolean;
}

/** Takes what a hold set aside, whole or in parts. */
export async function captureHold(work: Work, input: HoldToCapture): Promise<Result<Moved>> {
  const found = await transferInHand(work, "captureHold", input, ["HOLD"]);
  if (!found.ok) return found;
  const { memberId, sequence, merchantId, outletId, causeKind, causeId } = found.value;
  return posted(work, {
    ...basicsOf(work, memberId, told(input)),
    ...{ command: "CAPTURE", hold: sequence, amount: input.amount, final: input.final },
    ...{ merchantId, outletId, cause: { kind: causeKind, id: causeId }, creditBucket: receiverOf(merchantId) },
  });
}

/** Gives what is left of a hold back to the member. */
export async function voidHold(work: Work, input: FollowUp): Promise<Result<Moved>> {
  const found = await transferInHand(work, "voidHold", input, ["HOLD"]);
  if (!found.ok) return found;
  const { memberId, sequence, merchantId, outletId, causeKind, causeId } = found.value;
  return posted(work, {
    ...basicsOf(work, memberId, told(input)),
    ...{ command: "VOID", hold: sequence, merchantId, outletId, cause: { kind: causeKind, id: causeId } },
  });
}

export interface TransferToReverse extends FollowUp {
  /** Null: all that is not reversed yet. */
  readonly amount: bigint | null;
  readonly line: string | null;
  readonly onShortfall: "REFUSE" | "TAKE";
}

const reversible = ["EARN", "SPEND", "CAPTURE", "CONVERT", "DEPOSIT", "WITHDRAW"];

/** Takes a transfer back, whole or in part: points return to the lots and dates that they came from. */
export async function reverseTransfer(work: Work, input: TransferToReverse): Promise<Result<Moved>> {
  const found = await transferInHand(work, "reverseTransfer", input, reversible);
  return found.ok ? reverseInHand(work, found.value, input) : found;
}

export function reverseInHand(work: Work, original: TransferRow, input: TransferToReverse): Promise<Result<Moved>> {
  const { memberId, sequence, merchantId, outletId, causeKind, causeId } = original;
  const { amount, line, onShortfall } = input;
  return posted(work, {
    ...basicsOf(work, memberId, told(input)),
    ...{ command: "REVERSE", transfer: sequence, amount, line, onShortfall },
    ...{ merchantId, outletId, cause: { kind: causeKind, id: causeId } },
  });
}

/** Lets points that waited for it become available. */
export async function confirmPoints(work: Work, input: FollowUp): Promise<Result<Moved>> {
  const found = await transferInHand(work, "confirmPoints", input, ["EARN"]);
  if (!found.ok) return found;
  const { memberId, sequence, programId, causeKind, causeId } = found.value;
  if (programId === null) throw new Error("points are earned in a program");
  return posted(work, {
    ...basicsOf(work, memberId, told(input)),
    ...{ command: "RELEASE", programId, transfer: sequence, asOf: work.now, cause: { kind: causeKind, id: causeId } },
  });
}

/** What is hashed of the input: the key of the transfer in texts. */
function told<Asked extends FollowUp>({ transfer, ...asked }: Asked): AskedMovement {
  return { ...asked, ...{ transfer: transfer && [transfer.memberId, transfer.sequence] } };
}
