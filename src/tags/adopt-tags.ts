import { eq } from "drizzle-orm";
import type { Queryable, Tx } from "../db/client";
import type { TagValue } from "./core/tag";
import { memberTags } from "./tags.tables";
import { writeTags } from "./write-tags";

export interface TagToAdopt {
  readonly code: string;
  readonly value: TagValue;
  readonly observedAt: Date;
}

/** What a member that is merged into another leaves to it. */
export function tagsToAdopt(db: Queryable, memberId: string): Promise<TagToAdopt[]> {
  return db
    .select({ code: memberTags.tagCode, value: memberTags.value, observedAt: memberTags.observedAt })
    .from(memberTags)
    .where(eq(memberTags.memberId, memberId));
}

/** Gives the tags to the other member; of two values the one observed later stays, at the same instant the one given. */
export async function adoptTags(tx: Tx, memberId: string, tags: readonly TagToAdopt[], now: Date): Promise<void> {
  await writeTags(
    tx,
    tags.map((tag) => ({ ...tag, memberId })),
    now,
  );
}
