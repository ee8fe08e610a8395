import { and, desc, eq, getTableColumns, lt, lte, sql } from "drizzle-orm";
import type { Queryable } from "../db/client";
import { arrayLiteral } from "../db/arrays";
import type { PageRequest } from "../db/page-request";
import type { Cause } from "../ledger/core/command";
import { lotsTable as lots, transfersTable as transfers, type LotRow } from "../ledger/transfers";

export interface AccountKey {
  readonly memberId: string;
  readonly programId: string;
}

export interface LotFilter {
  /** Only those in which something is left, or only those in which nothing is; absent: all. */
  readonly isOpen?: boolean | null;
}

/** A lot with what issued it. */
export type IssuedLot = LotRow & { readonly causeKind: Cause["kind"]; readonly issuedAt: Date };

/** One page of each account's lots, the last issued first, with the transfer that issued each. */
export function pagesOfLots(
  db: Queryable,
  accounts: readonly AccountKey[],
  { isOpen }: LotFilter,
  page: PageRequest,
): Promise<IssuedLot[]> {
  const memberIds = arrayLiteral(accounts.map(({ memberId }) => memberId));
  const programIds = arrayLiteral(accounts.map(({ programId }) => programId));
  const ranked = db
    .select({
      ...getTableColumns(lots),
      causeKind: transfers.causeKind,
      issuedAt: sql<Date>`${transfers.recordedAt}`.mapWith(transfers.recordedAt).as("issued_at"),
      place: sql<number>`row_number() over (
        partition by ${lots.memberId}, ${lots.programId} order by ${lots.lotNo} desc)`.as("place"),
    })
    .from(lots)
    .innerJoin(transfers, and(eq(transfers.memberId, lots.memberId), eq(transfers.sequence, lots.sequence)))
    .where(
      and(
        sql`${lots.memberId} = any(${memberIds}::uuid[])`,
        sql`(${lots.memberId}, ${lots.programId}) in (select * from unnest(${memberIds}::uuid[], ${programIds}::uuid[]))`,
        typeof isOpen === "boolean" ? eq(lots.isOpen, isOpen) : undefined,
        page.after ? lt(lots.lotNo, sql`${page.after[0]}::int4`) : undefined,
      ),
    )
    .as("ranked");
  return db
    .select()
    .from(ranked)
    .where(lte(ranked.place, page.limit + 1))
    .orderBy(desc(ranked.lotNo));
}
