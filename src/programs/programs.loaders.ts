import DataLoader from "dataloader";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Db } from "../db/client";
import { groupedInOrder } from "../db/in-order";
import type { CatalogueStore } from "../snapshot/catalogue-store";
import { keyLoader } from "../snapshot/key-loader";
import { accountsByMembers, tiersByMembers, type AccountRow, type MemberTierRow } from "./programs.queries";

/** A partner is given only accounts and tiers of the programs it issues; what it may not see is never selected. */
export function programLoaders({ app }: { readonly app: Db }, catalogue: CatalogueStore, actor: Actor) {
  return {
    programById: keyLoader(catalogue, ({ programs }, id) => programs.get(id)),
    programByCode: keyLoader(catalogue, ({ programsByCode }, code) => programsByCode.get(code)),
    tiersByProgram: keyLoader(catalogue, ({ tiersByProgram }, id) => tiersByProgram.get(id)),
    accountsByMember: new DataLoader<string, AccountRow[]>(async (ids) =>
      groupedInOrder(ids, await accountsByMembers(app, ids, scopeOf(actor, "Member.accounts")), (row) => row.memberId),
    ),
    tiersByMember: new DataLoader<string, MemberTierRow[]>(async (ids) =>
      groupedInOrder(ids, await tiersByMembers(app, ids, scopeOf(actor, "Member.tiers")), (row) => row.memberId),
    ),
  };
}
