import { asc, desc, gte } from "drizzle-orm";
import type { Db } from "../db/client";
import { encodedMembers } from "./facts.tables";

/**
 * Ids of encoded members from all over their time: ids begin with the millisecond in which they were made, so that from
 * places at equal distances between the first and the last one some members each are taken. Asking for random rows would
 * read the whole table, and `tablesample` cannot be asked of a cluster's.
 */
export async function sampleMemberIds(db: Db, places: number, each: number): Promise<string[]> {
  const ids = db.select({ memberId: encodedMembers.memberId }).from(encodedMembers);
  const [first] = await ids.orderBy(asc(encodedMembers.memberId)).limit(1);
  const [last] = await db
    .select({ memberId: encodedMembers.memberId })
    .from(encodedMembers)
    .orderBy(desc(encodedMembers.memberId))
    .limit(1);
  if (!first || !last) return [];
  const sample = new Set<string>();
  for (const from of idsBetween(first.memberId, last.memberId, places)) {
    const rows = await db
      .select({ memberId: encodedMembers.memberId })
      .from(encodedMembers)
      .where(gte(encodedMembers.memberId, from))
      .orderBy(asc(encodedMembers.memberId))
      .limit(each);
    for (const { memberId } of rows) sample.add(memberId);
  }
  return [...sample];
}

/** The first is `first`; the others are ids that stand at equal distances after it, whether or not they are anybody's. */
function idsBetween(first: string, last: string, places: number): string[] {
  const [from, to] = [millisOf(first), millisOf(last)];
  const later = Array.from({ length: places - 1 }, (_, place) => {
    const hex = Math.floor(from + ((to - from) * (place + 1)) / places)
      .toString(16)
      .padStart(12, "0");
    return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
  });
  return [first, ...later];
}

/** The first 48 bits, which a double holds exactly. */
function millisOf(id: string): number {
  return Number.parseInt(id.replace("-", "").slice(0, 12), 16);
}
