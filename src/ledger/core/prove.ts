import { buckets } from "./bucket";
import {
  bodyText,
  chainStart,
  digestOf,
  transferHash,
  type ChainedEntry,
  type ChainedHold,
  type ChainedLot,
  type ChainedTransfer,
} from "./chain";
import { bySequence } from "./by-sequence";
import type { Counts, LedgerInvariant, Offence } from "./invariants";
import { nothingReplayed, replay, type Replayed } from "./replay";

export interface StoredLot extends ChainedLot {
  readonly sequence: bigint;
  readonly pending: bigint;
  readonly available: bigint;
  readonly held: bigint;
  readonly isOpen: boolean;
}

/** All that the ledger's tables hold of one member. */
export interface StoredBooks {
  readonly memberId: string;
  readonly head: { readonly sequence: bigint; readonly hash: Buffer; readonly lotCount: number } | undefined;
  /** By rising sequence. */
  readonly transfers: readonly ChainedTransfer[];
  /** By rising sequence and entry number. */
  readonly entries: readonly (ChainedEntry & { readonly sequence: bigint })[];
  readonly lots: readonly StoredLot[];
  readonly holds: readonly (ChainedHold & { readonly sequence: bigint; readonly outstanding: bigint })[];
  readonly accounts: readonly {
    readonly programId: string;
    readonly available: bigint;
    readonly held: bigint;
    readonly pending: bigint;
    readonly openedAt: Date;
    readonly lastMovedAt: Date;
  }[];
  readonly cash: readonly { readonly currency: string; readonly availableMinor: bigint; readonly openedAt: Date }[];
  readonly caps: readonly { readonly cap: string; readonly used: bigint; readonly limit: bigint }[];
  readonly remainders: readonly {
    readonly programId: string;
    readonly remainder: bigint;
    readonly denominator: bigint;
  }[];
  readonly transits: readonly {
    readonly sequence: bigint;
    readonly receiverId: string;
    readonly state: string;
    readonly sentAt: Date;
  }[];
}

type Report = (invariant: LedgerInvariant, sequence: bigint | null, detail: string) => void;

/** Computes a member's books from its transfers and holds them against what is stored. Answers what they come to. */
export function proveMember(stored: StoredBooks, counts: Counts, offences: Offence[]): Replayed {
  const { memberId } = stored;
  const report: Report = (invariant, sequence, detail) => offences.push({ invariant, memberId, sequence, detail });
  const books = replayChain(stored, counts, report);
  proveReversals(stored, counts, report);
  const checks = [proveAccounts, proveLots, proveHolds, proveCash, proveCaps, proveRemainders, proveTransits];
  for (const check of checks) check(stored, books, counts, report);
  return books;
}

function replayChain(stored: StoredBooks, counts: Counts, report: Report): Replayed {
  const books = nothingReplayed();
  const entries = bySequence(stored.entries);
  const lots = bySequence(stored.lots);
  const holds = new Map(stored.holds.map((hold) => [hold.sequence, hold]));
  const [known, knownEntries] = [new Set(stored.transfers.map((each) => each.sequence)), stored.entries];
  let previous: Buffer = chainStart;
  let next = 1n;
  for (const transfer of stored.transfers) {
    const { sequence } = transfer;
    const body = { transfer, entries: entries.get(sequence) ?? [], lots: lots.get(sequence) ?? [] };
    const whole = { ...body, hold: holds.get(sequence) ?? null };
    if (sequence !== next) report("CHAIN", next, `transfers ${next} to ${sequence - 1n} are missing`);
    const hash = transferHash(stored.memberId, sequence, previous, digestOf(bodyText(whole)));
    if (!hash.equals(transfer.hash))
      report("CHAIN", sequence, "its hash is not that of what it says and of the one before");
    proveCarried(books, transfer, report);
    replay(books, whole);
    proveTransfer(transfer, body.entries, report);
    proveRunning(books, sequence, body.entries, report);
    counts.CHAIN += 1;
    counts.RUNNING += body.entries.length;
    if (transfer.command === "ADJUST") counts.SECOND_PERSON += 1;
    previous = transfer.hash;
    next = sequence + 1n;
  }
  counts.BALANCED += knownEntries.length;
  const orphan = knownEntries.find(({ sequence }) => !known.has(sequence));
  if (orphan) report("BALANCED", orphan.sequence, `entry ${orphan.entryNo} has no transfer`);
  const head = stored.head;
  if (!head) {
    if (stored.transfers.length > 0) report("OWNERS", null, "the member has transfers and no head");
  } else if (head.sequence !== next - 1n || !head.hash.equals(previous)) {
    report(
      "CHAIN",
      head.sequence,
      `the head is at ${head.sequence}, the chain ends at ${next - 1n} or with another hash`,
    );
  } else if (head.lotCount !== stored.lots.length) {
    report("LOTS", head.sequence, `the head counts ${head.lotCount} lots, there are ${stored.lots.length}`);
  }
  return books;
}

