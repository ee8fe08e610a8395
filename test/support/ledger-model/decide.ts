import type {
  AdjustCommand,
  AmountOfLine,
  CaptureCommand,
  ConvertCommand,
  EarnCommand,
  ExpireCommand,
  HoldCommand,
  MoneyCommand,
  ReleaseCommand,
  SpendCommand,
  TransferInCommand,
  TransferOutCommand,
  VoidCommand,
} from "../../../src/ledger/core/command";
import {
  inUseOrder,
  isSpendable,
  largest,
  minOf,
  Nothing,
  Refusal,
  spendable,
  sumOf,
  type ModelBooks,
  type ModelEntry,
  type ModelLot,
  type ModelTransfer,
} from "./books";
import { reverse } from "./reverse";

/** Fills the transfer in and moves lots, holds and counters; throws Refusal or Nothing. */
export function decide(books: ModelBooks, transfer: ModelTransfer): void {
  const { command } = transfer;
  switch (command.command) {
    case "EARN":
      return earn(books, transfer, command);
    case "SPEND":
    case "HOLD":
      return spendOrHold(books, transfer, command);
    case "CAPTURE":
    case "VOID":
      return endHold(books, transfer, command);
    case "REVERSE":
      return reverse(books, transfer, command);
    case "EXPIRE":
      return expire(books, transfer, command);
    case "RELEASE":
      return release(books, transfer, command);
    case "CONVERT":
      return convert(books, transfer, command);
    case "DEPOSIT":
    case "WITHDRAW":
      return money(books, transfer, command);
    case "TRANSFER_OUT":
      return send(books, transfer, command);
    case "TRANSFER_IN":
      return receive(books, transfer, command);
    case "ADJUST":
      return adjust(books, transfer, command);
  }
}

export function post(
  transfer: ModelTransfer,
  debit: string,
  credit: string,
  amount: bigint,
  more: Partial<ModelEntry> = {},
) {
  const entry = { programId: transfer.programId, currency: null, debit, credit, amount };
  transfer.entries.push({ ...entry, lotNo: null, line: null, reverses: null, availableAfter: 0n, ...more });
}

/** Takes points out of lots in the order of use; answers what was taken of which. */
export function take(
  books: ModelBooks,
  programId: string,
  wanted: bigint,
  order: string,
  at: Date,
): [ModelLot, bigint][] {
  const there = spendable(books, programId, at);
  if (there < wanted) throw new Refusal("INSUFFICIENT_POINTS", there, minOf(wanted, largest));
  const taken: [ModelLot, bigint][] = [];
  let rest = wanted;
  for (const lot of inUseOrder(
    books.lots.filter((each) => isSpendable(each, programId, at)),
    order,
  )) {
    if (rest === 0n) break;
    const part = minOf(rest, lot.available);
    lot.available -= part;
    rest -= part;
    taken.push([lot, part]);
  }
  return taken;
}

function issue(books: ModelBooks, transfer: ModelTransfer, lot: Partial<ModelLot> & { amount: bigint }): ModelLot {
  const { amount, ...over } = lot;
  const fresh: ModelLot = {
    lotNo: books.lots.length + 1,
    ...{ programId: transfer.programId ?? "", sequence: transfer.sequence, kind: "BASE", issued: amount },
    ...{ pending: 0n, available: amount, held: 0n, expiresAt: null, pendingUntil: null, caps: [] },
    ...over,
  };
  books.lots.push(fresh);
  return fresh;
}

