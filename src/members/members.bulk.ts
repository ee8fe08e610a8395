import { sql, type SQL } from "drizzle-orm";
import { arrayLiteral } from "../db/arrays";
import type { Work } from "../context";
import type { Db, Queryable } from "../db/client";
import { newId } from "../kernel/ids";
import type { Locale } from "../kernel/localised";
import { consents, identities, identityLookup, members } from "./members.tables";
import { writeFacts } from "./write-facts";

/** A person as a partner knows it: the partner's own number and since when. */
export interface ArrivingMember {
  readonly number: string;
  readonly joinedAt: Date;
}

export interface Arrival {
  readonly partnerId: string;
  readonly locale: Locale;
}

/** What bulk writers work with; imports tell of themselves as a whole, so nobody is named. */
export type BulkWork = Pick<Work, "services" | "now">;

type ArrivalNow = Arrival & Pick<BulkWork, "now">;

/** The members behind a partner's numbers, and how many of them are new in the alliance. */
export interface Arrived {
  readonly memberIds: ReadonlyMap<string, string>;
  readonly enrolled: number;
}

/**
 * Enrols many members of one partner at once; numbers that are known answer with the member they belong to, unchanged.
 *
 * The order is that of enrolling one: claim the numbers, write the members and their identities, confirm the claims. No
 * transaction spans them, since the rows live on different shards, but for the members with what is theirs; an import that was killed in between finds its own
 * claims unconfirmed and finishes them, with the ids that were claimed. `numbers` must be distinct.
 */
export async function enrollInBulk(
  work: BulkWork,
  arriving: readonly ArrivingMember[],
  arrival: Arrival,
): Promise<Arrived> {
  if (arriving.length === 0) return { memberIds: new Map(), enrolled: 0 };
  const numbers = arriving.map((each) => each.number);
  const db = work.services.database.app;
  await claimNumbers(db, numbers, { ...arrival, ...work });
  const claims = await claimsOf(db, numbers, arrival.partnerId);
  const memberIds = new Map(claims.map((claim) => [claim.number, claim.memberId]));
  const unconfirmed = new Set(claims.filter((claim) => claim.confirmedAt === null).map((claim) => claim.number));
  const rows = arriving
    .filter((each) => unconfirmed.has(each.number))
    .map((each) => ({ ...each, memberId: memberIds.get(each.number) ?? "" }));
  if (rows.length > 0) {
    await writeFacts(work, rows, async (tx) => {
      await insertMembers(tx, rows, { ...arrival, ...work });
      await insertIdentities(tx, rows, { ...arrival, ...work });
    });
    await confirmClaims(db, [...unconfirmed], { ...arrival, ...work });
  }
  return { memberIds, enrolled: rows.length };
}

async function claimNumbers(db: Db, numbers: readonly string[], { partnerId, now }: ArrivalNow): Promise<void> {
  const proposed = numbers.map(() => newId());
  await db.execute(sql`
    insert into ${identityLookup} (partner_id, number, member_id, claimed_at)
    select ${partnerId}::uuid, t.number, t.member_id, ${now.toISOString()}::timestamptz
    from unnest(${arrayLiteral(numbers)}::text[], ${arrayLiteral(proposed)}::uuid[]) as t (number, member_id)
    on conflict do nothing
  `);
}

function claimsOf(db: Db, numbers: readonly string[], partnerId: string) {
  return db
    .select({
      number: identityLookup.number,
      memberId: identityLookup.memberId,
      confirmedAt: identityLookup.confirmedAt,
    })
    .from(identityLookup)
    .where(
      sql`${identityLookup.partnerId} = ${partnerId} and ${identityLookup.number} = any(${arrayLiteral(numbers)}::text[])`,
    );
}

interface EnrolledRow extends ArrivingMember {
  readonly memberId: string;
}

async function insertMembers(
  db: Queryable,
  rows: readonly EnrolledRow[],
  { partnerId, locale, now }: ArrivalNow,
): Promise<void> {
  const at = now.toISOString();
  await db.execute(sql`
    insert into ${members} (member_id, status, enrolled_by, joined_at, locale, revision, created_at, updated_at)
    select t.member_id, 'ACTIVE', ${partnerId}::uuid, t.joined_at, ${locale}, 1, ${at}::timestamptz, ${at}::timestamptz
    from unnest(
      ${arrayLiteral(rows.map((row) => row.memberId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.joinedAt))}::timestamptz[]
    ) as t (member_id, joined_at)
    on conflict do nothing
  `);
}

async function insertIdentities(
  db: Queryable,
  rows: readonly EnrolledRow[],
  { partnerId, now }: ArrivalNow,
): Promise<void> {
  await db.execute(sql`
    insert into ${identities} (member_id, identity_id, partner_id, number, linked_at)
    select t.member_id, t.identity_id, ${partnerId}::uuid, t.number, ${now.toISOString()}::timestamptz
    from unnest(
      ${arrayLiteral(rows.map((row) => row.memberId))}::uuid[],
      ${arrayLiteral(rows.map(() => newId()))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.number))}::text[]
    ) as t (member_id, identity_id, number)
    on conflict do nothing
  `);
}

async function confirmClaims(db: Db, numbers: readonly string[], { partnerId, now }: ArrivalNow): Promise<void> {
  await db.execute(sql`
    update ${identityLookup} set confirmed_at = ${now.toISOString()}::timestamptz
    where partner_id = ${partnerId}::uuid and number = any(${arrayLiteral(numbers)}::text[]) and confirmed_at is null
  `);
}

export interface FirstConsent {
  readonly memberId: string;
  readonly partnerId: string;
  readonly purpose: (typeof consents.$inferSelect)["purpose"];
  readonly granted: boolean;
  /** Which wording the member saw. */
  readonly wording: string;
  readonly recordedAt: Date;
}

/** Records the first answers of many members; where a member has answered already, nothing changes. */
export async function insertFirstConsents(
  work: BulkWork,
  rows: readonly FirstConsent[],
  recordedBy: string,
): Promise<void> {
  await writeFacts(work, rows, (tx) => tx.execute(consentsInsert(rows, recordedBy)));
}

function consentsInsert(rows: readonly FirstConsent[], recordedBy: string): SQL {
  return sql`
    insert into ${consents} (member_id, partner_id, purpose, version, granted, wording, recorded_at, recorded_by)
    select t.member_id, t.partner_id, t.purpose, 1, t.granted, t.wording, t.recorded_at, ${recordedBy}
    from unnest(
      ${arrayLiteral(rows.map((row) => row.memberId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.partnerId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.purpose))}::text[],
      ${arrayLiteral(rows.map((row) => row.granted))}::boolean[],
      ${arrayLiteral(rows.map((row) => row.wording))}::text[],
      ${arrayLiteral(rows.map((row) => row.recordedAt))}::timestamptz[]
    ) as t (member_id, partner_id, purpose, granted, wording, recorded_at)
    on conflict do nothing
  `;
}
