import { and, eq } from "drizzle-orm";
import { actorIdOf, type Actor } from "../auth/core/actor";
import type { Queryable } from "../db/client";
import { canonicalJson } from "../kernel/canonical-json";
import { auditEntries, auditHeads } from "./audit.tables";
import { chainStart, entryHash, type ChainEnd } from "./core/chain";

export interface AuditEntry {
  /** `catalogue`, `member:<id>` or `partner:<id>`: which chain the entry belongs to. */
  readonly stream: string;
  readonly actor: Actor;
  /** The operation as the API names it. */
  readonly action: string;
  /** `Merchant:<uuid>`. */
  readonly resource: string;
  /** JSON, in which bigints and dates may stand; personal data is named by field, never by value. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string | null;
  readonly now: Date;
}

/**
 * Appends one entry to its chain, in the caller's transaction; the chain's head row is locked until that ends. Must run
 * inside a transaction, and as its last write: the head is the last lock of every use case, so that nobody holds it
 * while waiting for another.
 */
export async function appendAuditEntry(tx: Queryable, entry: AuditEntry): Promise<void> {
  const head = await lockHead(tx, entry.stream);
  const stored = {
    stream: entry.stream,
    sequence: head.sequence + 1n,
    recordedAt: entry.now,
    actorId: actorIdOf(entry.actor) ?? "anonymous",
    actorKind: entry.actor.kind,
    action: entry.action,
    resource: entry.resource,
    before: plainJson(entry.before),
    after: plainJson(entry.after),
    reason: entry.reason ?? null,
    previousHash: head.hash,
  };
  const hash = entryHash(stored);
  await tx.insert(auditEntries).values({ ...stored, hash });
  await tx.update(auditHeads).set({ sequence: stored.sequence, hash }).where(eq(auditHeads.stream, entry.stream));
}

/**
 * Whether the stream has no entry about this resource yet. Locks the stream's head, the last lock of the caller's
 * transaction, so that of two who ask at once only the first is told so.
 */
export async function isFirstOfResource(
  tx: Queryable,
  { stream, resource }: Pick<AuditEntry, "stream" | "resource">,
): Promise<boolean> {
  await lockHead(tx, stream);
  const [found] = await tx
    .select({ sequence: auditEntries.sequence })
    .from(auditEntries)
    .where(and(eq(auditEntries.stream, stream), eq(auditEntries.resource, resource)))
    .limit(1);
  return found === undefined;
}

/** Several entries of one transaction, in the order of their streams, so that two transactions cannot block each other. */
export async function appendAuditEntries(tx: Queryable, entries: readonly AuditEntry[]): Promise<void> {
  const byStream = [...entries].sort((a, b) => (a.stream < b.stream ? -1 : Number(a.stream > b.stream)));
  for (const entry of byStream) await appendAuditEntry(tx, entry);
}

async function lockHead(tx: Queryable, stream: string): Promise<ChainEnd> {
  const locked = await selectHead(tx, stream);
  if (locked) return locked;
  await tx
    .insert(auditHeads)
    .values({ stream, ...chainStart })
    .onConflictDoNothing();
  const made = await selectHead(tx, stream);
  if (!made) throw new Error(`the head of audit stream ${stream} vanished while it was locked`);
  return made;
}

async function selectHead(tx: Queryable, stream: string): Promise<ChainEnd | undefined> {
  const head = { sequence: auditHeads.sequence, hash: auditHeads.hash };
  const [found] = await tx.select(head).from(auditHeads).where(eq(auditHeads.stream, stream)).for("update");
  return found;
}

/** As `jsonb` will give it back; SQL null where there is nothing. */
function plainJson(value: unknown): unknown {
  return value === undefined || value === null ? null : (JSON.parse(canonicalJson(value)) as unknown);
}