function earn(books: ModelBooks, transfer: ModelTransfer, command: EarnCommand): void {
  transfer.programId = command.programId;
  let before: bigint | null = null;
  const touched = new Map<string, { used: bigint; limit: bigint }>();
  for (const asked of command.lots) {
    let points: bigint;
    if (typeof asked.amount === "bigint") {
      points = asked.amount;
    } else {
      const { product, denominator } = asked.amount;
      if (product < 0n || denominator <= 0n || transfer.product !== null) throw new Refusal("INVALID_INPUT");
      const kept = books.remainders.get(command.programId);
      before = kept ? (kept.remainder * denominator) / kept.denominator : 0n;
      points = (before + product) / denominator;
      transfer.product = product;
      transfer.remainder = (before + product) % denominator;
      transfer.remainderOf = denominator;
    }
    if (points < 0n) throw new Refusal("INVALID_INPUT");
    const wanted = points;
    for (const { cap, limit } of asked.caps) {
      const counter = touched.get(cap) ?? { used: books.caps.get(cap)?.used ?? 0n, limit };
      if (counter.limit !== limit) throw new Refusal("INVALID_INPUT");
      touched.set(cap, counter);
      points = minOf(points, limit - counter.used);
      if (points < 0n) points = 0n;
    }
    if (points < wanted && command.onCap === "REFUSE") throw new Refusal("CAP_REACHED", points, minOf(wanted, largest));
    for (const { cap } of asked.caps) (touched.get(cap) as { used: bigint }).used += points;
    if (points === 0n) continue;
    if (points > largest) throw new Refusal("AMOUNT_OVERFLOW");
    const { pendingUntil, kind, expiresAt } = asked;
    const waits = pendingUntil === "CONFIRMATION" || (pendingUntil !== null && pendingUntil > command.recordedAt);
    const lot = issue(books, transfer, {
      ...{ amount: points, kind, expiresAt, caps: asked.caps.map((each) => ({ ...each })) },
      pendingUntil: waits && pendingUntil !== "CONFIRMATION" ? pendingUntil : null,
      ...(waits ? { pending: points, available: 0n } : {}),
    });
    post(transfer, "ISSUER_LIABILITY", waits ? "PENDING" : "AVAILABLE", points, { lotNo: lot.lotNo, line: asked.line });
    transfer.amount += points;
    for (const { cap } of asked.caps) books.caps.set(cap, touched.get(cap) as { used: bigint; limit: bigint });
  }
  if (transfer.amount > largest) throw new Refusal("AMOUNT_OVERFLOW");
  if (transfer.amount === 0n && transfer.remainder === before) throw new Nothing();
  carry(books, transfer);
}

export function carry(books: ModelBooks, { programId, remainder, remainderOf }: ModelTransfer): void {
  if (remainder === null || remainderOf === null) return;
  books.remainders.set(programId ?? "", { remainder, denominator: remainderOf });
}

function totalOf(lines: readonly AmountOfLine[]): bigint {
  if (lines.length === 0 || lines.some(({ amount }) => amount <= 0n)) throw new Refusal("INVALID_INPUT");
  return sumOf(lines.map(({ amount }) => amount));
}

function spendOrHold(books: ModelBooks, transfer: ModelTransfer, command: SpendCommand | HoldCommand): void {
  transfer.programId = command.programId;
  const total = totalOf(command.lines);
  const taken = take(books, command.programId, total, command.useOrder, command.recordedAt);
  const holding = command.command === "HOLD";
  if (holding) for (const [lot, part] of taken) lot.held += part;
  for (const { line, amount } of command.lines) {
    let rest: bigint = amount;
    while (rest > 0n) {
      const [first] = taken as [[ModelLot, bigint]];
      const part = minOf(rest, first[1]);
      post(transfer, "AVAILABLE", holding ? "HELD" : command.creditBucket, part, { lotNo: first[0].lotNo, line });
      rest -= part;
      first[1] -= part;
      if (first[1] === 0n) taken.shift();
    }
  }
  transfer.amount = total;
  if (holding) {
    const { programId, expiresAt } = command;
    books.holds.set(transfer.sequence, { programId, amount: total, outstanding: total, expiresAt });
  }
}

