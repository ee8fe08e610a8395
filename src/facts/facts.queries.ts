import { asc, lte, sql, type AnyColumn, type SQL } from "drizzle-orm";
import { textArray } from "../db/arrays";
import type { Db } from "../db/client";
import { idArrayText, prepareOnce } from "../db/prepared";
import { encodedMembers, historyCounters, historyDays } from "./facts.tables";

export type EncodedMemberRow = typeof encodedMembers.$inferSelect;
export type HistoryCounterRow = typeof historyCounters.$inferSelect;

/** What matching reads of a member. */
export interface MemberFactsRow {
  readonly memberId: string;
  /** For `decodeFacts`. */
  readonly encoding: Buffer;
  /** From this instant on the encoding must be made anew before it is used; null: never. */
  readonly lapsesAt: Date | null;
  /** The sum over each counter's period, of those on which something was counted; the others are 0. */
  readonly history: ReadonlyMap<string, number>;
}

/**
 * Everything that matching needs of members, as it was at the moment's day, in the order asked: one statement, by keys
 * alone; a second one for what was counted under other ids where members were merged into some, which hardly ever is.
 * The ids are those of the members that answer, as `membersByIds` finds them. Undefined for a member that has no
 * encoding yet.
 */
export async function memberFacts(
  db: Db,
  memberIds: readonly string[],
  at: Date,
): Promise<(MemberFactsRow | undefined)[]> {
  const rows = await memberFactsStatement(db).execute({ ids: idArrayText(memberIds), at: at.toISOString() });
  const aliases = rows.flatMap((row) => row.aliasIds.map((aliasId) => [aliasId, row.memberId] as const));
  const elsewhere = aliases.length > 0 ? await historyUnder(db, new Map(aliases), at) : new Map<string, History>();
  const found = new Map(
    rows.map(({ memberId, encoding, lapsesAt, history }) => [
      memberId,
      { memberId, encoding, lapsesAt, history: added(elsewhere.get(memberId), history) },
    ]),
  );
  return memberIds.map((memberId) => found.get(memberId));
}

function memberFactsStatement(db: Db) {
  return prepareOnce(db, "member_facts", (d, name) =>
    d
      .select({
        memberId: encodedMembers.memberId,
        encoding: encodedMembers.encoding,
        lapsesAt: encodedMembers.lapsesAt,
        aliasIds: encodedMembers.aliasIds,
        history: historyOf(encodedMembers.memberId, sql`${sql.placeholder("at")}::timestamptz`),
      })
      .from(encodedMembers)
      .where(sql`${encodedMembers.memberId} = any(${sql.placeholder("ids")}::uuid[])`)
      .prepare(name),
  );
}

/** Sums as text, since a bigint would lose digits on the way through JSON. */
type History = Readonly<Record<string, string>> | null;

/**
 * For statements: the sums of a member's counters on the day of the moment, as one JSON object, or null. No table in it
 * has a column `member_id`, since drizzle writes the given column without its table where the statement has only one.
 */
export function historyOf(memberId: AnyColumn, at: SQL): SQL<History> {
  const day = sql`(${at} at time zone c.time_zone)::date`;
  return sql<History>`(
    select jsonb_object_agg(t.counter_code, t.total) from (
      select d.counter_code, sum(d.value)::text as total
      from (select member_id as owner_id, counter_code, day, value from ${historyDays}) as d
      join ${historyCounters} c on c.code = d.counter_code
      where d.owner_id = ${memberId} and d.day > ${day} - c.period_days and d.day <= ${day}
      group by 1
    ) as t)`;
}

/** By the id of the member that answers; `owners` by alias. */
async function historyUnder(db: Db, owners: ReadonlyMap<string, string>, at: Date): Promise<Map<string, History>> {
  const rows = await memberFactsStatement(db).execute({ ids: idArrayText([...owners.keys()]), at: at.toISOString() });
  const sums = new Map<string, Record<string, string>>();
  for (const { memberId, history } of rows) {
    const owner = owners.get(memberId) ?? memberId;
    const total = sums.get(owner) ?? {};
    sums.set(owner, total);
    for (const [code, sum] of Object.entries(history ?? {})) {
      total[code] = (BigInt(total[code] ?? 0) + BigInt(sum)).toString();
    }
  }
  return sums;
}

/** Rules compare doubles: beyond 2^53 minor units a sum is rounded, which no rule of today's currencies reaches. */
function added(elsewhere: History | undefined, own: History): Map<string, number> {
  const total = new Map(Object.entries(own ?? {}).map(([code, sum]) => [code, BigInt(sum)]));
  for (const [code, sum] of Object.entries(elsewhere ?? {})) total.set(code, (total.get(code) ?? 0n) + BigInt(sum));
  return new Map([...total].map(([code, sum]) => [code, Number(sum)]));
}

/**
 * For statements about members: whether the member has an encoding. Not whether it is of this program's version, which
 * would read every encoding: a new version comes with a migration that takes the old encodings away.
 */
export function hasEncoding(memberId: AnyColumn): SQL {
  return sql`exists (select from ${encodedMembers} e where e.member_id = ${memberId})`;
}

/** A job's question: members of whose encoding something has ended. */
export async function lapsedEncodings(db: Db, now: Date, limit: number): Promise<string[]> {
  const rows = await db
    .select({ memberId: encodedMembers.memberId })
    .from(encodedMembers)
    .where(lte(encodedMembers.lapsesAt, now))
    .orderBy(asc(encodedMembers.lapsesAt))
    .limit(limit);
  return rows.map((row) => row.memberId);
}

/** Counters by code; all of them where no codes are given. */
export function historyCountersByCodes(db: Db, codes?: readonly string[]): Promise<HistoryCounterRow[]> {
  return db
    .select()
    .from(historyCounters)
    .where(codes ? sql`${historyCounters.code} = any(${textArray(codes)})` : undefined)
    .orderBy(asc(historyCounters.code));
}
