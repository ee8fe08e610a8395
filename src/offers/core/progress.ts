import type { MerchantId } from "../../kernel/ids";
import type { MinorUnits } from "../../kernel/money";
import type { OfferKind } from "./offer";

/**
 * How far a member is with an offer that reached it, computed from deliveries and purchases alone.
 *
 * A purchase counts for a delivery when it comes after the delivery in order, happened in
 * `[deliveredAt, lapsesAt)` at the offer's merchant and is in the currency of the mark. Order is the order of the calls here: for facts of one
 * instant it is the order in which they arrived (`inTimelineOrder` sorts stored facts so). One purchase counts for every
 * open delivery; the same offer delivered twice makes two deliveries that complete each on its own. A delivery completes
 * at most once, and an amount equal to the mark counts.
 */
export interface DeliveredOffer {
  readonly deliveryId: string;
  /** Only purchases at this merchant count. */
  readonly merchantId: MerchantId;
  readonly kind: OfferKind;
  readonly markMinor: MinorUnits;
  readonly rewardMinor: MinorUnits;
  /** Of mark and reward, ISO 4217. */
  readonly currency: string;
  readonly deliveredAt: Date;
  /** The first instant at which a purchase no longer counts. */
  readonly lapsesAt: Date;
}

/** What counts of a purchase. */
export interface CountedPurchase {
  readonly purchaseId: string;
  readonly merchantId: MerchantId;
  readonly amountMinor: MinorUnits;
  readonly currency: string;
  readonly occurredAt: Date;
}

export interface Progress {
  /**
   * What was spent towards the mark, up to and with the purchase that completed it: for CUMULATIVE_SPEND the sum, for
   * SINGLE_PURCHASE the largest purchase, for INFORMATIONAL zero.
   */
  readonly spentMinor: MinorUnits;
  /** The purchase that reached the mark; null while none did. */
  readonly completedBy: string | null;
  /** When that purchase occurred. */
  readonly completedAt: Date | null;
}

const nothingYet: Progress = { spentMinor: 0n as MinorUnits, completedBy: null, completedAt: null };

/** The state of a delivery before any purchase. */
export function startProgress(): Progress {
  return nothingYet;
}

/** The state after one more purchase; the same object where the purchase changes nothing. */
export function applyPurchase(offer: DeliveredOffer, progress: Progress, purchase: CountedPurchase): Progress {
  if (progress.completedBy !== null || !counts(offer, purchase)) return progress;
  const spentMinor = spentWith(offer.kind, progress.spentMinor, purchase.amountMinor);
  if (spentMinor < offer.markMinor) return { ...progress, spentMinor };
  return { spentMinor, completedBy: purchase.purchaseId, completedAt: purchase.occurredAt };
}

/** The state after all of these purchases, which come after the delivery and stand in order. */
export function progressOf(offer: DeliveredOffer, purchases: Iterable<CountedPurchase>): Progress {
  let progress = startProgress();
  for (const purchase of purchases) progress = applyPurchase(offer, progress, purchase);
  return progress;
}

/**
 * What must still be spent to complete the delivery: for SINGLE_PURCHASE the whole mark, since it takes one purchase;
 * zero once completed; null for INFORMATIONAL, which nothing completes.
 */
export function remainingMinor(
  offer: Pick<DeliveredOffer, "kind" | "markMinor">,
  progress: Pick<Progress, "spentMinor" | "completedBy">,
): MinorUnits | null {
  if (offer.kind === "INFORMATIONAL") return null;
  if (progress.completedBy !== null) return nothingYet.spentMinor;
  if (offer.kind === "SINGLE_PURCHASE") return offer.markMinor;
  const left = offer.markMinor - progress.spentMinor;
  return (left > 0n ? left : 0n) as MinorUnits;
}

