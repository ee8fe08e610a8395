import type DataLoader from "dataloader";
import { eq, sql, type AnyColumn, type SQL } from "drizzle-orm";
import { arrayLiteral, uuidArray } from "../db/arrays";
import type { Queryable } from "../db/client";
import { memberAliases } from "./members.tables";

/** A row of a member's history with the id of the member that answers for it: another one where that was merged. */
export type Owned<Row> = Row & { readonly ownerId: string };

/** A member with every id under which it has history: its own and those that were merged into it. */
export interface HistoryOwner {
  readonly memberId: string;
  readonly allIds: readonly string[];
}

export async function historyOwners(
  aliasesOfMember: DataLoader<string, string[]>,
  memberIds: readonly string[],
): Promise<HistoryOwner[]> {
  const aliases = await Promise.all(memberIds.map((memberId) => aliasesOfMember.load(memberId)));
  return memberIds.map((memberId, place) => ({ memberId, allIds: [memberId, ...(aliases[place] ?? [])] }));
}

/** The same for one member, for commands: read under the member's lock. */
export async function allIdsOfMember(db: Queryable, memberId: string): Promise<string[]> {
  const aliases = await db
    .select({ aliasId: memberAliases.aliasId })
    .from(memberAliases)
    .where(eq(memberAliases.memberId, memberId));
  return [memberId, ...aliases.map((alias) => alias.aliasId)];
}

/** The condition that names the members, by which a cluster finds the shards; the join below says whose each row is. */
export function isOwnedBy(memberId: AnyColumn, owners: readonly HistoryOwner[]): SQL {
  return sql`${memberId} = any(${uuidArray(owners.flatMap((owner) => owner.allIds))})`;
}

/** For joins: which ids belong to which member, as `o (owner_id, member_id)`. */
export function ownerPairs(owners: readonly HistoryOwner[]): SQL {
  const pairs = owners.flatMap((owner) => owner.allIds.map((id) => ({ owner: owner.memberId, id })));
  const ownerIds = arrayLiteral(pairs.map((pair) => pair.owner));
  const memberIds = arrayLiteral(pairs.map((pair) => pair.id));
  return sql`unnest(${ownerIds}::uuid[], ${memberIds}::uuid[]) as o(owner_id, member_id)`;
}
