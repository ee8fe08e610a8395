import type { ReverseCommand } from "../../../src/ledger/core/command";
import {
  floorDiv,
  minOf,
  Refusal,
  spendable,
  sumOf,
  type ModelBooks,
  type ModelEntry,
  type ModelLot,
  type ModelTransfer,
} from "./books";
import { carry, post, take } from "./decide";

const reversible = ["EARN", "SPEND", "CAPTURE", "CONVERT", "DEPOSIT", "WITHDRAW", "ADJUST", "TRANSFER_OUT"];

interface Left extends ModelEntry {
  readonly entryNo: number;
}

export function reverse(books: ModelBooks, transfer: ModelTransfer, command: ReverseCommand): void {
  const original = books.transfers.find(({ sequence }) => sequence === command.transfer);
  if (!original) throw new Refusal("NOT_FOUND");
  if (!reversible.includes(original.command.command)) throw new Refusal("NOT_REVERSIBLE");
  transfer.programId = original.programId;
  transfer.refersTo = original.sequence;
  const left = leftOf(books, original, command.line);
  const there = sumOf(left.map(({ amount }) => amount));
  const byProduct = command.amount !== null && typeof command.amount === "object";
  const byAmountsSoFar = books.transfers.some(
    (each) => each.command.command === "REVERSE" && each.refersTo === original.sequence && each.product === null,
  );
  const isWhole = byProduct || (command.amount === null && command.line === null);
  if (original.product !== null && isWhole && !byAmountsSoFar) {
    return reverseCarried(books, transfer, command, { original, left, there });
  }
  if (byProduct) throw new Refusal("INVALID_INPUT");
  const wanted = command.amount;
  if (wanted !== null && wanted <= 0n) throw new Refusal("INVALID_INPUT");
  const name = original.command.command;
  const partly = wanted !== null || command.line !== null;
  if ((name === "CONVERT" || name === "TRANSFER_OUT") && partly) throw new Refusal("INVALID_INPUT");
  const transit = books.transits.get(original.sequence);
  if (name === "TRANSFER_OUT" && transit?.state !== "SENT") throw new Refusal("NOT_REVERSIBLE");
  if (there === 0n || (wanted !== null && wanted > there)) {
    throw new Refusal("REVERSAL_EXCEEDS_ORIGINAL", there, wanted ?? undefined);
  }
  const amount = wanted ?? there;
  if (name === "CONVERT") return unconvert(books, transfer, left, original.amount);
  const [first] = left as [Left];
  if (name === "EARN" || (name === "ADJUST" && first.credit === "AVAILABLE")) {
    return takeBack(books, transfer, command, { left, wanted: amount, beyond: 0n, other: first.debit });
  }
  giveBack(books, transfer, left, amount);
  if (transit) transit.state = "RETURNED";
}

/** Entries of the original, the last first, with what is not reversed of each. */
function leftOf(books: ModelBooks, original: ModelTransfer, line: string | null): Left[] {
  const reversals = books.transfers.filter(
    ({ command, refersTo }) => command.command === "REVERSE" && refersTo === original.sequence,
  );
  return original.entries
    .map((entry, index) => {
      const entryNo = index + 1;
      const back = reversals.flatMap(({ entries }) => entries.filter(({ reverses }) => reverses === entryNo));
      return { ...entry, entryNo, amount: entry.amount - sumOf(back.map(({ amount }) => amount)) };
    })
    .filter(({ debit, credit }) => !(debit === "HELD" && credit === "AVAILABLE"))
    .filter((entry) => (line === null || entry.line === line) && entry.amount > 0n)
    .reverse();
}

function reverseCarried(
  books: ModelBooks,
  transfer: ModelTransfer,
  command: ReverseCommand,
  { original, left, there }: { original: ModelTransfer; left: Left[]; there: bigint },
): void {
  const taken = books.transfers
    .filter((each) => each.command.command === "REVERSE" && each.refersTo === original.sequence)
    .map(({ product }) => product ?? 0n);
  const productLeft = (original.product ?? 0n) - sumOf(taken);
  const product = command.amount === null ? productLeft : (command.amount as { product: bigint }).product;
  if (product > productLeft || productLeft === 0n) {
    throw new Refusal("REVERSAL_EXCEEDS_ORIGINAL", productLeft, product);
  }
  if (product <= 0n) throw new Refusal("INVALID_INPUT");
  const denominator = original.remainderOf ?? 1n;
  const kept = books.remainders.get(original.programId ?? "");
  const carried = (kept ? (kept.remainder * denominator) / kept.denominator : 0n) - product;
  const points = -floorDiv(carried, denominator);
  transfer.product = product;
  transfer.remainder = carried + points * denominator;
  transfer.remainderOf = denominator;
  const wanted = minOf(points, there);
  takeBack(books, transfer, command, { left, wanted, beyond: points - wanted, other: "ISSUER_LIABILITY" });
  carry(books, transfer);
}