function endHold(books: ModelBooks, transfer: ModelTransfer, command: CaptureCommand | VoidCommand): void {
  const hold = books.holds.get(command.hold);
  if (!hold) throw new Refusal("NOT_FOUND");
  const capturing = command.command === "CAPTURE";
  if (capturing && command.amount <= 0n) throw new Refusal("INVALID_INPUT");
  if (hold.outstanding === 0n || (capturing && hold.expiresAt <= command.recordedAt)) throw new Refusal("HOLD_CLOSED");
  if (capturing && command.amount > hold.outstanding) {
    throw new Refusal("INSUFFICIENT_HOLD", hold.outstanding, command.amount);
  }
  transfer.programId = hold.programId;
  transfer.refersTo = command.hold;
  const ends = !capturing || command.final;
  let rest: bigint = capturing ? command.amount : 0n;
  transfer.amount = capturing ? command.amount : hold.outstanding;
  for (const { lotNo, line, left } of heldParts(books, command.hold)) {
    const lot = books.lots[(lotNo ?? 0) - 1] as ModelLot;
    const captured = minOf(rest, left);
    const returned = ends ? left - captured : 0n;
    rest -= captured;
    if (captured > 0n && capturing) post(transfer, "HELD", command.creditBucket, captured, { lotNo, line });
    if (returned > 0n) post(transfer, "HELD", "AVAILABLE", returned, { lotNo, line });
    lot.held -= captured + returned;
    lot.available += returned;
  }
  hold.outstanding = ends ? 0n : hold.outstanding - transfer.amount;
}

/** What a hold still holds of each lot and line, in the order in which it was held. */
function heldParts(books: ModelBooks, hold: bigint) {
  const parts = new Map<string, { lotNo: number | null; line: string | null; left: bigint }>();
  for (const { sequence, refersTo, entries } of books.transfers) {
    if (sequence !== hold && refersTo !== hold) continue;
    for (const { debit, credit, lotNo, line, amount } of entries) {
      const key = JSON.stringify([lotNo, line]);
      const part = parts.get(key) ?? { lotNo, line, left: 0n };
      if (credit === "HELD") part.left += amount;
      if (debit === "HELD") part.left -= amount;
      parts.set(key, part);
    }
  }
  return [...parts.values()].filter(({ left }) => left > 0n);
}

function expire(books: ModelBooks, transfer: ModelTransfer, command: ExpireCommand): void {
  transfer.programId = command.programId;
  if (command.asOf > command.recordedAt) throw new Refusal("INVALID_INPUT");
  const since = command.inactiveSince;
  const account = books.accounts.get(command.programId);
  if (since !== null && !(account && account.lastMovedAt < since)) throw new Nothing();
  const due = books.lots.filter(
    (lot) =>
      lot.programId === command.programId &&
      lot.available + lot.pending > 0n &&
      (since !== null || (lot.expiresAt !== null && lot.expiresAt <= command.asOf)),
  );
  for (const lot of inUseOrder(due, "SOONEST")) {
    const { lotNo } = lot;
    if (lot.available > 0n) post(transfer, "AVAILABLE", "BREAKAGE", lot.available, { lotNo });
    if (lot.pending > 0n) post(transfer, "PENDING", "BREAKAGE", lot.pending, { lotNo });
    transfer.amount += lot.available + lot.pending;
    lot.available = lot.pending = 0n;
  }
  if (transfer.amount === 0n) throw new Nothing();
}

function release(books: ModelBooks, transfer: ModelTransfer, command: ReleaseCommand): void {
  transfer.programId = command.programId;
  transfer.refersTo = command.transfer;
  if (command.asOf > command.recordedAt) throw new Refusal("INVALID_INPUT");
  const named = books.transfers.find(({ sequence }) => sequence === command.transfer);
  const isEarn = named?.command.command === "EARN" && named.programId === command.programId;
  if (command.transfer !== null && !isEarn) throw new Refusal("NOT_FOUND");
  for (const lot of books.lots) {
    if (lot.programId !== command.programId || lot.pending === 0n) continue;
    const isDue = lot.pendingUntil !== null && lot.pendingUntil <= command.asOf;
    if (command.transfer === null ? !isDue : lot.sequence !== command.transfer) continue;
    post(transfer, "PENDING", "AVAILABLE", lot.pending, { lotNo: lot.lotNo });
    transfer.amount += lot.pending;
    lot.available += lot.pending;
    lot.pending = 0n;
  }
  if (transfer.amount === 0n) throw new Nothing();
}

