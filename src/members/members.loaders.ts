import DataLoader from "dataloader";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Database } from "../db/client";
import { groupedInOrder, inOrder } from "../db/in-order";
import {
  aliasesByMembers,
  consentsByMembers,
  identitiesByMembers,
  membersByIds,
  type ConsentRow,
  type IdentityRow,
  type MemberRow,
} from "./members.queries";
import { sealedProfilesByMembers, type SealedProfileRow } from "./profiles.queries";

/**
 * Members and what is theirs, as far as the caller may see: what it may not is not selected. A merged id answers with
 * the member it was merged into; the other loaders take the id of that member's row.
 */
export function memberLoaders({ app, vault }: Pick<Database, "app" | "vault">, actor: Actor) {
  const reach = scopeOf(actor, "member");
  const mayReadProfiles = scopeOf(actor, "Member.profile").kind !== "none";
  return {
    memberById: new DataLoader<string, MemberRow | null>(async (ids) => {
      const found = await membersByIds(app, ids, reach);
      return ids.map((id) => found.get(id) ?? null);
    }),
    identitiesByMember: new DataLoader<string, IdentityRow[]>(async (ids) =>
      groupedInOrder(
        ids,
        await identitiesByMembers(app, ids, scopeOf(actor, "Member.identities")),
        (row) => row.memberId,
      ),
    ),
    consentsByMember: new DataLoader<string, ConsentRow[]>(async (ids) =>
      groupedInOrder(ids, await consentsByMembers(app, ids, scopeOf(actor, "Member.consents")), (row) => row.memberId),
    ),
    /** All ids that were merged into the member: rooms that show history read it under these ids too. */
    aliasesOfMember: new DataLoader<string, string[]>(async (ids) => {
      const rows = groupedInOrder(ids, await aliasesByMembers(app, ids), (row) => row.memberId);
      return rows.map((aliases) => aliases.map((row) => row.aliasId));
    }),
    sealedProfileByMember: new DataLoader<string, SealedProfileRow | null>(async (ids) =>
      mayReadProfiles
        ? inOrder(ids, await sealedProfilesByMembers(vault, ids), (row) => row.memberId)
        : ids.map(() => null),
    ),
  };
}
