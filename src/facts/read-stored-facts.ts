import { sql, type SQL } from "drizzle-orm";
import { arrayLiteral, uuidArray } from "../db/arrays";
import type { Queryable } from "../db/client";
import type { StoredFact } from "./core/stored-facts";
import type { AskedMembers, FactRoom } from "./fact-room";

/** Everything static that is known of a member, but for its birth day, which is sealed. */
export interface StoredMember {
  readonly facts: readonly StoredFact[];
  /** The ids that were merged into it. */
  readonly aliasIds: readonly string[];
  /** The first instant at which a fact changes by itself. */
  readonly lapsesAt: Date | null;
}

/** Not a fact, but told with them: a SET of ids. */
export const aliasesFact = "member.aliases";

export interface StoredQuestion {
  readonly memberIds: readonly string[];
  readonly now: Date;
  readonly timeZone: string;
}

/**
 * What all rooms have stored of the members, by one statement; by a second one where others were merged into some of
 * them, which hardly ever is. Members that do not exist are not in the answer.
 */
export async function readStoredFacts(
  db: Queryable,
  rooms: readonly FactRoom[],
  question: StoredQuestion,
): Promise<Map<string, StoredMember>> {
  const own = question.memberIds.map((memberId) => ({ ownerId: memberId, memberId }));
  const rows = await selectStored(db, rooms, own, question);
  const aliases = rows.filter((row) => row.fact === aliasesFact);
  if (aliases.length === 0) return byMember(rows);

  const merged = new Set(aliases.map((row) => row.member_id));
  const pairs = aliases.flatMap(({ member_id: ownerId, value }) =>
    [ownerId, ...(value as readonly string[])].map((memberId) => ({ ownerId, memberId })),
  );
  const wider = rooms.filter((room) => room.underAliases);
  const kept = rows.filter((row) => !(row.under_aliases && merged.has(row.member_id)));
  return byMember([...kept, ...(await selectStored(db, wider, pairs, question))]);
}

interface StoredRow {
  readonly member_id: string;
  readonly fact: string;
  readonly type: StoredFact["type"];
  readonly value: StoredFact["value"];
  readonly lapses_at: string | null;
  readonly under_aliases: boolean;
}

interface Pair {
  readonly ownerId: string;
  readonly memberId: string;
}

/**
 * Prepared by the server, since to plan so many branches takes four times as long as to run them for one member. The
 * text is the same for any members, but one for all rooms and one for those with rows under merged ids.
 */
function selectStored(
  db: Queryable,
  rooms: readonly FactRoom[],
  pairs: readonly Pair[],
  { now, timeZone }: StoredQuestion,
): Promise<StoredRow[]> {
  const ids = pairs.map((pair) => pair.memberId);
  const asked: AskedMembers = {
    ids: uuidArray(ids),
    owners: sql`unnest(${arrayLiteral(pairs.map((pair) => pair.ownerId))}::uuid[], ${uuidArray(ids)})
      as o (owner_id, member_id)`,
    now: sql`${now.toISOString()}::timestamptz`,
    timeZone: sql`${timeZone}::text`,
  };
  const branches = rooms.flatMap((room): SQL[] => {
    if (!room.stored) return [];
    const columns = sql.raw("s (member_id, fact, type, value, lapses_at)");
    return [
      sql`select s.*, ${room.underAliases ?? false}::boolean as under_aliases from (${room.stored(asked)}) as ${columns}`,
    ];
  });
  return db
    .select({
      member_id: sql<StoredRow["member_id"]>`member_id`,
      fact: sql<StoredRow["fact"]>`fact`,
      type: sql<StoredRow["type"]>`type`,
      value: sql<StoredRow["value"]>`value`,
      lapses_at: sql<StoredRow["lapses_at"]>`lapses_at`,
      under_aliases: sql<StoredRow["under_aliases"]>`under_aliases`,
    })
    .from(sql`(${sql.join(branches, sql` union all `)}) as stored`)
    .prepare("stored_facts")
    .execute();
}

function byMember(rows: readonly StoredRow[]): Map<string, StoredMember> {
  const members = new Map<string, { facts: StoredFact[]; aliasIds: readonly string[]; lapsesAt: Date | null }>();
  for (const { member_id, fact, type, value, lapses_at } of rows) {
    const member = members.get(member_id) ?? { facts: [], aliasIds: [], lapsesAt: null };
    members.set(member_id, member);
    if (fact === aliasesFact) member.aliasIds = value as readonly string[];
    else member.facts.push({ fact, type, value });
    const lapsesAt = lapses_at === null ? null : new Date(lapses_at);
    if (lapsesAt && (!member.lapsesAt || lapsesAt < member.lapsesAt)) member.lapsesAt = lapsesAt;
  }
  return members;
}