function convert(books: ModelBooks, transfer: ModelTransfer, command: ConvertCommand): void {
  transfer.programId = command.programId;
  const { amount, numerator, denominator, into } = command;
  const wrong = amount <= 0n || into.credited <= 0n || into.fee < 0n || into.programId === command.programId;
  if (wrong || numerator <= 0n || denominator <= 0n) throw new Refusal("INVALID_INPUT");
  if (amount * numerator !== (into.credited + into.fee) * denominator) throw new Refusal("INEXACT_RATE");
  for (const [lot, part] of take(books, command.programId, amount, command.useOrder, command.recordedAt)) {
    post(transfer, "AVAILABLE", "EXCHANGE_CLEARING", part, { lotNo: lot.lotNo });
  }
  const { programId, credited, fee, expiresAt } = into;
  const lot = issue(books, transfer, { amount: credited, programId, expiresAt });
  post(transfer, "EXCHANGE_CLEARING", "AVAILABLE", credited, { programId, lotNo: lot.lotNo });
  if (fee > 0n) post(transfer, "EXCHANGE_CLEARING", "OPERATOR_INCOME", fee, { programId });
  transfer.amount = amount;
}

function money(books: ModelBooks, transfer: ModelTransfer, command: MoneyCommand): void {
  const { currency, amountMinor, otherBucket } = command;
  if (amountMinor <= 0n) throw new Refusal("INVALID_INPUT");
  const there = books.cash.get(currency) ?? 0n;
  const depositing = command.command === "DEPOSIT";
  if (!depositing && there < amountMinor) throw new Refusal("INSUFFICIENT_FUNDS", there, amountMinor);
  const [debit, credit] = depositing ? [otherBucket, "CASH"] : ["CASH", otherBucket];
  post(transfer, debit, credit, amountMinor, { programId: null, currency });
  transfer.amount = amountMinor;
}

function send(books: ModelBooks, transfer: ModelTransfer, command: TransferOutCommand): void {
  const { programId, receiverId, memberId, recordedAt } = command;
  transfer.programId = programId;
  if (receiverId === memberId) throw new Refusal("INVALID_INPUT");
  const there = spendable(books, programId, recordedAt);
  if (command.amount === null && there === 0n) throw new Nothing();
  const amount = command.amount ?? there;
  if (amount <= 0n) throw new Refusal("INVALID_INPUT");
  for (const [lot, part] of take(books, programId, amount, command.useOrder, recordedAt)) {
    post(transfer, "AVAILABLE", "TRANSFER_CLEARING", part, { lotNo: lot.lotNo });
  }
  transfer.amount = amount;
  books.transits.set(transfer.sequence, { receiverId, state: "SENT" });
}

function receive(books: ModelBooks, transfer: ModelTransfer, command: TransferInCommand): void {
  transfer.programId = command.programId;
  if (command.lots.some(({ amount }) => amount <= 0n)) throw new Refusal("INVALID_INPUT");
  for (const { kind, amount, expiresAt } of command.lots) {
    const lot = issue(books, transfer, { amount, kind, expiresAt });
    post(transfer, "TRANSFER_CLEARING", "AVAILABLE", amount, { lotNo: lot.lotNo });
    transfer.amount += amount;
  }
  if (transfer.amount > largest) throw new Refusal("AMOUNT_OVERFLOW");
}

function adjust(books: ModelBooks, transfer: ModelTransfer, command: AdjustCommand): void {
  const { programId, amount, actor, approver, expiresAt } = command;
  transfer.programId = programId;
  if (approver === actor) throw new Refusal("SECOND_PERSON_REQUIRED");
  if (amount === 0n) throw new Refusal("INVALID_INPUT");
  transfer.amount = amount < 0n ? -amount : amount;
  if (amount > 0n) {
    const lot = issue(books, transfer, { amount, expiresAt });
    post(transfer, "ADJUSTMENT", "AVAILABLE", amount, { lotNo: lot.lotNo });
    return;
  }
  for (const [lot, part] of take(books, programId, -amount, command.useOrder, command.recordedAt)) {
    post(transfer, "AVAILABLE", "ADJUSTMENT", part, { lotNo: lot.lotNo });
  }
}
