import { and, asc, desc, eq, getTableColumns, gte, inArray, lt, lte, sql, type SQL } from "drizzle-orm";
import type { Scope } from "../auth/core/policy";
import type { Queryable } from "../db/client";
import { arrayLiteral } from "../db/arrays";
import type { PageRequest } from "../db/page-request";
import type { Cause, LedgerCommandName } from "../ledger/core/command";
import { entriesTable, transfersTable as transfers, type EntryRow, type TransferRow } from "../ledger/transfers";
import { isOwnedBy, ownerPairs, type HistoryOwner } from "../members/history";
import { isRunBy } from "../merchants/merchants.queries";
import { isIssued } from "../programs/programs.queries";

export type { EntryRow, TransferRow };

export interface TransferFilter {
  readonly programId?: string | null;
  readonly merchantId?: string | null;
  readonly commands?: readonly LedgerCommandName[] | null;
  readonly causes?: readonly Cause["kind"][] | null;
  /** Recorded at this instant or later. */
  readonly from?: Date | null;
  /** Recorded before this instant. */
  readonly before?: Date | null;
}

/** One page of each member's transfers, newest first; for a partner what concerns its programs or its merchants. */
export async function pagesOfTransfers(
  db: Queryable,
  owners: readonly HistoryOwner[],
  filter: TransferFilter,
  reach: Scope,
  page: PageRequest,
): Promise<(TransferRow & { readonly ownerId: string })[]> {
  const { commands, causes } = filter;
  const ranked = db
    .select({
      ...getTableColumns(transfers),
      ownerId: sql<string>`o.owner_id`.as("owner_id"),
      place: sql<number>`row_number() over (
        partition by o.owner_id order by ${transfers.recordedAt} desc, ${transfers.memberId} desc, ${transfers.sequence} desc)`.as(
        "place",
      ),
    })
    .from(transfers)
    .innerJoin(ownerPairs(owners), sql`o.member_id = ${transfers.memberId}`)
    .where(
      and(
        isOwnedBy(transfers.memberId, owners),
        within(reach),
        filter.programId ? eq(transfers.programId, filter.programId) : undefined,
        filter.merchantId ? eq(transfers.merchantId, filter.merchantId) : undefined,
        commands ? inArray(transfers.command, [...commands]) : undefined,
        causes ? inArray(transfers.causeKind, [...causes]) : undefined,
        filter.from ? gte(transfers.recordedAt, filter.from) : undefined,
        filter.before ? lt(transfers.recordedAt, filter.before) : undefined,
        page.after
          ? sql`(${transfers.recordedAt}, ${transfers.memberId}, ${transfers.sequence})
              < (${page.after[0]}::timestamptz, ${page.after[1]}::uuid, ${page.after[2]}::int8)`
          : undefined,
      ),
    )
    .as("ranked");
  return db
    .select()
    .from(ranked)
    .where(lte(ranked.place, page.limit + 1))
    .orderBy(desc(ranked.recordedAt), desc(ranked.memberId), desc(ranked.sequence));
}

export interface TransferKey {
  readonly memberId: string;
  readonly sequence: bigint;
}

/** Transfers by member and number, in no order; only those within the caller's reach. */
export function transfersByKeys(db: Queryable, keys: readonly TransferKey[], reach: Scope): Promise<TransferRow[]> {
  return db
    .select()
    .from(transfers)
    .where(and(isOneOf(transfers.memberId, transfers.sequence, keys), within(reach)));
}

/** The entries of these transfers, by number. */
export function entriesOfTransfers(db: Queryable, keys: readonly TransferKey[]): Promise<EntryRow[]> {
  const { memberId, sequence, entryNo } = entriesTable;
  return db
    .select()
    .from(entriesTable)
    .where(isOneOf(memberId, sequence, keys))
    .orderBy(asc(memberId), asc(sequence), asc(entryNo));
}

function isOneOf(
  memberId: SQL | typeof transfers.memberId | typeof entriesTable.memberId,
  sequence: unknown,
  keys: readonly TransferKey[],
): SQL {
  const ids = arrayLiteral(keys.map((key) => key.memberId));
  return sql`${memberId} = any(${ids}::uuid[]) and (${memberId}, ${sequence}) in (
    select * from unnest(${ids}::uuid[], ${arrayLiteral(keys.map((key) => key.sequence))}::int8[]))`;
}

/** Whose member it is was decided when the member was loaded. */
function within(reach: Scope): SQL | undefined {
  if (reach.kind === "none") return sql`false`;
  if (reach.kind !== "partner") return undefined;
  const { partnerId } = reach;
  return sql`(${isRunBy(transfers.merchantId, partnerId)} or ${isIssued(transfers.programId, partnerId)})`;
}
