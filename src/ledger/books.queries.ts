import { asc, gt, sql, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { uuidArray } from "../db/arrays";
import type { Queryable } from "../db/client";
import { groupedInOrder } from "../db/in-order";
import { accountsOf, accountsTable } from "../programs/programs.queries";
import type { StoredBooks } from "./core/prove";
import {
  cashAccounts,
  earningCaps,
  earningRemainders,
  holds,
  ledgerEntries,
  ledgerHeads,
  lots,
  pointsInTransit,
  transfers,
} from "./ledger.tables";

/** Members with a head and the number of their last transfer, by rising id from behind the one given. */
export async function headsAfter(
  db: Queryable,
  after: string,
  limit: number,
): Promise<{ readonly memberId: string; readonly sequence: bigint }[]> {
  return db
    .select({ memberId: ledgerHeads.memberId, sequence: ledgerHeads.sequence })
    .from(ledgerHeads)
    .where(gt(ledgerHeads.memberId, after))
    .orderBy(asc(ledgerHeads.memberId))
    .limit(limit);
}

/** Of these, those with a transfer that was recorded at this instant or later. */
export async function movedSince(db: Queryable, memberIds: readonly string[], since: Date): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select h.member_id as id from ${ledgerHeads} h
    join ${transfers} t on t.member_id = h.member_id and t.sequence = h.sequence
    where h.member_id = any(${uuidArray(memberIds)}) and t.recorded_at >= ${since.toISOString()}::timestamptz`);
  return rows.map(({ id }) => id);
}

/** Everything that the ledger holds of these members, also of one that it holds nothing of. */
export async function booksOfMembers(db: Queryable, memberIds: readonly string[]): Promise<StoredBooks[]> {
  const byMember = <Row extends { readonly memberId: string }>(rows: readonly Row[]) =>
    groupedInOrder(memberIds, rows, (row) => row.memberId);
  const of = async <Table extends MemberTable>(table: Table, ...order: PgColumn[]) =>
    byMember(await rowsOf(db, table, memberIds, order));
  const heads = await of(ledgerHeads);
  const moved = await of(transfers, transfers.sequence);
  const entries = await of(ledgerEntries, ledgerEntries.sequence, ledgerEntries.entryNo);
  const issued = await of(lots, lots.lotNo);
  const held = await of(holds, holds.sequence);
  const balances = byMember(await accountsOf(db, memberIds));
  const cash = await of(cashAccounts, cashAccounts.currency);
  const caps = await of(earningCaps, earningCaps.cap);
  const remainders = await of(earningRemainders, earningRemainders.programId);
  const transits = await of(pointsInTransit, pointsInTransit.sequence);
  return memberIds.map((memberId, place) => ({
    memberId,
    head: heads[place]?.[0],
    transfers: moved[place] ?? [],
    entries: entries[place] ?? [],
    lots: issued[place] ?? [],
    holds: held[place] ?? [],
    accounts: balances[place] ?? [],
    cash: cash[place] ?? [],
    caps: caps[place] ?? [],
    remainders: remainders[place] ?? [],
    transits: transits[place] ?? [],
  }));
}

type MemberTable =
  | typeof ledgerHeads
  | typeof transfers
  | typeof ledgerEntries
  | typeof lots
  | typeof holds
  | typeof cashAccounts
  | typeof earningCaps
  | typeof earningRemainders
  | typeof pointsInTransit;

async function rowsOf<Table extends MemberTable>(
  db: Queryable,
  table: Table,
  memberIds: readonly string[],
  order: readonly PgColumn[],
): Promise<Table["$inferSelect"][]> {
  // The builder's types cannot follow a table that is one of several; what it reads is the table's own columns.
  const one: MemberTable = table;
  return db
    .select()
    .from(one as typeof ledgerHeads)
    .where(sql`${table.memberId} = any(${uuidArray(memberIds)})`)
    .orderBy(...[table.memberId, ...order].map((column) => asc(column)));
}

interface Found {
  readonly member_id: string | null;
  readonly sequence: string | null;
  readonly detail: string;
  [column: string]: unknown;
}

/** What one member's books cannot show. Each answers offenders, at most `limit`; `ids` null: of all members. */
export const crossChecks = {
  EVENTS: (ids: SQL, limit: number) => sql<Found>`
    select t.member_id, t.sequence, 'event ' || t.event_id || ' is neither in the outbox nor among the events' as detail
    from ${transfers} t
    where (${ids} is null or t.member_id = any(${ids}))
      and not exists (select 1 from alliance.member_outbox o where o.member_id = t.member_id and o.event_id = t.event_id)
      and not exists (select 1 from alliance.events e where e.event_id = t.event_id)
    limit ${limit}`,
  REFERENCES: (ids: SQL, limit: number) => sql<Found>`
    select t.member_id, t.sequence, 'reference ' || t.source_reference || ' is not claimed by it' as detail
    from ${transfers} t left join alliance.source_references r on r.source_reference = t.source_reference
    where (${ids} is null or t.member_id = any(${ids})) and t.source_reference is not null
      and (r.member_id, r.idempotency_key) is distinct from (t.member_id, t.idempotency_key)
    union all
    select r.member_id, t.sequence, 'reference ' || r.source_reference || ' is confirmed for ' || r.confirmed_at
      || ', its transfer is ' || coalesce('of ' || t.recorded_at, 'missing')
    from alliance.source_references r
    left join ${transfers} t on t.member_id = r.member_id and t.idempotency_key = r.idempotency_key
    where (${ids} is null or r.member_id = any(${ids})) and r.confirmed_at is not null
      and (t.recorded_at is distinct from r.confirmed_at or t.source_reference is distinct from r.source_reference
        or r.claimed_at is not null)
    limit ${limit}`,
  TRANSITS: (ids: SQL, limit: number) => sql<Found>`
    select p.member_id, p.sequence, 'is ' || p.state || ', the receiver has ' || coalesce(t.amount || ' points of it', 'nothing of it')
      as detail
    from ${pointsInTransit} p
    left join ${transfers} t on t.member_id = p.receiver_id and t.command = 'TRANSFER_IN'
      and t.idempotency_key = 'transit:' || p.member_id || ':' || p.sequence
    join ${transfers} s on s.member_id = p.member_id and s.sequence = p.sequence
    where (${ids} is null or p.member_id = any(${ids}))
      and case p.state when 'ARRIVED' then t.amount is distinct from s.amount when 'RETURNED' then coalesce(t.amount, 0) <> 0
        else coalesce(t.amount, s.amount) not in (0, s.amount) end
    union all
    select t.member_id, t.sequence, t.amount || ' points came in that nobody sent'
    from ${transfers} t
    where (${ids} is null or t.member_id = any(${ids})) and t.command = 'TRANSFER_IN' and t.amount > 0
      and not exists (select 1 from ${pointsInTransit} p where p.member_id = t.counterparty_id
        and p.receiver_id = t.member_id and t.idempotency_key = 'transit:' || p.member_id || ':' || p.sequence)
    limit ${limit}`,
  OWNERS: (ids: SQL, limit: number) => sql<Found>`
    select o.member_id, null::int8 as sequence, o.detail
    from (
      select h.member_id, 'the head has no member' as detail from ${ledgerHeads} h
      where not exists (select 1 from alliance.members m where m.member_id = h.member_id)
      union all
      ${sql.join(
        [transfers, ledgerEntries, lots, holds, cashAccounts, earningCaps, earningRemainders, pointsInTransit].map(
          (table) => sql`
            select distinct t.member_id, 'rows without a head in ' || ${table[nameOf]}::text from ${table} t
            where not exists (select 1 from ${ledgerHeads} h where h.member_id = t.member_id)`,
        ),
        sql` union all `,
      )}
      union all
      select a.member_id, 'points in program ' || a.program_id || ' and no head' from ${accountsTable} a
      where (a.available > 0 or a.held > 0 or a.pending > 0)
        and not exists (select 1 from ${ledgerHeads} h where h.member_id = a.member_id)
      union all
      select distinct e.member_id, 'entries in program ' || e.program_id || ', which is not there' from ${ledgerEntries} e
      where e.program_id is not null
        and not exists (select 1 from alliance.programs p where p.program_id = e.program_id)
    ) as o
    where ${ids} is null or o.member_id = any(${ids})
    limit ${limit}`,
} as const;

const nameOf = Symbol.for("drizzle:Name") as unknown as "_";

export async function offendersOf(
  db: Queryable,
  check: keyof typeof crossChecks,
  memberIds: readonly string[] | null,
  limit: number,
): Promise<Found[]> {
  const ids = memberIds === null ? sql`null::uuid[]` : uuidArray(memberIds);
  return [...(await db.execute<Found>(crossChecks[check](ids, limit)))];
}

export async function countReferences(db: Queryable, memberIds: readonly string[] | null): Promise<number> {
  const ids = memberIds === null ? sql`null::uuid[]` : uuidArray(memberIds);
  const [row] = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from alliance.source_references where ${ids} is null or member_id = any(${ids})`);
  return row?.count ?? 0;
}

/** Points that all members hold, by program, as accounts have them. */
export async function pointsHeld(db: Queryable): Promise<Map<string, bigint>> {
  const rows = await db.execute<{ program_id: string; held: string }>(sql`
    select program_id, sum(available::numeric + held + pending)::text as held from ${accountsTable} group by 1`);
  return new Map(rows.map(({ program_id, held }) => [program_id, BigInt(held)]));
}
