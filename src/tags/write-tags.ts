import { and, eq, sql } from "drizzle-orm";
import { arrayLiteral, textArray } from "../db/arrays";
import type { Tx } from "../db/client";
import type { TagValue } from "./core/tag";
import { memberTags } from "./tags.tables";

export interface TagToWrite {
  readonly memberId: string;
  readonly code: string;
  readonly value: TagValue;
  readonly observedAt: Date;
}

/**
 * Writes tags of any number of members in one statement, each once at most. What was observed later already stays.
 * Answers what was written. The rows go in the order of the key, so that two such statements cannot block each other.
 */
export async function writeTags(
  tx: Tx,
  tags: readonly TagToWrite[],
  now: Date,
): Promise<{ memberId: string; code: string }[]> {
  if (tags.length === 0) return [];
  const written = await tx.execute<{ member_id: string; tag_code: string }>(sql`
    insert into ${memberTags} (member_id, tag_code, value, observed_at, recorded_at)
    select member_id, tag_code, value::jsonb, observed_at, ${now.toISOString()}::timestamptz
    from unnest(
      ${arrayLiteral(tags.map((tag) => tag.memberId))}::uuid[],
      ${textArray(tags.map((tag) => tag.code))},
      ${textArray(tags.map((tag) => JSON.stringify(tag.value)))},
      ${arrayLiteral(tags.map((tag) => tag.observedAt))}::timestamptz[]
    ) as written (member_id, tag_code, value, observed_at)
    order by member_id, tag_code
    on conflict (member_id, tag_code) do update
    set value = excluded.value, observed_at = excluded.observed_at, recorded_at = excluded.recorded_at
    where member_tags.observed_at <= excluded.observed_at
    returning member_id, tag_code
  `);
  return [...written].map((row) => ({ memberId: row.member_id, code: row.tag_code }));
}

/** The values that a member has of these tags, by code. */
export async function tagValues(tx: Tx, memberId: string, codes: readonly string[]): Promise<Map<string, TagValue>> {
  const rows = await tx
    .select({ code: memberTags.tagCode, value: memberTags.value })
    .from(memberTags)
    .where(and(eq(memberTags.memberId, memberId), sql`${memberTags.tagCode} = any(${textArray(codes)})`));
  return new Map(rows.map(({ code, value }) => [code, value]));
}

/** Takes tags away; answers the values of those that were there, by code. */
export async function removeTags(tx: Tx, memberId: string, codes: readonly string[]): Promise<Map<string, TagValue>> {
  const removed = await tx
    .delete(memberTags)
    .where(and(eq(memberTags.memberId, memberId), sql`${memberTags.tagCode} = any(${textArray(codes)})`))
    .returning({ code: memberTags.tagCode, value: memberTags.value });
  return new Map(removed.map(({ code, value }) => [code, value]));
}
