import DataLoader from "dataloader";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Db } from "../db/client";
import { groupedInOrder, inOrder } from "../db/in-order";
import {
  accountsByMembers,
  programsByIds,
  tiersByMembers,
  tiersByPrograms,
  type AccountRow,
  type MemberTierRow,
  type ProgramRow,
  type TierRow,
} from "./programs.queries";

/** A partner is given only accounts and tiers of the programs it issues; what it may not see is never selected. */
export function programLoaders({ app }: { readonly app: Db }, actor: Actor) {
  return {
    programById: new DataLoader<string, ProgramRow | null>(async (ids) =>
      inOrder(ids, await programsByIds(app, ids), (row) => row.programId),
    ),
    tiersByProgram: new DataLoader<string, TierRow[]>(async (ids) =>
      groupedInOrder(ids, await tiersByPrograms(app, ids), (row) => row.programId),
    ),
    accountsByMember: new DataLoader<string, AccountRow[]>(async (ids) =>
      groupedInOrder(ids, await accountsByMembers(app, ids, scopeOf(actor, "Member.accounts")), (row) => row.memberId),
    ),
    tiersByMember: new DataLoader<string, MemberTierRow[]>(async (ids) =>
      groupedInOrder(ids, await tiersByMembers(app, ids, scopeOf(actor, "Member.tiers")), (row) => row.memberId),
    ),
  };
}
