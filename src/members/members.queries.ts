import DataLoader from "dataloader";
import { and, asc, desc, eq, gt, gte, isNull, lt, ne, sql, type SQL } from "drizzle-orm";
import type { Scope } from "../auth/core/policy";
import type { Db, Queryable } from "../db/client";
import { idArrayText, prepareOnce } from "../db/prepared";
import type { PageRequest } from "../db/page-request";
import type { MemberStatus } from "./core/member";
import { consents, identities, identityLookup, memberAliases, members } from "./members.tables";

export type MemberRow = typeof members.$inferSelect;
export type IdentityRow = typeof identities.$inferSelect;
export type ConsentRow = typeof consents.$inferSelect;

export interface MemberFilter {
  /** Only members with a live identity at this partner. */
  readonly partnerId?: string | null;
  readonly status?: MemberStatus | null;
  readonly joinedFrom?: Date | null;
  readonly joinedBefore?: Date | null;
  /** Only these; what a search by mail, phone or number found. */
  readonly memberIds?: readonly string[] | null;
  /** Made by the tags room (tags.plan.ts), which alone knows its tables. */
  readonly hasTag?: SQL | null;
}

/** For conditions that other rooms put on a page of members. */
export const memberIdColumn = members.memberId;

/** No chain of merges is as long as this; a longer one is a cycle, which `mergeMembers` makes impossible. */
const longestChain = 64;

/**
 * The members behind the ids, for a caller of this reach, by the id that was asked. An id that was merged answers with
 * the member at the end of its chain, so one more statement runs for each link that some id still has before it.
 */
export async function membersByIds(db: Db, ids: readonly string[], reach: Scope): Promise<Map<string, MemberRow>> {
  const found = new Map<string, MemberRow>();
  if (reach.kind === "none") return found;
  /** Which asked ids wait for the row of this id. */
  let waiting = new Map(ids.map((id) => [id, [id]]));
  for (let link = 0; waiting.size > 0; link += 1) {
    if (link > longestChain) throw new Error(`more than ${longestChain} merges in a row: a cycle`);
    const next = new Map<string, string[]>();
    for (const row of await ownRows(db, [...waiting.keys()], reach)) {
      const asked = waiting.get(row.memberId) ?? [];
      if (row.mergedInto) next.set(row.mergedInto, [...(next.get(row.mergedInto) ?? []), ...asked]);
      else for (const id of asked) found.set(id, row);
    }
    waiting = next;
  }
  return found;
}

/** Aliases come whoever asks, since who may see is decided at the end of the chain; nothing of them is handed out. */
function ownRows(db: Db, ids: readonly string[], reach: Scope): Promise<MemberRow[]> {
  return prepareOnce(db, "members_by_ids", (d, name) =>
    d
      .select()
      .from(members)
      .where(
        sql`${members.memberId} = any(${sql.placeholder("ids")}::uuid[]) and (
          ${members.status} = 'MERGED'
          or ${sql.placeholder("all")}::boolean
          or ${members.memberId} = ${sql.placeholder("memberId")}::uuid
          or ${hasIdentityAt(sql`${sql.placeholder("partnerId")}::uuid`)})`,
      )
      .prepare(name),
  ).execute({
    ids: idArrayText(ids),
    all: reach.kind === "all",
    memberId: reach.kind === "member" ? reach.memberId : null,
    partnerId: reach.kind === "partner" ? reach.partnerId : null,
  });
}

function hasIdentityAt(partnerId: SQL | string, also: SQL = sql`true`): SQL {
  return sql`exists (
    select from ${identities}
    where ${identities.memberId} = ${members.memberId}
      and ${identities.partnerId} = ${partnerId} and ${identities.unlinkedAt} is null
      and ${also})`;
}

