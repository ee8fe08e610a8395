import { digestOf, type ChainedTransfer } from "./chain";

/** What a partner may know of a transfer at its merchant or in its program. */
export type ReceiptedTransfer = Pick<
  ChainedTransfer,
  | "command"
  | "programId"
  | "merchantId"
  | "outletId"
  | "shift"
  | "channel"
  | "amount"
  | "shortfall"
  | "sourceReference"
  | "eventId"
  | "occurredAt"
  | "recordedAt"
>;

/**
 * The text that stands for a transfer in a checkpoint's tree of receipts, for partners: nothing of it says whose it is, and
 * the event's random id keeps anybody from guessing the texts of others. Written as the lines of a body are.
 */
export function receiptText(transfer: ReceiptedTransfer): string {
  const { command, programId, merchantId, outletId, shift, channel, amount, shortfall, sourceReference } = transfer;
  const { eventId, occurredAt, recordedAt } = transfer;
  return JSON.stringify([
    ...["alliance-receipt-1", command, programId, merchantId, outletId, shift, channel, String(amount)],
    ...[String(shortfall), sourceReference, eventId, String(occurredAt.getTime()), String(recordedAt.getTime())],
  ]);
}

export function receiptDigest(transfer: ReceiptedTransfer): Buffer {
  return digestOf(receiptText(transfer));
}
