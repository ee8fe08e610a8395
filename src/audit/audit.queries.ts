import { and, asc, desc, eq, gt, gte, lt, lte, sql, type SQL } from "drizzle-orm";
import { textArray } from "../db/arrays";
import type { Db, Queryable } from "../db/client";
import { prepareOnce } from "../db/prepared";
import { auditEntries, auditHeads } from "./audit.tables";
import { chainStart, type ChainedEntry } from "./core/chain";

export interface StoredEntry extends ChainedEntry {
  readonly hash: Buffer;
}

/** Every condition that is given holds; the period is `[from, to)` over `recordedAt`. */
export interface AuditFilter {
  readonly stream?: string;
  readonly resource?: string;
  readonly actorId?: string;
  readonly action?: string;
  readonly from?: Date;
  readonly to?: Date;
}

/** The place of an entry in the log's order, newest first. */
export interface AuditPlace {
  readonly recordedAt: Date;
  readonly stream: string;
  readonly sequence: bigint;
}

/** Entries that fit the filter, newest first, from after `after` on. */
export async function findAuditEntries(
  db: Queryable,
  filter: AuditFilter,
  page: { readonly limit: number; readonly after: AuditPlace | null },
): Promise<StoredEntry[]> {
  const { recordedAt, stream, sequence } = auditEntries;
  const rows = await db
    .select(columns)
    .from(auditEntries)
    .where(and(...conditions(filter), page.after ? isOlderThan(page.after) : undefined))
    .orderBy(desc(recordedAt), desc(stream), desc(sequence))
    .limit(page.limit);
  return rows.map(fromRow);
}

/** One page of what was done to each member, newest first: of all ids under which it has history. */
export async function pagesOfMemberEntries(
  db: Queryable,
  owners: readonly { readonly memberId: string; readonly allIds: readonly string[] }[],
  filter: { readonly from?: Date | null; readonly before?: Date | null },
  page: { readonly limit: number; readonly after: readonly string[] | null },
): Promise<(StoredEntry & { readonly ownerId: string })[]> {
  const pairs = owners.flatMap(({ memberId, allIds }) => allIds.map((id) => [memberId, `member:${id}`] as const));
  const streams = textArray(pairs.map(([, of]) => of));
  const { recordedAt, stream, sequence } = auditEntries;
  const ranked = db
    .select({
      ...columns,
      before: sql<string | null>`${auditEntries.before}::text`.as("before_text"),
      after: sql<string | null>`${auditEntries.after}::text`.as("after_text"),
      ownerId: sql<string>`o.owner_id`.as("owner_id"),
      place: sql<number>`row_number() over (
        partition by o.owner_id order by ${recordedAt} desc, ${stream} desc, ${sequence} desc)`.as("place"),
    })
    .from(auditEntries)
    .innerJoin(
      sql`unnest(${textArray(pairs.map(([ownerId]) => ownerId))}, ${streams}) as o(owner_id, stream)`,
      sql`o.stream = ${stream}`,
    )
    .where(
      and(
        sql`${stream} = any(${streams})`,
        filter.from ? gte(recordedAt, filter.from) : undefined,
        filter.before ? lt(recordedAt, filter.before) : undefined,
        page.after
          ? sql`(${recordedAt}, ${stream}, ${sequence})
              < (${page.after[0]}::timestamptz, ${page.after[1]}, ${page.after[2]}::int8)`
          : undefined,
      ),
    )
    .as("ranked");
  const rows = await db
    .select()
    .from(ranked)
    .where(lte(ranked.place, page.limit + 1))
    .orderBy(desc(ranked.recordedAt), desc(ranked.stream), desc(ranked.sequence));
  return rows.map(({ ownerId, ...row }) => ({ ...fromRow(row), ownerId }));
}

/** The next heads in the order of their streams; `after` is the last stream seen. */
export async function headsAfter(db: Queryable, after: string, limit: number, only?: string) {
  const wanted = only === undefined ? sql`${auditHeads.stream} > ${after}` : eq(auditHeads.stream, only);
  return db.select().from(auditHeads).where(wanted).orderBy(asc(auditHeads.stream)).limit(limit);
}

