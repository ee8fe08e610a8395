import type DataLoader from "dataloader";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Database } from "../db/client";
import { groupedInOrder } from "../db/in-order";
import type { PageRequest } from "../db/page-request";
import { pageLoader } from "../graphql/page-loader";
import { historyOwners } from "../members/history";
import { pagesOfPurchases, type PurchaseFilter, type PurchaseRow } from "./purchases.queries";

/** Purchases of members, as far as the caller may see. */
export function purchaseLoaders(
  { app }: Pick<Database, "app">,
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
  };
}
