import { and, asc, eq, gt, sql, type SQL } from "drizzle-orm";
import type { Scope } from "../auth/core/policy";
import type { Db, Queryable } from "../db/client";
import { textArray } from "../db/arrays";
import { idArrayText, prepareOnce } from "../db/prepared";
import type { PageRequest } from "../db/page-request";
import { isTagCode } from "./core/tag";
import { memberTags, tagDefinitions } from "./tags.tables";

export type TagDefinitionRow = typeof tagDefinitions.$inferSelect;

/** A tag of a member with the definition that says what it means. */
export type MemberTagRow = typeof memberTags.$inferSelect & { readonly definition: TagDefinitionRow };

/** Which tags of members a caller may see: `reach` by whose they are, `sensitive` by how carefully they are shown. */
export interface TagReach {
  readonly reach: Scope;
  readonly sensitive: boolean;
}

/** Partners see the definitions of which they are the source, and the public ones of others. */
function visibleDefinition(reach: Scope): SQL | undefined {
  if (reach.kind !== "partner") return undefined;
  return sql`(${tagDefinitions.sourcePartnerId} = ${reach.partnerId} or ${tagDefinitions.sensitivity} = 'PUBLIC')`;
}

/** The definitions with these codes that the caller may see. Inside a transaction `lock` keeps them as they are. */
export async function definitionsByCodes(
  db: Queryable,
  codes: readonly string[],
  reach: Scope,
  lock = false,
): Promise<Map<string, TagDefinitionRow>> {
  if (reach.kind === "none") return new Map();
  const query = db
    .select()
    .from(tagDefinitions)
    .where(
      and(
        sql`${tagDefinitions.code} = any(${textArray([...new Set(codes)].filter(isTagCode))})`,
        visibleDefinition(reach),
      ),
    )
    .orderBy(asc(tagDefinitions.code));
  // The same lock that the foreign key of `member_tags` takes, only earlier; `updateTagDefinition` waits for it.
  const rows = await (lock ? query.for("key share") : query);
  return new Map(rows.map((row) => [row.code, row]));
}

/** Definitions by code. */
export function pageOfDefinitions(db: Queryable, page: PageRequest): Promise<TagDefinitionRow[]> {
  return db
    .select()
    .from(tagDefinitions)
    .where(page.after ? gt(tagDefinitions.code, page.after[0] ?? "") : undefined)
    .orderBy(asc(tagDefinitions.code))
    .limit(page.limit + 1);
}

/**
 * The tags of members that the caller may see, by code; the others are not selected. Definitions are a reference table,
 * so the join stays on each member's shard.
 */
export async function tagsByMembers(db: Db, ids: readonly string[], { reach, sensitive }: TagReach) {
  if (reach.kind === "none") return [];
  const partnerId = sql`${sql.placeholder("partnerId")}::uuid`;
  const rows = await prepareOnce(db, "tags_by_members", (d, name) =>
    d
      .select({ tag: memberTags, definition: tagDefinitions })
      .from(memberTags)
      .innerJoin(tagDefinitions, eq(tagDefinitions.code, memberTags.tagCode))
      .where(
        and(
          sql`${memberTags.memberId} = any(${sql.placeholder("ids")}::uuid[])`,
          sql`(${tagDefinitions.sensitivity} <> 'SENSITIVE' or ${sql.placeholder("sensitive")}::boolean)`,
          sql`(${partnerId} is null or ${tagDefinitions.sourcePartnerId} = ${partnerId}
            or ${tagDefinitions.sensitivity} = 'PUBLIC')`,
        ),
      )
      .orderBy(asc(memberTags.tagCode))
      .prepare(name),
  ).execute({ ids: idArrayText(ids), sensitive, partnerId: reach.kind === "partner" ? reach.partnerId : null });
  return rows.map(({ tag, definition }): MemberTagRow => ({ ...tag, definition }));
}