function proveTransfer(transfer: ChainedTransfer, entries: readonly ChainedEntry[], report: Report): void {
  const { sequence, command, actor, approver } = transfer;
  if (command === "ADJUST" && (approver === null || approver === actor)) {
    report("SECOND_PERSON", sequence, `asked for by ${actor} and approved by ${approver ?? "nobody"}`);
  }
  entries.forEach(({ entryNo, debit, credit, amount, programId, currency }, index) => {
    const known = (buckets as readonly string[]).includes(debit) && (buckets as readonly string[]).includes(credit);
    const isWhole = known && debit !== credit && amount > 0n && (programId === null) !== (currency === null);
    if (!isWhole || entryNo !== index + 1) {
      report("BALANCED", sequence, `entry ${entryNo} moves ${amount} from ${debit} to ${credit}`);
    }
  });
}

/** What an EARN counts in, or its reversal takes out, leaves the remainder that it says. Before the transfer is replayed. */
function proveCarried(books: Replayed, transfer: ChainedTransfer, report: Report): void {
  const { command, sequence, programId, product, remainder, remainderOf } = transfer;
  if (product === null || remainder === null || remainderOf === null || remainderOf <= 0n) return;
  const before = books.remainders.get(programId ?? "") ?? { remainder: 0n, denominator: remainderOf };
  const carried = (before.remainder * remainderOf) / before.denominator;
  const counted = command === "REVERSE" ? carried - product : carried + product;
  const expected = ((counted % remainderOf) + remainderOf) % remainderOf;
  if (remainder !== expected) {
    report("REMAINDERS", sequence, `carries ${remainder} of ${remainderOf} on, expected ${expected}`);
  }
}

function proveRunning(books: Replayed, sequence: bigint, entries: readonly ChainedEntry[], report: Report): void {
  for (const { entryNo, programId, currency, availableAfter } of entries) {
    const available =
      currency === null ? books.accounts.get(programId ?? "")?.available : books.cash.get(currency)?.available;
    if (available !== availableAfter) {
      report("RUNNING", sequence, `entry ${entryNo} says ${availableAfter} afterwards, it is ${available}`);
    }
  }
}

function proveReversals({ transfers, entries }: StoredBooks, counts: Counts, report: Report): void {
  const refersTo = new Map(transfers.map((each) => [each.sequence, each.refersTo]));
  const left = new Map(entries.map((entry) => [`${entry.sequence} ${entry.entryNo}`, entry.amount]));
  for (const { sequence, reversesEntryNo, amount } of entries) {
    if (reversesEntryNo === null) continue;
    counts.REVERSALS += 1;
    const key = `${refersTo.get(sequence)} ${reversesEntryNo}`;
    const rest = (left.get(key) ?? 0n) - amount;
    left.set(key, rest);
    if (rest < 0n) report("REVERSALS", sequence, `entry ${key} is reversed by ${-rest} more than it was`);
  }
  const products = new Map(transfers.map((each) => [each.sequence, each.product]));
  for (const { sequence, command, product, refersTo: original } of transfers) {
    if (command !== "REVERSE" || product === null || original === null) continue;
    counts.REVERSALS += 1;
    const rest = (products.get(original) ?? 0n) - product;
    products.set(original, rest);
    if (rest < 0n) report("REVERSALS", sequence, `the product of ${original} is reversed by ${-rest} more than it was`);
  }
}

/** Says where two instants, numbers or texts differ; undefined where they are the same. */
function difference(stored: Record<string, unknown>, expected: Record<string, unknown>): string | undefined {
  const plain = (value: unknown) => (value instanceof Date ? value.toISOString() : String(value));
  const wrong = Object.keys(expected).filter((name) => plain(stored[name]) !== plain(expected[name]));
  if (wrong.length === 0) return undefined;
  return wrong.map((name) => `${name} is ${plain(stored[name])}, expected ${plain(expected[name])}`).join("; ");
}

function proveAccounts(stored: StoredBooks, books: Replayed, counts: Counts, report: Report): void {
  counts.ACCOUNTS += stored.accounts.length;
  const there = new Set(stored.accounts.map(({ programId }) => programId));
  for (const account of stored.accounts) {
    const { programId, openedAt, lastMovedAt } = account;
    // One that was opened before there was a ledger, with nothing in it, has no transfer that tells of it.
    const empty = { available: 0n, held: 0n, pending: 0n, openedAt, lastMovedAt: openedAt };
    const wrong = difference({ ...account, lastMovedAt }, { ...(books.accounts.get(programId) ?? empty) });
    if (wrong) report("ACCOUNTS", null, `account in ${programId}: ${wrong}`);
  }
  for (const programId of books.accounts.keys()) {
    if (!there.has(programId)) report("ACCOUNTS", null, `the account in ${programId} is missing`);
  }
}