function takeBack(
  books: ModelBooks,
  transfer: ModelTransfer,
  { onShortfall, recordedAt }: ReverseCommand,
  { left, wanted, beyond, other }: { left: Left[]; wanted: bigint; beyond: bigint; other: string },
): void {
  let rest = wanted;
  let found = 0n;
  for (const { entryNo, debit, amount, lotNo, line } of left) {
    const lot = books.lots[(lotNo ?? 0) - 1] as ModelLot;
    let want = minOf(rest, amount);
    rest -= want;
    const from = (bucket: string, there: bigint) => {
      const part = minOf(want, there);
      if (part > 0n) post(transfer, bucket, debit, part, { lotNo, line, reverses: entryNo });
      want -= part;
      found += part;
      giveRoom(books, lot, part);
      return part;
    };
    lot.pending -= from("PENDING", lot.pending);
    lot.available -= from("AVAILABLE", lot.available);
    from("BREAKAGE", lapsedOf(books, lotNo ?? 0));
  }
  const missing = wanted + beyond - found;
  if (missing > 0n && onShortfall === "REFUSE") throw new Refusal("INSUFFICIENT_POINTS", found, wanted + beyond);
  const programId = transfer.programId ?? "";
  const taking = minOf(missing, spendable(books, programId, recordedAt));
  if (taking > 0n) {
    for (const [lot, part] of take(books, programId, taking, "SOONEST", recordedAt)) {
      post(transfer, "AVAILABLE", other, part, { lotNo: lot.lotNo });
    }
  }
  transfer.shortfall = missing - taking;
  transfer.amount = wanted + beyond - transfer.shortfall;
}

function giveRoom(books: ModelBooks, lot: ModelLot, points: bigint): void {
  for (const { cap } of lot.caps) {
    const counter = books.caps.get(cap);
    if (counter) counter.used -= points;
  }
}

function lapsedOf(books: ModelBooks, lotNo: number): bigint {
  const entries = books.transfers.flatMap((each) => each.entries).filter((entry) => entry.lotNo === lotNo);
  return sumOf(
    entries.map(({ debit, credit, amount }) => (credit === "BREAKAGE" ? amount : debit === "BREAKAGE" ? -amount : 0n)),
  );
}

function giveBack(books: ModelBooks, transfer: ModelTransfer, left: readonly Left[], wanted: bigint): void {
  let rest = wanted;
  for (const { entryNo, debit, credit, amount, lotNo, line, currency, programId } of left) {
    if (rest === 0n) break;
    const part = minOf(rest, amount);
    rest -= part;
    if (credit === "CASH" && (books.cash.get(currency ?? "") ?? 0n) < wanted) {
      throw new Refusal("INSUFFICIENT_FUNDS", books.cash.get(currency ?? "") ?? 0n, wanted);
    }
    const back = debit === "HELD" ? "AVAILABLE" : debit;
    post(transfer, credit, back, part, { programId, currency, lotNo, line, reverses: entryNo });
    if (lotNo !== null) (books.lots[lotNo - 1] as ModelLot).available += part;
  }
  transfer.amount = wanted;
}

function unconvert(books: ModelBooks, transfer: ModelTransfer, left: readonly Left[], amount: bigint): void {
  for (const entry of left) {
    const lot = entry.lotNo === null ? undefined : books.lots[entry.lotNo - 1];
    if (lot && entry.credit === "AVAILABLE") {
      if (lot.available < entry.amount) throw new Refusal("INSUFFICIENT_POINTS", lot.available, entry.amount);
      lot.available -= entry.amount;
    } else if (lot) {
      lot.available += entry.amount;
    }
    const { programId, lotNo, line, entryNo } = entry;
    post(transfer, entry.credit, entry.debit, entry.amount, { programId, lotNo, line, reverses: entryNo });
  }
  transfer.amount = amount;
}