/** Live identities, oldest first; for a partner only its own. */
export function identitiesByMembers(db: Db, ids: readonly string[], reach: Scope): Promise<IdentityRow[]> {
  if (reach.kind === "none") return Promise.resolve([]);
  return prepareOnce(db, "identities_by_members", (d, name) =>
    d
      .select()
      .from(identities)
      .where(
        and(
          sql`${identities.memberId} = any(${sql.placeholder("ids")}::uuid[])`,
          isNull(identities.unlinkedAt),
          ofPartner(identities.partnerId),
        ),
      )
      .orderBy(asc(identities.linkedAt), asc(identities.identityId))
      .prepare(name),
  ).execute({ ids: idArrayText(ids), partnerId: partnerOf(reach) });
}

/** The consent that counts for each partner and purpose; for a partner only its own. */
export function consentsByMembers(db: Db, ids: readonly string[], reach: Scope): Promise<ConsentRow[]> {
  if (reach.kind === "none") return Promise.resolve([]);
  return prepareOnce(db, "consents_by_members", (d, name) =>
    d
      .selectDistinctOn([consents.memberId, consents.partnerId, consents.purpose])
      .from(consents)
      .where(and(sql`${consents.memberId} = any(${sql.placeholder("ids")}::uuid[])`, ofPartner(consents.partnerId)))
      .orderBy(asc(consents.memberId), asc(consents.partnerId), asc(consents.purpose), desc(consents.version))
      .prepare(name),
  ).execute({ ids: idArrayText(ids), partnerId: partnerOf(reach) });
}

function ofPartner(column: typeof identities.partnerId | typeof consents.partnerId): SQL {
  const partnerId = sql`${sql.placeholder("partnerId")}::uuid`;
  return sql`(${partnerId} is null or ${column} = ${partnerId})`;
}

function partnerOf(reach: Scope): string | null {
  return reach.kind === "partner" ? reach.partnerId : null;
}

/** Members in order of creation. Merged ones are not listed: they answer as the member they were merged into. */
export function pageOfMembers(
  db: Queryable,
  filter: MemberFilter,
  reach: Scope,
  page: PageRequest,
): Promise<MemberRow[]> {
  if (reach.kind === "none") return Promise.resolve([]);
  const conditions: (SQL | undefined)[] = [
    ne(members.status, "MERGED"),
    reach.kind === "partner" ? hasIdentityAt(reach.partnerId) : undefined,
    reach.kind === "member" ? eq(members.memberId, reach.memberId) : undefined,
    filter.partnerId ? hasIdentityAt(filter.partnerId) : undefined,
    filter.status ? eq(members.status, filter.status) : undefined,
    ...joinedWithin(filter, reach),
    filter.memberIds ? sql`${members.memberId} = any(${idArrayText(filter.memberIds)}::uuid[])` : undefined,
    filter.hasTag ?? undefined,
    page.after ? gt(members.memberId, sql`${page.after[0]}::uuid`) : undefined,
  ];
  return db
    .select()
    .from(members)
    .where(and(...conditions))
    .orderBy(asc(members.memberId))
    .limit(page.limit + 1);
}

/** As the caller sees when they joined: a partner could else find the true instant out by asking for ever less. */
function joinedWithin({ joinedFrom, joinedBefore }: MemberFilter, reach: Scope): SQL[] {
  if (!joinedFrom && !joinedBefore) return [];
  const within = (column: typeof members.joinedAt | typeof identities.linkedAt) =>
    and(joinedFrom ? gte(column, joinedFrom) : undefined, joinedBefore ? lt(column, joinedBefore) : undefined)!;
  if (reach.kind !== "partner") return [within(members.joinedAt)];
  return [hasIdentityAt(reach.partnerId, within(identities.linkedAt))];
}

/** Every id that was merged into these members, directly or through others: what they owned still bears those ids. */
export function aliasesByMembers(db: Db, ids: readonly string[]): Promise<{ memberId: string; aliasId: string }[]> {
  return prepareOnce(db, "aliases_by_members", (d, name) =>
    d
      .select({ memberId: memberAliases.memberId, aliasId: memberAliases.aliasId })
      .from(memberAliases)
      .where(sql`${memberAliases.memberId} = any(${sql.placeholder("ids")}::uuid[])`)
      .prepare(name),
  ).execute({ ids: idArrayText(ids) });
}

