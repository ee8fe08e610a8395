import type { Work } from "../context";
import type { RelayedEvent } from "../events/events.queries";
import { purchasesByKeys } from "../purchases/purchases.queries";
import { earnForPurchase } from "./earn-for-purchase";

/**
 * Gives what a recorded purchase earns, where whoever recorded it did not come so far. Mostly it was given long before:
 * the key says so. A purchase is recorded in one transaction and earns in the ledger's own statement, so that nothing but
 * its event holds the two together.
 */
export async function finishEarning(work: Work, { eventId, memberId, payload }: RelayedEvent): Promise<void> {
  const { purchaseId } = payload as { readonly purchaseId: string };
  if (!memberId) throw new Error(`event ${eventId} names no member`);
  const [purchase] = await purchasesByKeys(work.database.app, [{ memberId, id: purchaseId }], { kind: "all" });
  if (!purchase) throw new Error(`event ${eventId} names purchase ${purchaseId}, which is not there`);
  await work.services.catalogue.catchUp();
  await earnForPurchase(work, purchase);
}