/** That a delivery was completed, with what the member gets for it. */
export interface Completion<Offer extends DeliveredOffer = DeliveredOffer> {
  readonly offer: Offer;
  /** The purchase that reached the mark. */
  readonly purchaseId: string;
  readonly completedAt: Date;
}

/**
 * The deliveries of one member that are not completed. Told of deliveries and purchases in order, it answers each
 * purchase with what it completed. A delivery that lapsed stays until the object goes: a member has a handful, and
 * dropping it by one purchase's instant would be wrong for the next one where a source is out of order.
 */
export class OpenDeliveries<Offer extends DeliveredOffer = DeliveredOffer> {
  readonly #open = new Map<string, { readonly offer: Offer; progress: Progress }>();

  deliver(offer: Offer): void {
    if (offer.kind === "INFORMATIONAL") return;
    if (this.#open.has(offer.deliveryId)) throw new Error(`delivery ${offer.deliveryId} was told twice`);
    this.#open.set(offer.deliveryId, { offer, progress: startProgress() });
  }

  /** The deliveries that this purchase completes, in the order of their delivery; they are open no more. */
  purchase(purchase: CountedPurchase): Completion<Offer>[] {
    const completions: Completion<Offer>[] = [];
    for (const [deliveryId, entry] of this.#open) {
      entry.progress = applyPurchase(entry.offer, entry.progress, purchase);
      if (entry.progress.completedBy === null) continue;
      this.#open.delete(deliveryId);
      completions.push({ offer: entry.offer, purchaseId: purchase.purchaseId, completedAt: purchase.occurredAt });
    }
    return completions;
  }
}

/** All completions of one member's deliveries by its purchases, both in any order: facts that are stored. */
export function completionsOf<Offer extends DeliveredOffer>(
  deliveries: readonly Offer[],
  purchases: readonly CountedPurchase[],
): Completion<Offer>[] {
  const open = new OpenDeliveries<Offer>();
  return inTimelineOrder(deliveries, purchases).flatMap((fact) => {
    if ("purchaseId" in fact) return open.purchase(fact);
    open.deliver(fact);
    return [];
  });
}

/**
 * One member's stored facts in order: by instant, and within one instant by arrival, which ids tell, since they are
 * UUIDv7 made when a fact arrives (kernel/ids.ts).
 */
export function inTimelineOrder<Offer extends DeliveredOffer, Purchase extends CountedPurchase>(
  deliveries: readonly Offer[],
  purchases: readonly Purchase[],
): (Offer | Purchase)[] {
  return [...deliveries, ...purchases].sort(byInstantThenArrival);
}

/** True where a stored purchase comes after a stored delivery in the order above. */
export function comesAfter(purchase: CountedPurchase, offer: DeliveredOffer): boolean {
  return byInstantThenArrival(purchase, offer) > 0;
}

function byInstantThenArrival(a: DeliveredOffer | CountedPurchase, b: DeliveredOffer | CountedPurchase): number {
  const [x, y] = [placeOf(a), placeOf(b)];
  return x.millis - y.millis || (x.id < y.id ? -1 : Number(x.id > y.id));
}

function placeOf(fact: DeliveredOffer | CountedPurchase) {
  return "purchaseId" in fact
    ? { millis: fact.occurredAt.getTime(), id: fact.purchaseId }
    : { millis: fact.deliveredAt.getTime(), id: fact.deliveryId };
}

function counts(offer: DeliveredOffer, { merchantId, occurredAt, currency }: CountedPurchase): boolean {
  return (
    offer.kind !== "INFORMATIONAL" &&
    merchantId === offer.merchantId &&
    offer.deliveredAt <= occurredAt &&
    occurredAt < offer.lapsesAt &&
    currency === offer.currency
  );
}

function spentWith(kind: OfferKind, spent: MinorUnits, amount: MinorUnits): MinorUnits {
  if (kind === "CUMULATIVE_SPEND") return (spent + amount) as MinorUnits;
  return amount > spent ? amount : spent;
}
