import type { ChainedBody, ChainedEntry, ChainedLot, ChainedTransfer } from "./chain";

/** Balances of an account as transfers say they must be. */
export interface ReplayedAccount {
  available: bigint;
  held: bigint;
  pending: bigint;
  openedAt: Date;
  lastMovedAt: Date;
}

export interface ReplayedLot extends ChainedLot {
  readonly sequence: bigint;
  available: bigint;
  held: bigint;
  pending: bigint;
  /** What left the member's buckets, and came back to them: the lot's own balance sheet. */
  spent: bigint;
  takenBack: bigint;
  lapsed: bigint;
}

export interface ReplayedHold {
  readonly programId: string;
  readonly amount: bigint;
  readonly expiresAt: Date;
  outstanding: bigint;
}

/** Everything that a member's transfers add up to. */
export interface Replayed {
  readonly accounts: Map<string, ReplayedAccount>;
  readonly lots: Map<number, ReplayedLot>;
  readonly holds: Map<bigint, ReplayedHold>;
  readonly cash: Map<string, { available: bigint; openedAt: Date }>;
  readonly caps: Map<string, { used: bigint; limit: bigint }>;
  readonly remainders: Map<string, { remainder: bigint; denominator: bigint }>;
  /** By the TRANSFER_OUT's number: to whom, when, and whether it was reversed. */
  readonly transits: Map<bigint, { readonly receiverId: string | null; readonly sentAt: Date; returned: boolean }>;
  /** Party buckets by `unit bucket`: what came to them less what left. */
  readonly parties: Map<string, bigint>;
}

export function nothingReplayed(): Replayed {
  const books = { accounts: new Map(), lots: new Map(), holds: new Map(), cash: new Map(), caps: new Map() };
  return { ...books, remainders: new Map(), transits: new Map(), parties: new Map() };
}

/** Commands that count as a movement of the account, for programs that lapse by inactivity. */
const movements = new Set(["EARN", "SPEND", "HOLD", "CAPTURE", "CONVERT", "TRANSFER_OUT", "TRANSFER_IN"]);
const memberBuckets = { AVAILABLE: "available", HELD: "held", PENDING: "pending" } as const;

/** Adds one transfer, the next of the member's chain. Knows nothing of commands but which of them count as movements. */
export function replay(books: Replayed, body: ChainedBody): void {
  const { transfer, lots, hold } = body;
  for (const lot of lots) addLot(books, transfer, lot);
  if (hold) books.holds.set(transfer.sequence, { ...hold, outstanding: hold.amount });
  for (const entry of body.entries) addEntry(books, transfer, entry);
  if (transfer.remainder !== null && transfer.remainderOf !== null && transfer.programId !== null) {
    const { remainder, remainderOf: denominator } = transfer;
    books.remainders.set(transfer.programId, { remainder, denominator });
  }
  if (transfer.command === "TRANSFER_OUT") {
    const { counterpartyId: receiverId, recordedAt: sentAt } = transfer;
    books.transits.set(transfer.sequence, { receiverId, sentAt, returned: false });
  }
  const returned =
    transfer.command === "REVERSE" && transfer.refersTo !== null && books.transits.get(transfer.refersTo);
  if (returned) returned.returned = true;
}

function addLot(books: Replayed, { sequence }: ChainedTransfer, lot: ChainedLot): void {
  const empty = { available: 0n, held: 0n, pending: 0n, spent: 0n, takenBack: 0n, lapsed: 0n };
  books.lots.set(lot.lotNo, { ...lot, sequence, ...empty });
  for (const text of lot.caps) {
    const { cap, limit } = readCap(text);
    books.caps.set(cap, { used: (books.caps.get(cap)?.used ?? 0n) + lot.issued, limit });
  }
}

/** `bonus:2026-12=1000`: the counter, and the limit that it was held to. */
export function readCap(text: string): { readonly cap: string; readonly limit: bigint } {
  const at = text.lastIndexOf("=");
  const digits = text.slice(at + 1);
  return { cap: text.slice(0, at), limit: /^\d{1,19}$/.test(digits) ? BigInt(digits) : -1n };
}

function addEntry(books: Replayed, transfer: ChainedTransfer, entry: ChainedEntry): void {
  const { debit, credit, amount, currency, programId } = entry;
  addToParty(books, entry, debit, -amount);
  addToParty(books, entry, credit, amount);
  if (currency !== null) {
    const account = books.cash.get(currency) ?? { available: 0n, openedAt: transfer.recordedAt };
    if (debit === "CASH") account.available -= amount;
    if (credit === "CASH") account.available += amount;
    books.cash.set(currency, account);
    return;
  }
  const account = accountOf(books, programId ?? "", transfer);
  const lot = entry.lotNo === null ? undefined : books.lots.get(entry.lotNo);
  for (const [bucket, change] of [
    [debit, -amount],
    [credit, amount],
  ] as const) {
    if (!isMembers(bucket)) continue;
    account[memberBuckets[bucket]] += change;
    if (lot) lot[memberBuckets[bucket]] += change;
  }
  if (lot) addToSheet(lot, entry);
  if (debit === "HELD" && transfer.refersTo !== null) {
    const hold = books.holds.get(transfer.refersTo);
    if (hold) hold.outstanding -= amount;
  }
  if (lot && entry.reversesEntryNo !== null && credit !== "AVAILABLE") {
    for (const text of lot.caps) {
      const counter = books.caps.get(readCap(text).cap);
      if (counter) counter.used -= amount;
    }
  }
}

function accountOf(books: Replayed, programId: string, { command, recordedAt }: ChainedTransfer): ReplayedAccount {
  const fresh = { available: 0n, held: 0n, pending: 0n, openedAt: recordedAt, lastMovedAt: recordedAt };
  const account = books.accounts.get(programId) ?? fresh;
  books.accounts.set(programId, account);
  if (movements.has(command) && recordedAt > account.lastMovedAt) account.lastMovedAt = recordedAt;
  return account;
}

/** Issued = spent + taken back + lapsed + what is left, where coming back counts against what it comes back from. */
function addToSheet(lot: ReplayedLot, { debit, credit, amount, reversesEntryNo }: ChainedEntry): void {
  const issuing = !isMembers(debit) && reversesEntryNo === null && isMembers(credit);
  if (issuing) return;
  if (credit === "BREAKAGE") lot.lapsed += amount;
  else if (debit === "BREAKAGE") {
    lot.lapsed -= amount;
    lot.takenBack += amount;
  } else if (isMembers(debit) && !isMembers(credit)) {
    if (reversesEntryNo === null) lot.spent += amount;
    else lot.takenBack += amount;
  } else if (!isMembers(debit) && isMembers(credit)) lot.spent -= amount;
}

function addToParty(books: Replayed, { programId, currency }: ChainedEntry, bucket: string, change: bigint): void {
  if (isMembers(bucket) || bucket === "CASH") return;
  const name = `${programId ?? currency} ${bucket}`;
  books.parties.set(name, (books.parties.get(name) ?? 0n) + change);
}

function isMembers(bucket: string): bucket is keyof typeof memberBuckets {
  return bucket === "AVAILABLE" || bucket === "HELD" || bucket === "PENDING";
}
