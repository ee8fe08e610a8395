import { and, desc, eq, isNull, lt, or, sql } from "drizzle-orm";
import type { Db, Queryable } from "../db/client";
import { prepareOnce } from "../db/prepared";
import type { PageRequest } from "../db/page-request";
import { actors, apiKeys } from "./auth.tables";
import { actorIdOfKey } from "./core/actor";

export type ActorRow = typeof actors.$inferSelect;
export type ApiKeyRow = typeof apiKeys.$inferSelect;

export async function actorBySubject(db: Db, issuer: string, subject: string): Promise<ActorRow | undefined> {
  const statement = prepareOnce(db, "actor_by_subject", (d, name) =>
    d
      .select()
      .from(actors)
      .where(and(eq(actors.subject, sql.placeholder("subject")), eq(actors.issuer, sql.placeholder("issuer"))))
      .prepare(name),
  );
  const [row] = await statement.execute({ issuer, subject });
  return row;
}

export async function actorById(db: Queryable, actorId: string): Promise<ActorRow | undefined> {
  const [row] = await db.select().from(actors).where(eq(actors.actorId, actorId));
  return row;
}

/** Actors in order of registration, newest first. */
export function pageOfActors(db: Queryable, page: PageRequest): Promise<ActorRow[]> {
  return db
    .select()
    .from(actors)
    .where(page.after ? lt(actors.actorId, sql`${page.after[0]}::uuid`) : undefined)
    .orderBy(desc(actors.actorId))
    .limit(page.limit + 1);
}

/** Of the vault: the application's own role may not read keys. */
export async function apiKeyByPrefix(vault: Db, prefix: string): Promise<ApiKeyRow | undefined> {
  const statement = prepareOnce(vault, "api_key_by_prefix", (d, name) =>
    d
      .select()
      .from(apiKeys)
      .where(eq(apiKeys.prefix, sql.placeholder("prefix")))
      .prepare(name),
  );
  const [row] = await statement.execute({ prefix });
  return row;
}

/**
 * The actor ids of everyone who made the key or one it descends from: by rotation, or made with another key as the
 * caller. Keys are never deleted and name their makers for good, so the answer never changes.
 */
export async function makersOfApiKey(vault: Db, prefix: string): Promise<string[]> {
  const rows = await vault.execute<{ maker: string }>(sql`
    with recursive line (prefix, created_by, rotated_from) as (
      select prefix, created_by, rotated_from from ${apiKeys} where prefix = ${prefix}
      union
      select k.prefix, k.created_by, k.rotated_from
      from line join ${apiKeys} k on k.prefix = line.rotated_from or ${actorIdOfKey("")}::text || k.prefix = line.created_by
    )
    select distinct created_by as maker from line order by created_by
  `);
  return rows.map((row) => row.maker);
}

/** Keys of one partner, or of all, newest first. The keyset is (createdAt, prefix). */
export function pageOfApiKeys(vault: Queryable, partnerId: string | null, page: PageRequest): Promise<ApiKeyRow[]> {
  const place = sql`(${apiKeys.createdAt}, ${apiKeys.prefix})`;
  return vault
    .select()
    .from(apiKeys)
    .where(
      and(
        partnerId ? eq(apiKeys.partnerId, partnerId) : undefined,
        page.after ? sql`${place} < (${page.after[0]}::timestamptz, ${page.after[1]}::text)` : undefined,
      ),
    )
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.prefix))
    .limit(page.limit + 1);
}

/** Writes the use unless one was written since `before`; the condition keeps several servers from writing it twice. */
export async function recordKeyUse(vault: Db, prefix: string, now: Date, before: Date): Promise<void> {
  await vault
    .update(apiKeys)
    .set({ lastUsedAt: now })
    .where(and(eq(apiKeys.prefix, prefix), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, before))));
}
