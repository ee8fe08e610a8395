import type DataLoader from "dataloader";
import { sql, type SQL } from "drizzle-orm";
import { arrayLiteral } from "../db/arrays";

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

/** For joins: which ids belong to which member, as `o (owner_id, member_id)`. */
export function ownerPairs(owners: readonly HistoryOwner[]): SQL {
  const pairs = owners.flatMap((owner) => owner.allIds.map((id) => ({ owner: owner.memberId, id })));
  const ownerIds = arrayLiteral(pairs.map((pair) => pair.owner));
  const memberIds = arrayLiteral(pairs.map((pair) => pair.id));
  return sql`unnest(${ownerIds}::uuid[], ${memberIds}::uuid[]) as o(owner_id, member_id)`;
}
