import { and, asc, between, eq, type SQL } from "drizzle-orm";
import type { Queryable } from "../db/client";
import { bySequence } from "./core/by-sequence";
import type { ChainedBody } from "./core/chain";
import { holds, ledgerEntries, lots, transfers } from "./ledger.tables";

/** Which transfer: its member and its number. */
export interface TransferPlace {
  readonly memberId: string;
  readonly sequence: bigint;
}

/** Everything that a part of a member's chain says, by rising numbers; both ends belong to it. */
export async function bodiesOf(db: Queryable, memberId: string, from: bigint, to: bigint): Promise<ChainedBody[]> {
  const within = (table: typeof transfers | typeof ledgerEntries | typeof lots | typeof holds): SQL | undefined =>
    and(eq(table.memberId, memberId), between(table.sequence, from, to));
  const moved = await db.select().from(transfers).where(within(transfers)).orderBy(asc(transfers.sequence));
  const entries = await db
    .select()
    .from(ledgerEntries)
    .where(within(ledgerEntries))
    .orderBy(asc(ledgerEntries.sequence), asc(ledgerEntries.entryNo));
  const issued = await db.select().from(lots).where(within(lots)).orderBy(asc(lots.lotNo));
  const held = await db.select().from(holds).where(within(holds));
  const [entriesOf, lotsOf, holdsOf] = [bySequence(entries), bySequence(issued), bySequence(held)];
  return moved.map((transfer) => ({
    transfer,
    entries: entriesOf.get(transfer.sequence) ?? [],
    lots: lotsOf.get(transfer.sequence) ?? [],
    hold: holdsOf.get(transfer.sequence)?.[0] ?? null,
  }));
}

/** Whom a transfer concerns beside its member: undefined where there is no such transfer. */
export async function partiesOfTransfer(
  db: Queryable,
  { memberId, sequence }: TransferPlace,
): Promise<{ readonly merchantId: string | null; readonly programId: string | null } | undefined> {
  const [row] = await db
    .select({ merchantId: transfers.merchantId, programId: transfers.programId })
    .from(transfers)
    .where(and(eq(transfers.memberId, memberId), eq(transfers.sequence, sequence)));
  return row;
}
