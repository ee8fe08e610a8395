import type { Work } from "../context";
import { scopeOf } from "../auth/core/policy";
import { inTransaction } from "../db/transaction";
import { emitMemberEvent } from "../events/emit-event";
import { done, refuse, type Result } from "../kernel/result";
import type { Owned } from "../members/history";
import { memberInHand } from "../members/member-in-hand";
import { deliveriesByKeys, type DeliveryRow } from "./deliveries.queries";
import { markDeliveriesViewed } from "./insert-deliveries";

export interface ViewedDelivery {
  /** The member under whose id the delivery stands. */
  readonly memberId: string;
  readonly deliveryId: string;
}

/**
 * Notes that the member saw a delivery; the first view stays, also when it is told again. Has an event but no audit
 * entry: it changes nothing about what anybody gets, and apps tell a view for every delivery that scrolls by, so that
 * the members' chains would mostly hold looks.
 */
export async function markOfferViewed(work: Work, input: ViewedDelivery): Promise<Result<Owned<DeliveryRow>>> {
  const { memberId, deliveryId } = input;
  const path = ["input", "deliveryId"];
  return inTransaction(work.database.app, async (tx) => {
    const inHand = await memberInHand(tx, work, { action: "markOfferViewed", memberId, path, lock: "share" });
    if (!inHand.ok) return inHand;
    const reach = scopeOf(work.actor, "markOfferViewed");
    const find = () => deliveriesByKeys(tx, [{ memberId, id: deliveryId }], reach);
    if ((await find()).length === 0) return refuse("NOT_FOUND", "The delivery was not found.", path);
    const changed = await markDeliveriesViewed(tx, [{ memberId, deliveryId, viewedAt: work.now }]);
    const [delivery] = await find();
    if (!delivery) throw new Error("a delivery is never taken away");
    if (changed.size > 0) {
      await emitMemberEvent(tx, memberId, {
        type: "offer.viewed",
        payload: { memberId, deliveryId, offerId: delivery.offerId },
        occurredAt: work.now,
        now: work.now,
      });
    }
    return done({ ...delivery, ownerId: inHand.value.member.memberId });
  });
}
