import { sql } from "drizzle-orm";
import type { Db } from "../db/client";

/** A member's account in a program of which something is due. */
export interface DueAccount {
  readonly memberId: string;
  readonly programId: string;
}

interface DueRow {
  readonly member_id: string;
  readonly program_id: string;
  [column: string]: unknown;
}

/** Accounts with points that lapsed by the instant, at most so many: by the index of open lots, without reading the rest. */
export async function lapsedAccounts(db: Db, asOf: Date, limit: number): Promise<DueAccount[]> {
  return accountsOf(
    await db.execute<DueRow>(sql`
      select distinct member_id, program_id from (
        select member_id, program_id from alliance.lots
        where is_open and expires_at is not null and expires_at <= ${asOf.toISOString()}::timestamptz
          and available + pending > 0
        order by expires_at, member_id limit ${limit}
      ) as due`),
  );
}

/** Accounts with points whose wait is over. */
export async function releasableAccounts(db: Db, asOf: Date, limit: number): Promise<DueAccount[]> {
  return accountsOf(
    await db.execute<DueRow>(sql`
      select distinct member_id, program_id from (
        select member_id, program_id from alliance.lots
        where pending > 0 and pending_until is not null and pending_until <= ${asOf.toISOString()}::timestamptz
        order by pending_until, member_id limit ${limit}
      ) as due`),
  );
}

/** Holds whose time is over, with something still in them. */
export async function lapsedHolds(db: Db, asOf: Date, limit: number) {
  const rows = await db.execute<{ member_id: string; sequence: string }>(sql`
    select member_id, sequence::text from alliance.holds
    where outstanding > 0 and expires_at <= ${asOf.toISOString()}::timestamptz
    order by expires_at, member_id limit ${limit}`);
  return rows.map((row) => ({ memberId: row.member_id, sequence: BigInt(row.sequence) }));
}

/**
 * Accounts of one program that have not moved since the instant and hold something, by rising member id from behind the
 * one given. Reads the program's accounts one after another: a look a day, for programs that lapse by inactivity.
 */
export async function inactiveAccounts(
  db: Db,
  { programId, since, after, limit }: { programId: string; since: Date; after: string; limit: number },
): Promise<DueAccount[]> {
  return accountsOf(
    await db.execute<DueRow>(sql`
      select member_id, program_id from alliance.accounts
      where program_id = ${programId}::uuid and member_id > ${after}::uuid and available + pending > 0
        and last_moved_at < ${since.toISOString()}::timestamptz
      order by member_id limit ${limit}`),
  );
}

/** Of members whose points of a program lapse within the window: how many, and when; by rising member id. */
export async function lapsingSoon(
  db: Db,
  { programId, from, to, after, limit }: { programId: string; from: Date; to: Date; after: string; limit: number },
) {
  const rows = await db.execute<{ member_id: string; expires_at: string; points: string }>(sql`
    select member_id, expires_at, sum(available)::text as points from alliance.lots
    where program_id = ${programId}::uuid and is_open and available > 0 and member_id > ${after}::uuid
      and expires_at > ${from.toISOString()}::timestamptz and expires_at <= ${to.toISOString()}::timestamptz
    group by member_id, expires_at order by member_id, expires_at limit ${limit}`);
  return rows.map((row) => ({
    memberId: row.member_id,
    expiresAt: new Date(row.expires_at),
    points: BigInt(row.points),
  }));
}

function accountsOf(rows: readonly DueRow[]): DueAccount[] {
  return rows.map(({ member_id: memberId, program_id: programId }) => ({ memberId, programId }));
}
