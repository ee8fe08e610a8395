import { asc, eq, gt, sql } from "drizzle-orm";
import type { Queryable } from "../db/client";
import type { PageRequest } from "../db/page-request";
import { idArrayText } from "../db/prepared";
import { audienceLists, audiences } from "./audiences.tables";

export type AudienceRow = typeof audiences.$inferSelect;
export type AudienceListRow = typeof audienceLists.$inferSelect;

/** Whatever their state and whose: for the snapshot and for use cases, which ask the policy themselves. */
export function audiencesByIds(db: Queryable, ids: readonly string[]): Promise<AudienceRow[]> {
  return db
    .select()
    .from(audiences)
    .where(sql`${audiences.audienceId} = any(${idArrayText(ids)}::uuid[])`);
}

export async function audienceById(db: Queryable, audienceId: string): Promise<AudienceRow | undefined> {
  return (await audiencesByIds(db, [audienceId]))[0];
}

/** In order of creation, whatever their state. */
export function pageOfAudiences(db: Queryable, page: PageRequest): Promise<AudienceRow[]> {
  return db
    .select()
    .from(audiences)
    .where(page.after ? gt(audiences.audienceId, sql`${page.after[0]}::uuid`) : undefined)
    .orderBy(asc(audiences.audienceId))
    .limit(page.limit + 1);
}

export async function listById(db: Queryable, listId: string): Promise<AudienceListRow | undefined> {
  const [row] = await db.select().from(audienceLists).where(eq(audienceLists.listId, listId));
  return row;
}
