import { and, asc, eq, gte, inArray, lt, sql } from "drizzle-orm";
import { uuidArray } from "../db/arrays";
import type { Queryable } from "../db/client";
import type { PageRequest } from "../db/page-request";
import { cashTable, lotsTable, transfersTable as transfers, type CashRow } from "../ledger/transfers";
import { adjustmentRequests } from "./wallet.tables";
import type { AdjustmentRow } from "./adjustments";
import type { AdjustmentState } from "./core/adjustment";

export interface TillTotalRow {
  readonly programId: string;
  readonly shift: string | null;
  readonly earned: bigint;
  readonly spent: bigint;
  readonly reversed: bigint;
  readonly transfers: bigint;
}

/** What moved at an outlet in a half-open window, by program and shift: over all members, by the outlet's index. */
export async function totalsOfOutlet(
  db: Queryable,
  outletId: string,
  { from, to, shift }: { readonly from: Date; readonly to: Date; readonly shift?: string | null },
): Promise<TillTotalRow[]> {
  const sumOf = (...commands: string[]) =>
    sql<string>`coalesce(sum(${transfers.amount}) filter (where ${transfers.command} in (${sql.join(
      commands.map((command) => sql`${command}`),
      sql`, `,
    )})), 0)::text`;
  const rows = await db
    .select({
      programId: sql<string>`${transfers.programId}`,
      shift: transfers.shift,
      earned: sumOf("EARN"),
      spent: sumOf("SPEND", "CAPTURE"),
      reversed: sumOf("REVERSE"),
      transfers: sql<string>`count(*)::text`,
    })
    .from(transfers)
    .where(
      and(
        eq(transfers.outletId, outletId),
        gte(transfers.recordedAt, from),
        lt(transfers.recordedAt, to),
        shift ? eq(transfers.shift, shift) : undefined,
        sql`${transfers.programId} is not null`,
      ),
    )
    .groupBy(transfers.programId, transfers.shift)
    .orderBy(asc(transfers.shift), asc(transfers.programId));
  return rows.map((row) => ({
    ...row,
    earned: BigInt(row.earned),
    spent: BigInt(row.spent),
    reversed: BigInt(row.reversed),
    transfers: BigInt(row.transfers),
  }));
}

/** Of each member what lapses first and can still be spent, by program. */
export async function expiringNext(db: Queryable, memberIds: readonly string[], now: Date) {
  const rows = await db.execute<{ member_id: string; program_id: string; points: string; expires_at: string }>(sql`
    select distinct on (l.member_id, l.program_id) l.member_id, l.program_id, l.expires_at,
      sum(l.available) over (partition by l.member_id, l.program_id, l.expires_at)::text as points
    from ${lotsTable} l
    where l.member_id = any(${uuidArray(memberIds)}) and l.is_open and l.available > 0
      and l.expires_at > ${now.toISOString()}::timestamptz
    order by l.member_id, l.program_id, l.expires_at`);
  return rows.map((row) => ({
    ...{ memberId: row.member_id, programId: row.program_id },
    ...{ points: BigInt(row.points), expiresAt: new Date(row.expires_at) },
  }));
}

export function cashOfMembers(db: Queryable, memberIds: readonly string[]): Promise<CashRow[]> {
  return db
    .select()
    .from(cashTable)
    .where(sql`${cashTable.memberId} = any(${uuidArray(memberIds)})`)
    .orderBy(asc(cashTable.memberId), asc(cashTable.currency));
}

export function pageOfAdjustments(
  db: Queryable,
  states: readonly AdjustmentState[] | null | undefined,
  page: PageRequest,
): Promise<AdjustmentRow[]> {
  return db
    .select()
    .from(adjustmentRequests)
    .where(
      and(
        states ? inArray(adjustmentRequests.state, [...states]) : undefined,
        page.after ? sql`${adjustmentRequests.requestId} > ${page.after[0]}::uuid` : undefined,
      ),
    )
    .orderBy(asc(adjustmentRequests.requestId))
    .limit(page.limit + 1);
}

export async function adjustmentByKey(
  db: Queryable,
  memberId: string,
  requestId: string,
): Promise<AdjustmentRow | null> {
  const [row] = await db
    .select()
    .from(adjustmentRequests)
    .where(and(eq(adjustmentRequests.memberId, memberId), eq(adjustmentRequests.requestId, requestId)));
  return row ?? null;
}
