import { and, asc, eq, inArray, lte } from "drizzle-orm";
import type { Queryable, Tx } from "../db/client";
import type { Version } from "./core/version";
import { versions, type VersionedKind } from "./publishing.tables";
import type { VersionCodec } from "./version-codec";

type Row = typeof versions.$inferSelect;

/**
 * Locks an item until the transaction ends and answers all its versions, oldest first; none where there is no such item.
 *
 * The row of version 1 is the item's lock. The versions are read by a second statement, whose snapshot begins after the
 * lock was got: locking all rows in one statement would miss a version inserted while it waited. First among the locks
 * of a publishing step; the room's own row, the outbox and the audit head follow in this order.
 */
export async function lockItem(tx: Tx, kind: VersionedKind, itemId: string): Promise<Version[]> {
  await tx
    .select({ version: versions.version })
    .from(versions)
    .where(keyIs(kind, itemId, 1))
    .for("update");
  return versionsOfItem(tx, kind, itemId);
}

/** All versions of an item, oldest first, contents as stored. */
export async function versionsOfItem(db: Queryable, kind: VersionedKind, itemId: string): Promise<Version[]> {
  const ofItem = and(eq(versions.kind, kind), eq(versions.itemId, itemId));
  const rows = await db.select().from(versions).where(ofItem).orderBy(asc(versions.version));
  return rows.map(fromRow);
}

/** All versions of several items, by item and then oldest first, contents as stored: for loaders. */
export async function versionsOfItems(
  db: Queryable,
  kind: VersionedKind,
  itemIds: readonly string[],
): Promise<Version[]> {
  if (itemIds.length === 0) return [];
  const ofItems = and(eq(versions.kind, kind), inArray(versions.itemId, [...itemIds]));
  const rows = await db.select().from(versions).where(ofItems).orderBy(asc(versions.itemId), asc(versions.version));
  return rows.map(fromRow);
}

/** Which scheduled versions have come due, soonest first, at most `limit`. Unlocked: each is decided again when taken. */
export async function dueVersions(db: Queryable, kind: VersionedKind, now: Date, limit: number) {
  return db
    .select({ itemId: versions.itemId, version: versions.version })
    .from(versions)
    .where(and(eq(versions.state, "SCHEDULED"), lte(versions.publishAt, now), eq(versions.kind, kind)))
    .orderBy(asc(versions.publishAt), asc(versions.itemId))
    .limit(limit);
}

/** Writes a new version; false where the item got another one at the same moment. */
export async function insertVersion(tx: Tx, kind: VersionedKind, version: Version): Promise<boolean> {
  const inserted = await tx
    .insert(versions)
    .values(toRow(kind, version))
    .onConflictDoNothing()
    .returning({ version: versions.version });
  return inserted.length === 1;
}

/** Writes a changed version over the row it was decided on. */
export async function updateVersion(tx: Tx, kind: VersionedKind, version: Version): Promise<void> {
  const decidedOn = and(keyIs(kind, version.itemId, version.version), eq(versions.revision, version.revision - 1));
  const updated = await tx
    .update(versions)
    .set(toRow(kind, version))
    .where(decidedOn)
    .returning({ version: versions.version });
  if (updated.length !== 1) throw new Error(`${kind} ${version.itemId}/${version.version} changed under its lock`);
}

/** The stored version with its content read. Throws where stored content cannot be read any more: that is a bug. */
export function typed<Content>(codec: VersionCodec<Content>, stored: Version): Version<Content> {
  const content = codec.parse(stored.content);
  if (content.ok) return { ...stored, content: content.value };
  const reasons = content.refusals.map((refusal) => refusal.message).join(" ");
  throw new Error(`content of ${codec.kind} ${stored.itemId}/${stored.version} cannot be read: ${reasons}`);
}

function keyIs(kind: VersionedKind, itemId: string, version: number) {
  return and(eq(versions.kind, kind), eq(versions.itemId, itemId), eq(versions.version, version));
}

function fromRow({ kind, contentHash, ...row }: Row): Version {
  void kind;
  return { ...row, contentHash: contentHash.toString("hex") };
}

function toRow(kind: VersionedKind, { contentHash, editors, ...version }: Version): typeof versions.$inferInsert {
  return { ...version, kind, editors: [...editors], contentHash: Buffer.from(contentHash, "hex") };
}