function proveLots(stored: StoredBooks, books: Replayed, counts: Counts, report: Report): void {
  counts.LOTS += stored.lots.length;
  for (const lot of stored.lots) {
    const { lotNo, sequence, issued, available, held, pending } = lot;
    const replayed = books.lots.get(lotNo);
    if (!replayed) {
      report("LOTS", sequence, `lot ${lotNo} was issued by no transfer`);
      continue;
    }
    const left = available + held + pending;
    const wrong = difference(
      { ...lot },
      {
        ...{ available: replayed.available, held: replayed.held, pending: replayed.pending },
        isOpen: replayed.available + replayed.held + replayed.pending > 0n,
      },
    );
    if (wrong) report("LOTS", sequence, `lot ${lotNo}: ${wrong}`);
    const { spent, takenBack, lapsed } = replayed;
    const negative = [available, held, pending, spent, takenBack, lapsed].some((part) => part < 0n);
    if (negative || left > issued || issued !== spent + takenBack + lapsed + left) {
      const sheet = `${spent} spent + ${takenBack} taken back + ${lapsed} lapsed + ${left} left`;
      report("LOTS", sequence, `lot ${lotNo}: issued ${issued}, but ${sheet}`);
    }
  }
}

function proveHolds(stored: StoredBooks, books: Replayed, counts: Counts, report: Report): void {
  counts.HOLDS += stored.holds.length;
  for (const hold of stored.holds) {
    const { sequence, outstanding } = hold;
    const expected = books.holds.get(sequence)?.outstanding;
    if (expected === undefined) report("HOLDS", sequence, "the hold was made by no transfer");
    else if (expected !== outstanding || outstanding < 0n) {
      report("HOLDS", sequence, `outstanding is ${outstanding}, expected ${expected}`);
    }
  }
  const there = new Set(stored.holds.map(({ sequence }) => sequence));
  for (const { sequence, command } of stored.transfers) {
    if (command === "HOLD" && !there.has(sequence)) report("HOLDS", sequence, "the hold is missing");
  }
}

function proveCash(stored: StoredBooks, books: Replayed, counts: Counts, report: Report): void {
  counts.CASH += stored.cash.length;
  for (const { currency, availableMinor, openedAt } of stored.cash) {
    const replayed = books.cash.get(currency);
    const wrong = difference({ available: availableMinor, openedAt }, { ...(replayed ?? { available: 0n }) });
    if (wrong || !replayed) report("CASH", null, `${currency}: ${wrong ?? "no transfer opened it"}`);
  }
  const there = new Set(stored.cash.map(({ currency }) => currency));
  for (const currency of books.cash.keys()) {
    if (!there.has(currency)) report("CASH", null, `the balance in ${currency} is missing`);
  }
}

function proveCaps(stored: StoredBooks, books: Replayed, counts: Counts, report: Report): void {
  counts.CAPS += stored.caps.length;
  for (const counter of stored.caps) {
    const replayed = books.caps.get(counter.cap);
    const wrong = replayed ? difference({ ...counter }, { ...replayed }) : "no lot counts towards it";
    if (wrong) report("CAPS", null, `${counter.cap}: ${wrong}`);
    if (counter.used < 0n || counter.used > counter.limit)
      report("CAPS", null, `${counter.cap}: ${counter.used} of ${counter.limit}`);
  }
  const there = new Set(stored.caps.map(({ cap }) => cap));
  for (const [cap, { used }] of books.caps) {
    if (!there.has(cap) && used !== 0n) report("CAPS", null, `the counter ${cap} is missing`);
  }
}

function proveRemainders(stored: StoredBooks, books: Replayed, counts: Counts, report: Report): void {
  counts.REMAINDERS += stored.remainders.length;
  for (const kept of stored.remainders) {
    const { programId, remainder, denominator } = kept;
    const replayed = books.remainders.get(programId);
    const wrong = replayed ? difference({ ...kept }, { ...replayed }) : "no transfer carried it";
    if (wrong) report("REMAINDERS", null, `${programId}: ${wrong}`);
    if (remainder < 0n || remainder >= denominator)
      report("REMAINDERS", null, `${programId}: ${remainder} of ${denominator}`);
  }
  const there = new Set(stored.remainders.map(({ programId }) => programId));
  for (const programId of books.remainders.keys()) {
    if (!there.has(programId)) report("REMAINDERS", null, `the remainder in ${programId} is missing`);
  }
}

/** The sender's side; the receiver's is looked up by whoever proves many members (verify-ledger.ts). */
function proveTransits(stored: StoredBooks, books: Replayed, counts: Counts, report: Report): void {
  counts.TRANSITS += stored.transits.length;
  const there = new Set(stored.transits.map(({ sequence }) => sequence));
  for (const transit of stored.transits) {
    const { sequence, state } = transit;
    const replayed = books.transits.get(sequence);
    if (!replayed) {
      report("TRANSITS", sequence, "no transfer sent it");
      continue;
    }
    const { receiverId, sentAt, returned } = replayed;
    const wrong = difference({ ...transit }, { receiverId, sentAt });
    if (wrong) report("TRANSITS", sequence, wrong);
    if ((state === "RETURNED") !== returned)
      report("TRANSITS", sequence, `is ${state}, and was ${returned ? "" : "not "}returned`);
  }
  for (const sequence of books.transits.keys()) {
    if (!there.has(sequence)) report("TRANSITS", sequence, "is missing among the points in transit");
  }
}
