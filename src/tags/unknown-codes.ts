import { sql } from "drizzle-orm";
import { textArray } from "../db/arrays";
import type { Queryable } from "../db/client";
import { tagDefinitions } from "./tags.tables";

/** Which of these codes no tag definition has; for rooms that name tags. */
export async function unknownTagCodes(db: Queryable, codes: readonly string[]): Promise<string[]> {
  if (codes.length === 0) return [];
  const known = await db
    .select({ code: tagDefinitions.code })
    .from(tagDefinitions)
    .where(sql`${tagDefinitions.code} = any(${textArray(codes)})`);
  return codes.filter((code) => !known.some((each) => each.code === code));
}
