import { sql, type SQL } from "drizzle-orm";
import { arrayLiteral } from "../db/arrays";
import type { Work } from "../context";
import { writeFacts } from "../members/write-facts";
import type { TagValue } from "./core/tag";
import { memberTags } from "./tags.tables";

/** One fact about one member. The value must already fit the tag's definition. */
export interface ArrivingTag {
  readonly memberId: string;
  readonly tagCode: string;
  readonly value: TagValue;
  /** When the fact was true at its source. */
  readonly observedAt: Date;
}

/**
 * Writes many tags in one statement, without checking them against their definitions; answers how many are new. A tag
 * that a member has already stays as it is: what an old file says does not replace what was learned since.
 */
export async function insertTags(work: Pick<Work, "services" | "now">, tags: readonly ArrivingTag[]): Promise<number> {
  const inserted = await writeFacts(work, tags, (tx) => tx.execute(tagsInsert(tags, work.now)));
  return inserted?.count ?? 0;
}

function tagsInsert(tags: readonly ArrivingTag[], now: Date): SQL {
  return sql`
    insert into ${memberTags} (member_id, tag_code, value, observed_at, recorded_at)
    select t.member_id, t.tag_code, t.value, t.observed_at, ${now.toISOString()}::timestamptz
    from unnest(
      ${arrayLiteral(tags.map((tag) => tag.memberId))}::uuid[],
      ${arrayLiteral(tags.map((tag) => tag.tagCode))}::text[],
      ${arrayLiteral(tags.map((tag) => JSON.stringify(tag.value)))}::jsonb[],
      ${arrayLiteral(tags.map((tag) => tag.observedAt))}::timestamptz[]
    ) as t (member_id, tag_code, value, observed_at)
    on conflict do nothing
  `;
}
