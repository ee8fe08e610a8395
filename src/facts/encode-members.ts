import { sql } from "drizzle-orm";
import { arrayLiteral, uuidArray } from "../db/arrays";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { encodeFacts } from "./core/encoding";
import { bornOnFact, encodedFacts, keysOfFact, statusFact, type StoredFact } from "./core/stored-facts";
import { encodedMembers } from "./facts.tables";
import { readStoredFacts, type StoredMember } from "./read-stored-facts";

/** The sealed birth days of some members, as whoever opened their profiles hands them over; null where unknown. */
export type BirthDays = ReadonlyMap<string, string | null>;

/** An array parameter of a page; 150 tags of 1,000 members are 10 MB of rows. */
const membersAtOnce = 1000;

/**
 * Brings the encodings of the members in step with what the rooms have stored. To be called in every transaction that
 * changes that, after the change: one read and one upsert, whatever changed, so that no writer has to know how its fact
 * is encoded. Answers how many encodings became others; one that stays the same is not written.
 *
 * The caller holds each member's row FOR UPDATE or FOR NO KEY UPDATE, or has inserted it: of two writers that only share
 * it, each would read without the other's change, and the later would write that.
 *
 * A member that is not active is encoded with its status and nothing else: nothing matches it, its birth day is gone, and
 * the audiences still hear of the change.
 */
export async function encodeMembers(
  tx: Tx,
  { services, now }: Pick<Work, "services" | "now">,
  memberIds: readonly string[],
  birthDays: BirthDays = new Map(),
): Promise<number> {
  const { facts, timeZone } = services;
  const ids = [...new Set(memberIds)].sort();
  let changed = 0;
  for (let from = 0; from < ids.length; from += membersAtOnce) {
    const part = ids.slice(from, from + membersAtOnce);
    const stored = await readStoredFacts(tx, facts.rooms, { memberIds: part, now, timeZone });
    const known = [...stored].map(([memberId, member]) => knownOf(memberId, member, birthDays));
    await facts.numbers.ensure(known.flatMap((member) => member.facts.flatMap(keysOfFact)));
    const rows = known.map(({ facts: own, ...rest }) => ({
      ...rest,
      encoding: encodeFacts(encodedFacts(own, facts.numbers.numberOf)),
    }));
    changed += await upsert(tx, rows, now);
  }
  return changed;
}

interface KnownMember extends StoredMember {
  readonly memberId: string;
  readonly bornOn: string | null;
}

function knownOf(memberId: string, member: StoredMember, birthDays: BirthDays): KnownMember {
  const before = member.facts.find(({ fact }) => fact === bornOnFact);
  const others = member.facts.filter(({ fact }) => fact !== bornOnFact);
  const status = others.find(({ fact }) => fact === statusFact);
  if (status?.value !== "ACTIVE") {
    const facts = status ? [status] : [];
    return { memberId, facts, bornOn: null, aliasIds: member.aliasIds, lapsesAt: null };
  }
  const given = birthDays.get(memberId);
  const bornOn = given === undefined ? ((before?.value as string | undefined) ?? null) : given;
  const birth: StoredFact[] = bornOn === null ? [] : [{ fact: bornOnFact, type: "DATE", value: bornOn }];
  return { ...member, memberId, bornOn, facts: [...others, ...birth] };
}

interface EncodedRow extends Omit<KnownMember, "facts"> {
  readonly encoding: Buffer;
}

async function upsert(tx: Tx, rows: readonly EncodedRow[], now: Date): Promise<number> {
  if (rows.length === 0) return 0;
  const written = await tx.execute(sql`
    insert into ${encodedMembers} as e (member_id, encoding, born_on, alias_ids, lapses_at, pending, changed_at)
    select t.member_id, t.encoding, t.born_on, t.alias_ids::uuid[], t.lapses_at, true, ${now.toISOString()}::timestamptz
    from unnest(
      ${uuidArray(rows.map((row) => row.memberId))},
      ${arrayLiteral(rows.map((row) => row.encoding))}::bytea[],
      ${arrayLiteral(rows.map((row) => row.bornOn))}::date[],
      ${arrayLiteral(rows.map((row) => arrayLiteral(row.aliasIds)))}::text[],
      ${arrayLiteral(rows.map((row) => row.lapsesAt))}::timestamptz[]
    ) as t (member_id, encoding, born_on, alias_ids, lapses_at)
    order by t.member_id
    on conflict (member_id) do update
    set encoding = excluded.encoding, born_on = excluded.born_on, alias_ids = excluded.alias_ids,
      lapses_at = excluded.lapses_at, pending = true, changed_at = excluded.changed_at
    where (e.encoding, e.born_on, e.alias_ids, e.lapses_at)
      is distinct from (excluded.encoding, excluded.born_on, excluded.alias_ids, excluded.lapses_at)
  `);
  return written.count;
}
