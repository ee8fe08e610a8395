import DataLoader from "dataloader";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Database } from "../db/client";
import { groupedInOrder } from "../db/in-order";
import { earnedUnder, type EarnedPoints } from "../earning/earn-for-purchase";
import { earningKey } from "../earning/earn-in-bulk";
import type { PageRequest } from "../db/page-request";
import { pageLoader } from "../graphql/page-loader";
import { historyOwners } from "../members/history";
import type { CatalogueStore } from "../snapshot/catalogue-store";
import { pagesOfPurchases, type PurchaseFilter, type PurchaseRow } from "./purchases.queries";

/** Purchases of members, as far as the caller may see. */
export function purchaseLoaders(
  { app }: Pick<Database, "app">,
  catalogue: CatalogueStore,
  actor: Actor,
  aliasesOfMember: DataLoader<string, string[]>,
) {
  const reach = scopeOf(actor, "Member.purchases");
  return {
    purchasesOfMember: pageLoader<
      { filter: PurchaseFilter; page: PageRequest },
      PurchaseRow & { readonly ownerId: string }
    >(async (memberIds, { filter, page }) => {
      const owners = await historyOwners(aliasesOfMember, memberIds);
      const rows = await pagesOfPurchases(app, owners, filter, reach, page);
      return groupedInOrder(memberIds, rows, (row) => row.ownerId);
    }),
    /** By the keys under which a purchase can have earned, since no index leads from a cause to its transfers. */
    earnedByPurchase: new DataLoader<{ ownerId: string; purchaseId: string }, EarnedPoints[], string>(
      async (asked) => {
        const owners = await historyOwners(aliasesOfMember, [...new Set(asked.map(({ ownerId }) => ownerId))]);
        const purchaseIds = asked.map(({ purchaseId }) => purchaseId);
        const programIds = [...catalogue.current.programs.keys()];
        const keys = purchaseIds.flatMap((id) => programIds.map((programId) => earningKey(id, programId)));
        const memberIds = owners.flatMap(({ allIds }) => allIds);
        return groupedInOrder(purchaseIds, await earnedUnder(app, memberIds, keys), ({ purchaseId }) => purchaseId);
      },
      { cacheKeyFn: ({ ownerId, purchaseId }) => `${ownerId} ${purchaseId}` },
    ),
  };
}