/** A member as commands on its value need it, by one statement: where it stands, and whose it is. */
export interface MemberStanding {
  readonly memberId: string;
  readonly status: MemberStatus;
  readonly mergedInto: string | null;
  /** Partners at which it has a live identity. */
  readonly partnerIds: readonly string[];
  /** Members that were merged into it: their transfers bear those ids. */
  readonly aliasIds: readonly string[];
}

/**
 * Asked of one pool in the same turn of the event loop, all go as one statement: a server that moves the value of many
 * members at once would else spend as much on asking as on moving. Nothing is kept.
 */
export function memberStanding(db: Db, memberId: string): Promise<MemberStanding | undefined> {
  const known = standings.get(db) ?? standingLoader(db);
  standings.set(db, known);
  return known.load(memberId);
}

const standings = new WeakMap<Db, DataLoader<string, MemberStanding | undefined>>();

function standingLoader(db: Db): DataLoader<string, MemberStanding | undefined> {
  return new DataLoader(
    async (ids) => {
      const found = new Map((await standingsOf(db, ids)).map((row) => [row.memberId, row]));
      return ids.map((id) => found.get(id));
    },
    { cache: false, maxBatchSize: 100, batchScheduleFn: (ask) => setImmediate(ask) },
  );
}

async function standingsOf(db: Db, ids: readonly string[]): Promise<MemberStanding[]> {
  const rows = await prepareOnce(db, "member_standings", (d, name) =>
    d
      .select({
        memberId: members.memberId,
        status: members.status,
        mergedInto: members.mergedInto,
        // Under a name of its own: in a select of one table the builder writes columns without their table.
        partnerIds: sql<string>`(select coalesce(string_agg(i.partner_id::text, ','), '') from ${identities} i
          where i.member_id = "members"."member_id" and i.unlinked_at is null)`,
        aliasIds: sql<string>`(select coalesce(string_agg(a.alias_id::text, ','), '') from ${memberAliases} a
          where a.member_id = "members"."member_id")`,
      })
      .from(members)
      .where(sql`${members.memberId} = any(${sql.placeholder("ids")}::uuid[])`)
      .prepare(name),
  ).execute({ ids: idArrayText(ids) });
  const listed = (ids: string) => (ids === "" ? [] : ids.split(","));
  return rows.map((row) => ({ ...row, partnerIds: listed(row.partnerIds), aliasIds: listed(row.aliasIds) }));
}

/** The id that answers for this one: itself, or the end of its chain of merges; undefined where there is no member. */
export async function finalMemberId(db: Db, memberId: string): Promise<string | undefined> {
  return (await membersByIds(db, [memberId], { kind: "all" })).get(memberId)?.memberId;
}

/** The live identity of the member with this number. The member is the end of its chain. */
export async function liveIdentity(
  db: Queryable,
  wanted: { readonly memberId: string; readonly partnerId: string; readonly number: string },
): Promise<IdentityRow | undefined> {
  const [row] = await db
    .select()
    .from(identities)
    .where(
      and(
        eq(identities.memberId, wanted.memberId),
        eq(identities.partnerId, wanted.partnerId),
        eq(identities.number, wanted.number),
        isNull(identities.unlinkedAt),
      ),
    );
  return row;
}

/**
 * Members with this number at any of the partners, as the numbers were given: a merged one is not followed. A member
 * whose number was taken from it and not yet freed is among them.
 */
export async function memberIdsByNumber(
  db: Queryable,
  partnerIds: readonly string[],
  number: string,
): Promise<string[]> {
  const rows = await db
    .select({ memberId: identityLookup.memberId })
    .from(identityLookup)
    .where(
      and(
        sql`${identityLookup.partnerId} = any(${idArrayText(partnerIds)}::uuid[])`,
        eq(identityLookup.number, number),
      ),
    );
  return rows.map((row) => row.memberId);
}
