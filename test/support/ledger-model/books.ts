import type { LedgerCommand } from "../../../src/ledger/core/command";

/** What the model keeps of one member: plain objects, and nothing that it could not tell from the commands alone. */
export interface ModelEntry {
  programId: string | null;
  currency: string | null;
  debit: string;
  credit: string;
  amount: bigint;
  lotNo: number | null;
  line: string | null;
  reverses: number | null;
  availableAfter: bigint;
}

export interface ModelLot {
  lotNo: number;
  programId: string;
  sequence: bigint;
  kind: string;
  issued: bigint;
  pending: bigint;
  available: bigint;
  held: bigint;
  expiresAt: Date | null;
  pendingUntil: Date | null;
  caps: { cap: string; limit: bigint }[];
}

export interface ModelTransfer {
  sequence: bigint;
  command: LedgerCommand;
  input: string;
  programId: string | null;
  amount: bigint;
  shortfall: bigint;
  product: bigint | null;
  remainder: bigint | null;
  remainderOf: bigint | null;
  refersTo: bigint | null;
  entries: ModelEntry[];
}

export interface ModelAccount {
  available: bigint;
  held: bigint;
  pending: bigint;
  openedAt: Date;
  lastMovedAt: Date;
}

export interface ModelBooks {
  transfers: ModelTransfer[];
  lots: ModelLot[];
  holds: Map<bigint, { programId: string; amount: bigint; outstanding: bigint; expiresAt: Date }>;
  accounts: Map<string, ModelAccount>;
  cash: Map<string, bigint>;
  caps: Map<string, { used: bigint; limit: bigint }>;
  remainders: Map<string, { remainder: bigint; denominator: bigint }>;
  transits: Map<bigint, { receiverId: string; state: string }>;
}

export function emptyBooks(): ModelBooks {
  const maps = { holds: new Map(), accounts: new Map(), cash: new Map(), caps: new Map() };
  return { transfers: [], lots: [], ...maps, remainders: new Map(), transits: new Map() };
}

export const largest = 2n ** 63n - 1n;

export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly available?: bigint,
    readonly requested?: bigint,
  ) {
    super(code);
  }
}

/** A command that has nothing to move. */
export class Nothing extends Error {}

export const minOf = (...values: bigint[]) => values.reduce((least, each) => (each < least ? each : least));
export const sumOf = (values: Iterable<bigint>) => [...values].reduce((sum, each) => sum + each, 0n);

/** Rounds towards minus infinity, as PostgreSQL's floor does and JavaScript's division does not. */
export function floorDiv(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

export function isSpendable(lot: ModelLot, programId: string, at: Date): boolean {
  return lot.programId === programId && lot.available > 0n && (lot.expiresAt === null || lot.expiresAt > at);
}

export function spendable(books: ModelBooks, programId: string, at: Date): bigint {
  return sumOf(books.lots.filter((lot) => isSpendable(lot, programId, at)).map((lot) => lot.available));
}

/** In the order of use: bonus points first where asked, then what lapses soonest, then the oldest. */
export function inUseOrder(lots: readonly ModelLot[], order: string): ModelLot[] {
  const time = (lot: ModelLot) => lot.expiresAt?.getTime() ?? Infinity;
  return [...lots].sort((a, b) => {
    if (order === "BONUS_FIRST" && a.kind !== b.kind) return a.kind === "BONUS" ? -1 : 1;
    return time(a) === time(b) ? a.lotNo - b.lotNo : time(a) - time(b);
  });
}
