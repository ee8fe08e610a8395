import DataLoader from "dataloader";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Database } from "../db/client";
import { groupedInOrder, inOrder } from "../db/in-order";
import type { PageRequest } from "../db/page-request";
import { pageLoader } from "../graphql/page-loader";
import { historyOwners, type Owned } from "../members/history";
import { countedPurchases } from "../purchases/purchases.queries";
import type { CatalogueStore } from "../snapshot/catalogue-store";
import { keyLoader } from "../snapshot/key-loader";
import { comesAfter, inTimelineOrder, progressOf, type CountedPurchase, type Progress } from "./core/progress";
import {
  deliveriesCompletedWith,
  pagesOfActivations,
  pagesOfDeliveries,
  type ActivationRow,
  type DeliveryFilter,
  type DeliveryRow,
} from "./deliveries.queries";
import { useOfOffers, type OfferUse } from "./offers.queries";
import { isVisibleOffer } from "./offers.snapshot";

/** Offers and what members have of them, as far as the caller may see. */
export function offerLoaders(
  { app }: Pick<Database, "app">,
  catalogue: CatalogueStore,
  actor: Actor,
  aliasesOfMember: DataLoader<string, string[]>,
) {
  const unpublished = scopeOf(actor, "Offer.unpublished");
  const owners = (memberIds: readonly string[]) => historyOwners(aliasesOfMember, memberIds);
  return {
    offerById: keyLoader(catalogue, (snapshot, id) => {
      const row = snapshot.offers.get(id);
      return row && (isVisibleOffer(snapshot, row, unpublished) ? row : null);
    }),
    /** All versions, oldest first; who may see them is asked by the fields that show them. */
    versionsOfOffer: keyLoader(catalogue, ({ offerVersions }, id) => offerVersions.get(id)),
    useOfOffer: new DataLoader<string, OfferUse | null>(async (ids) =>
      inOrder(ids, await useOfOffers(app, ids), (use) => use.offerId),
    ),
    deliveriesOfMember: pageLoader<{ filter: DeliveryFilter; page: PageRequest }, Owned<DeliveryRow>>(
      async (memberIds, { filter, page }) => {
        const reach = scopeOf(actor, "Member.offerDeliveries");
        const rows = await pagesOfDeliveries(app, await owners(memberIds), filter, reach, page);
        return groupedInOrder(memberIds, rows, (row) => row.ownerId);
      },
    ),
    activationsOfMember: pageLoader<PageRequest, Owned<ActivationRow>>(async (memberIds, page) => {
      const rows = await pagesOfActivations(app, await owners(memberIds), scopeOf(actor, "Member.activations"), page);
      return groupedInOrder(memberIds, rows, (row) => row.ownerId);
    }),
    deliveriesCompletedWith: new DataLoader<{ ownerId: string; purchaseId: string }, Owned<DeliveryRow>[], string>(
      async (purchases) => {
        const all = await owners([...new Set(purchases.map((each) => each.ownerId))]);
        const purchaseIds = purchases.map((each) => each.purchaseId);
        const allIds = all.flatMap((owner) => owner.allIds);
        const rows = await deliveriesCompletedWith(app, allIds, purchaseIds, scopeOf(actor, "Member.offerDeliveries"));
        const byPurchase = groupedInOrder(purchaseIds, rows, (row) => row.recordedWith);
        return purchases.map(({ ownerId }, place) => (byPurchase[place] ?? []).map((row) => ({ ...row, ownerId })));
      },
      { cacheKeyFn: (purchase) => purchase.purchaseId },
    ),
    progressOfDelivery: new DataLoader<Owned<DeliveryRow>, Progress, string>(
      async (deliveries) => {
        const purchases = await purchasesByOwner(app, deliveries, owners);
        return deliveries.map((delivery) => {
          const own = purchases.get(delivery.ownerId) ?? [];
          return progressOf(
            delivery,
            own.filter((purchase) => comesAfter(purchase, delivery)),
          );
        });
      },
      { cacheKeyFn: (delivery) => delivery.deliveryId },
    ),
  };
}

/** What can count for any of the deliveries, by the member that answers for it, in order: one statement for all. */
async function purchasesByOwner(
  app: Database["app"],
  deliveries: readonly Owned<DeliveryRow>[],
  owners: (memberIds: readonly string[]) => ReturnType<typeof historyOwners>,
): Promise<Map<string, CountedPurchase[]>> {
  const all = await owners([...new Set(deliveries.map((delivery) => delivery.ownerId))]);
  const counted = await countedPurchases(app, {
    memberIds: all.flatMap((owner) => owner.allIds),
    merchantIds: [...new Set(deliveries.map((delivery) => delivery.merchantId))],
    from: new Date(Math.min(...deliveries.map((delivery) => delivery.deliveredAt.getTime()))),
    before: new Date(Math.max(...deliveries.map((delivery) => delivery.lapsesAt.getTime()))),
  });
  return new Map(
    all.map(({ memberId, allIds }) => {
      const own = groupedInOrder(allIds, counted, (purchase) => purchase.memberId).flat();
      return [memberId, inTimelineOrder<never, CountedPurchase>([], own)];
    }),
  );
}