/** The next entries of the given streams in chain order; `after` is the last one seen. */
export async function chainPage(
  db: Queryable,
  streams: readonly string[],
  after: { readonly stream: string; readonly sequence: bigint },
  limit: number,
): Promise<StoredEntry[]> {
  const { stream, sequence } = auditEntries;
  const rows = await db
    .select(columns)
    .from(auditEntries)
    .where(
      and(
        sql`${stream} = any(${textArray(streams)})`,
        sql`(${stream}, ${sequence}) > (${after.stream}, ${after.sequence.toString()}::bigint)`,
      ),
    )
    .orderBy(asc(stream), asc(sequence))
    .limit(limit);
  return rows.map(fromRow);
}

/** Number of a stream's last entry; 0 where it has none. */
export async function streamPosition(db: Db, stream: string): Promise<bigint> {
  const [head] = await prepareOnce(db, "audit_stream_position", (d, name) =>
    d
      .select({ sequence: auditHeads.sequence })
      .from(auditHeads)
      .where(eq(auditHeads.stream, sql.placeholder("stream")))
      .prepare(name),
  ).execute({ stream });
  return head?.sequence ?? chainStart.sequence;
}

/** What the entries of a stream after one of them are about, in order; at most `limit`. */
export async function resourcesChangedAfter(db: Queryable, stream: string, position: bigint, limit: number) {
  return db
    .select({ sequence: auditEntries.sequence, resource: auditEntries.resource })
    .from(auditEntries)
    .where(and(eq(auditEntries.stream, stream), gt(auditEntries.sequence, position)))
    .orderBy(asc(auditEntries.sequence))
    .limit(limit);
}

/** Streams that have entries but no head, with their last number; at most `limit`. */
export async function headlessStreams(db: Queryable, limit: number, only?: string) {
  const { stream, sequence } = auditEntries;
  const noHead = sql`not exists (select from ${auditHeads} where ${auditHeads.stream} = ${stream})`;
  return db
    .select({ stream, sequence: sql`max(${sequence})`.mapWith(sequence).as("last") })
    .from(auditEntries)
    .where(and(noHead, only === undefined ? undefined : eq(stream, only)))
    .groupBy(stream)
    .orderBy(asc(stream))
    .limit(limit);
}

/**
 * `before` and `after` are read as text and parsed once, here: through the driver and drizzle a JSON value that is a
 * text of digits would be parsed a second time and come out as a number.
 */
const columns = {
  stream: auditEntries.stream,
  sequence: auditEntries.sequence,
  recordedAt: auditEntries.recordedAt,
  actorKind: auditEntries.actorKind,
  actorId: auditEntries.actorId,
  action: auditEntries.action,
  resource: auditEntries.resource,
  before: sql<string | null>`${auditEntries.before}::text`,
  after: sql<string | null>`${auditEntries.after}::text`,
  reason: auditEntries.reason,
  previousHash: auditEntries.previousHash,
  hash: auditEntries.hash,
};

type Row = Omit<StoredEntry, "before" | "after"> & { readonly before: string | null; readonly after: string | null };

function fromRow(row: Row): StoredEntry {
  return { ...row, before: parsed(row.before), after: parsed(row.after) };
}

function parsed(text: string | null): unknown {
  return text === null ? null : (JSON.parse(text) as unknown);
}

function conditions(filter: AuditFilter): (SQL | undefined)[] {
  return [
    filter.stream === undefined ? undefined : eq(auditEntries.stream, filter.stream),
    filter.resource === undefined ? undefined : eq(auditEntries.resource, filter.resource),
    filter.actorId === undefined ? undefined : eq(auditEntries.actorId, filter.actorId),
    filter.action === undefined ? undefined : eq(auditEntries.action, filter.action),
    filter.from === undefined ? undefined : gte(auditEntries.recordedAt, filter.from),
    filter.to === undefined ? undefined : lt(auditEntries.recordedAt, filter.to),
  ];
}

function isOlderThan({ recordedAt, stream, sequence }: AuditPlace): SQL {
  const place = sql`(${recordedAt.toISOString()}::timestamptz, ${stream}, ${sequence.toString()}::bigint)`;
  return sql`(${auditEntries.recordedAt}, ${auditEntries.stream}, ${auditEntries.sequence}) < ${place}`;
}
