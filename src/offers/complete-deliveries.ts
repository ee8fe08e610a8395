import type { ChangeEvent } from "../audit/record-change";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { countedPurchases } from "../purchases/purchases.queries";
import { completionsOf, type CountedPurchase } from "./core/progress";
import { openDeliveriesAt } from "./deliveries.queries";
import { insertCompletions } from "./insert-deliveries";

type OpenDelivery = Awaited<ReturnType<typeof openDeliveriesAt>>[number];

/**
 * Completes what a purchase that was just recorded completes, under the lock of its member.
 *
 * The deliveries that the purchase can count for are computed anew from all of their purchases, so that a late purchase
 * takes its place in the order of time: the sum may then be reached by a later purchase that was known before. What is
 * completed already is not looked at again. `allIds` are the member's ids with those merged into it. Answers an event
 * for each completion, for the caller to record with the purchase.
 */
export async function completeDeliveries(
  tx: Tx,
  work: Work,
  allIds: readonly string[],
  purchase: CountedPurchase & { readonly memberId: string },
): Promise<ChangeEvent[]> {
  const deliveries = await openDeliveriesAt(tx, allIds, purchase);
  if (deliveries.length === 0) return [];
  const counted = await countedPurchases(tx, {
    memberIds: allIds,
    merchantIds: [purchase.merchantId],
    from: earliest(deliveries.map((delivery) => delivery.deliveredAt)),
    before: latest(deliveries.map((delivery) => delivery.lapsesAt)),
  });
  const rows = completionsOf<OpenDelivery>(deliveries, counted).map(({ offer, purchaseId, completedAt }) => ({
    memberId: offer.memberId,
    deliveryId: offer.deliveryId,
    offerId: offer.offerId,
    purchaseId,
    recordedWith: purchase.purchaseId,
    rewardMinor: offer.rewardMinor,
    currency: offer.currency,
    completedAt,
    recordedAt: work.now,
  }));
  const written = await insertCompletions(tx, rows);
  const { memberId } = purchase;
  return rows
    .filter((row) => written.has(row.deliveryId))
    .map(({ deliveryId, offerId, purchaseId, rewardMinor, currency, completedAt }) => ({
      memberId,
      type: "offer.completed",
      payload: { memberId, deliveryId, offerId, purchaseId, currency, rewardMinor: rewardMinor.toString() },
      occurredAt: completedAt,
    }));
}

function earliest(instants: readonly Date[]): Date {
  return new Date(Math.min(...instants.map(Number)));
}

function latest(instants: readonly Date[]): Date {
  return new Date(Math.max(...instants.map(Number)));
}
