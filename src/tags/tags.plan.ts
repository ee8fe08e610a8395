import { eq, sql, type SQL, type SQLWrapper } from "drizzle-orm";
import type { TagValue } from "./core/tag";
import { memberTags } from "./tags.tables";

/** A condition on members: they have the tag, with exactly this value where one is given. On the member's own shard. */
export function hasTag(memberId: SQLWrapper, code: string, value: TagValue | undefined): SQL {
  const exactly = value === undefined ? sql`` : sql` and ${memberTags.value} = ${JSON.stringify(value)}::jsonb`;
  return sql`exists (
    select from ${memberTags}
    where ${memberTags.memberId} = ${memberId} and ${eq(memberTags.tagCode, code)}${exactly})`;
}
