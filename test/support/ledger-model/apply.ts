import { canonicalJson } from "../../../src/kernel/canonical-json";
import type { LedgerCommand, LedgerResult } from "../../../src/ledger/core/command";
import {
  largest,
  Nothing,
  Refusal,
  type ModelAccount,
  type ModelBooks,
  type ModelEntry,
  type ModelTransfer,
} from "./books";
import { decide } from "./decide";

/**
 * What a command does to a member's books, by the rules of docs/ledger.md and without a look at the kernel's SQL. Answers
 * what the kernel must answer; where it refuses, the books stay as they were.
 */
export function apply(all: Map<string, ModelBooks>, command: LedgerCommand): LedgerResult {
  const books = all.get(command.memberId);
  if (!books) return { outcome: "REFUSED", code: "NOT_FOUND" };
  const input = inputOf(command);
  const earlier = books.transfers.find((each) => each.command.idempotencyKey === command.idempotencyKey);
  if (earlier) {
    if (earlier.input !== input) return { outcome: "REFUSED", code: "IDEMPOTENCY_MISMATCH" };
    const { sequence, amount, shortfall } = earlier;
    return { outcome: "REPLAYED", sequence, amount, shortfall };
  }
  const trial = structuredClone(books);
  const transfer: ModelTransfer = {
    sequence: BigInt(books.transfers.length + 1),
    ...{ command, input, programId: null, amount: 0n, shortfall: 0n },
    ...{ product: null, remainder: null, remainderOf: null, refersTo: null, entries: [] },
  };
  try {
    decide(trial, transfer);
    moveBalances(trial, transfer);
  } catch (error) {
    if (error instanceof Nothing) return { outcome: "NOTHING" };
    if (error instanceof Refusal) return refused(error);
    throw error;
  }
  trial.transfers.push(transfer);
  Object.assign(books, trial);
  const { sequence, amount, shortfall } = transfer;
  return { outcome: "DONE", sequence, amount, shortfall };
}

function refused({ code, available, requested }: Refusal): LedgerResult {
  return {
    outcome: "REFUSED",
    code: code as never,
    ...(available === undefined ? {} : { available }),
    ...(requested === undefined ? {} : { requested }),
  };
}

function inputOf({ recordedAt: _clock, idempotencyKey: _key, decidedFrom, ...asked }: LedgerCommand): string {
  return canonicalJson(decidedFrom ?? asked);
}

const movements = ["EARN", "SPEND", "HOLD", "CAPTURE", "CONVERT", "TRANSFER_OUT", "TRANSFER_IN"];

/** Stored balances are the sums of entries. */
function moveBalances(books: ModelBooks, { command, entries }: ModelTransfer): void {
  const at = command.recordedAt;
  for (const entry of entries) {
    if (entry.currency !== null) {
      const sign = entry.credit === "CASH" ? 1n : -1n;
      books.cash.set(entry.currency, (books.cash.get(entry.currency) ?? 0n) + sign * entry.amount);
      continue;
    }
    const account = accountOf(books, entry, at);
    if (movements.includes(command.command) && at > account.lastMovedAt) account.lastMovedAt = at;
    for (const [bucket, sign] of [
      [entry.debit, -1n],
      [entry.credit, 1n],
    ] as const) {
      if (bucket === "AVAILABLE") account.available += sign * entry.amount;
      if (bucket === "HELD") account.held += sign * entry.amount;
      if (bucket === "PENDING") account.pending += sign * entry.amount;
    }
  }
  for (const { available, held, pending } of books.accounts.values()) {
    if (available + held + pending > largest) throw new Refusal("AMOUNT_OVERFLOW");
  }
  for (const amount of books.cash.values()) if (amount > largest) throw new Refusal("AMOUNT_OVERFLOW");
  for (const entry of entries) {
    entry.availableAfter =
      (entry.currency === null
        ? books.accounts.get(entry.programId ?? "")?.available
        : books.cash.get(entry.currency)) ?? 0n;
  }
}

function accountOf(books: ModelBooks, { programId }: ModelEntry, at: Date): ModelAccount {
  const known = books.accounts.get(programId ?? "");
  if (known) return known;
  const opened = { available: 0n, held: 0n, pending: 0n, openedAt: at, lastMovedAt: at };
  books.accounts.set(programId ?? "", opened);
  return opened;
}
