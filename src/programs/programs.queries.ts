import { and, asc, eq, gt, sql, type AnyColumn, type SQL } from "drizzle-orm";
import type { Scope } from "../auth/core/policy";
import type { Db, Queryable } from "../db/client";
import { uuidArray } from "../db/arrays";
import { idArrayText, prepareOnce } from "../db/prepared";
import type { PageRequest } from "../db/page-request";
import { accounts, memberTiers, programs, tiers } from "./programs.tables";

export type ProgramRow = typeof programs.$inferSelect;
export type TierRow = typeof tiers.$inferSelect;
export type AccountRow = typeof accounts.$inferSelect;
export type MemberTierRow = typeof memberTiers.$inferSelect;

export function programsByIds(db: Db, ids: readonly string[]): Promise<ProgramRow[]> {
  return prepareOnce(db, "programs_by_ids", (d, name) =>
    d
      .select()
      .from(programs)
      .where(sql`${programs.programId} = any(${sql.placeholder("ids")}::uuid[])`)
      .prepare(name),
  ).execute({ ids: idArrayText(ids) });
}

export async function programByCode(db: Queryable, code: string): Promise<ProgramRow | undefined> {
  const [row] = await db.select().from(programs).where(eq(programs.code, code));
  return row;
}

/** Programs in order of creation. */
export function pageOfPrograms(db: Queryable, page: PageRequest): Promise<ProgramRow[]> {
  return db
    .select()
    .from(programs)
    .where(page.after ? gt(programs.programId, sql`${page.after[0]}::uuid`) : undefined)
    .orderBy(asc(programs.programId))
    .limit(page.limit + 1);
}

/** The tiers of several programs, lowest rank first. */
export function tiersByPrograms(db: Db, programIds: readonly string[]): Promise<TierRow[]> {
  return prepareOnce(db, "tiers_by_programs", (d, name) =>
    d
      .select()
      .from(tiers)
      .where(sql`${tiers.programId} = any(${sql.placeholder("ids")}::uuid[])`)
      .orderBy(asc(tiers.programId), asc(tiers.rank))
      .prepare(name),
  ).execute({ ids: idArrayText(programIds) });
}

/** For a partner only accounts in the programs that it issues. */
export function accountsByMembers(db: Db, memberIds: readonly string[], reach: Scope): Promise<AccountRow[]> {
  if (reach.kind === "none") return Promise.resolve([]);
  return prepareOnce(db, "accounts_by_members", (d, name) =>
    d
      .select()
      .from(accounts)
      .where(
        and(
          sql`${accounts.memberId} = any(${sql.placeholder("ids")}::uuid[])`,
          issuedBy(accounts.programId, sql.placeholder("issuer")),
        ),
      )
      .orderBy(asc(accounts.memberId), asc(accounts.programId))
      .prepare(name),
  ).execute({ ids: idArrayText(memberIds), issuer: issuerOf(reach) });
}

/** For statements of the ledger, whose kernel alone writes it. */
export const accountsTable: SQL = sql`${accounts}`;

/** Of these members, in whatever transaction. */
export function accountsOf(db: Queryable, memberIds: readonly string[]): Promise<AccountRow[]> {
  return db
    .select()
    .from(accounts)
    .where(sql`${accounts.memberId} = any(${uuidArray(memberIds)})`)
    .orderBy(asc(accounts.memberId), asc(accounts.programId));
}

/** For a partner only tiers of the programs that it issues. */
export function tiersByMembers(db: Db, memberIds: readonly string[], reach: Scope): Promise<MemberTierRow[]> {
  if (reach.kind === "none") return Promise.resolve([]);
  return prepareOnce(db, "tiers_by_members", (d, name) =>
    d
      .select()
      .from(memberTiers)
      .where(
        and(
          sql`${memberTiers.memberId} = any(${sql.placeholder("ids")}::uuid[])`,
          issuedBy(memberTiers.programId, sql.placeholder("issuer")),
        ),
      )
      .orderBy(asc(memberTiers.memberId), asc(memberTiers.programId))
      .prepare(name),
  ).execute({ ids: idArrayText(memberIds), issuer: issuerOf(reach) });
}

/** Whether the program of the column is issued by the partner. */
export function isIssued(programId: AnyColumn, partnerId: string): SQL {
  return sql`${programId} in (select ${programs.programId} from ${programs} where ${programs.issuerPartnerId} = ${partnerId})`;
}

function issuerOf(reach: Scope): string | null {
  return reach.kind === "partner" ? reach.partnerId : null;
}

function issuedBy(programId: typeof accounts.programId | typeof memberTiers.programId, issuer: unknown): SQL {
  return sql`(${issuer}::uuid is null or exists (
    select from ${programs} p where p.program_id = ${programId} and p.issuer_partner_id = ${issuer}::uuid))`;
}

/** Counts over all members: a report, not for a member's screen. */
export async function useOfProgram(
  db: Queryable,
  programId: string,
): Promise<{ accounts: number; tierHolders: number }> {
  const [held, tiered] = await Promise.all([
    db.$count(accounts, eq(accounts.programId, programId)),
    db.$count(memberTiers, eq(memberTiers.programId, programId)),
  ]);
  return { accounts: held, tierHolders: tiered };
}
