import type { MinorUnits } from "../../kernel/money";
import { plusHours } from "../../kernel/period";
import { OpenDeliveries, type DeliveredOffer } from "../../offers/core/progress";
import { MultisetDifference } from "./difference";
import { idOfLine, type LineIdentity } from "./line-identity";
import type { RewardsEvent } from "./rewards-event";
import type { RewardsOffer } from "./rewards-portfolio";

/** A good line of the transcript with its place and the instant its hour stands for. */
export interface PlacedEvent {
  readonly event: RewardsEvent;
  readonly identity: LineIdentity;
  readonly occurredAt: Date;
}

export interface ReplayedDelivery extends DeliveredOffer {
  readonly personId: string;
  readonly offerCode: string;
  readonly identity: LineIdentity;
}

export interface ReplayedPurchase {
  readonly personId: string;
  readonly purchaseId: string;
  readonly amountMinor: MinorUnits;
  readonly occurredAt: Date;
  readonly identity: LineIdentity;
}

export interface ReplayedCompletion {
  readonly personId: string;
  readonly delivery: ReplayedDelivery;
  readonly purchaseId: string;
  readonly completedAt: Date;
}

/** What a stretch of the transcript brings to the members it speaks of. */
export interface ReplayedBatch {
  readonly deliveries: ReplayedDelivery[];
  readonly views: { readonly personId: string; readonly deliveryId: string; readonly viewedAt: Date }[];
  readonly purchases: ReplayedPurchase[];
  readonly completions: ReplayedCompletion[];
}

interface PersonState {
  readonly open: OpenDeliveries<ReplayedDelivery>;
  readonly unviewed: ReplayedDelivery[];
}

export interface EventCounts {
  received: number;
  viewed: number;
  purchases: number;
  completed: number;
}

/**
 * Replays a transcript in file order through the product's own offer code and holds the result against the completions
 * that the file records. Only received offers and purchases decide; viewed and completed events are compared or noted,
 * never believed. Memory holds the open deliveries of the members seen, not the events.
 */
export class RewardsReplay {
  readonly counts: EventCounts = { received: 0, viewed: 0, purchases: 0, completed: 0 };
  readonly #people = new Map<string, PersonState>();
  readonly #difference = new MultisetDifference();
  #purchaseTotal = 0n;
  #rewardTotal = 0n;
  #completed = 0;

  constructor(
    private readonly offers: ReadonlyMap<string, RewardsOffer>,
    /** Where every purchase of the file was made, and in what money. */
    private readonly till: { readonly merchantId: string; readonly currency: string },
  ) {}

  replay(events: readonly PlacedEvent[]): ReplayedBatch {
    const batch: ReplayedBatch = { deliveries: [], views: [], purchases: [], completions: [] };
    for (const placed of events) this.#take(placed, batch);
    return batch;
  }

  /** How many distinct members the good lines speak of. */
  get activeMembers(): number {
    return this.#people.size;
  }

  get purchaseTotalMinor(): bigint {
    return this.#purchaseTotal;
  }

  /** Of the completions that the file records. */
  get rewardTotalMinor(): bigint {
    return this.#rewardTotal;
  }

  /** `missing`: recorded in the file and not replayed; `extra`: replayed and not recorded. */
  get result(): { readonly completed: number; readonly missing: number; readonly extra: number } {
    return { completed: this.#completed, missing: this.#difference.missing, extra: this.#difference.extra };
  }

  #take({ event, identity, occurredAt }: PlacedEvent, batch: ReplayedBatch): void {
    const person = this.#person(event.personId);
    switch (event.kind) {
      case "received":
        this.counts.received += 1;
        return this.#deliver(person, event, identity, occurredAt, batch);
      case "viewed": {
        this.counts.viewed += 1;
        const delivery = takeNewestUnviewed(person, event.offerCode, occurredAt);
        if (!delivery) return;
        batch.views.push({ personId: event.personId, deliveryId: delivery.deliveryId, viewedAt: occurredAt });
        return;
      }
      case "completed":
        this.counts.completed += 1;
        this.#rewardTotal += event.rewardMinor;
        return this.#difference.expect(completionKey(event.personId, event.offerCode, occurredAt));
      case "purchase":
        this.counts.purchases += 1;
        this.#purchaseTotal += event.amountMinor;
        return this.#purchase(person, event, identity, occurredAt, batch);
    }
  }

  #deliver(
    person: PersonState,
    event: RewardsEvent & { readonly kind: "received" | "viewed" },
    identity: LineIdentity,
    deliveredAt: Date,
    batch: ReplayedBatch,
  ): void {
    const offer = this.offers.get(event.offerCode);
    if (!offer) throw new Error(`a good line names the unknown offer ${event.offerCode}`);
    const delivery: ReplayedDelivery = {
      deliveryId: idOfLine(identity, deliveredAt),
      kind: offer.kind,
      markMinor: offer.markMinor,
      rewardMinor: offer.rewardMinor,
      merchantId: this.till.merchantId,
      currency: this.till.currency,
      deliveredAt,
      lapsesAt: plusHours(deliveredAt, offer.validHours),
      personId: event.personId,
      offerCode: offer.code,
      identity,
    };
    person.open.deliver(delivery);
    person.unviewed.push(delivery);
    batch.deliveries.push(delivery);
  }

  #purchase(
    person: PersonState,
    event: RewardsEvent & { readonly kind: "purchase" },
    identity: LineIdentity,
    occurredAt: Date,
    batch: ReplayedBatch,
  ): void {
    const { personId, amountMinor } = event;
    const purchaseId = idOfLine(identity, occurredAt);
    const purchase = { personId, purchaseId, amountMinor, occurredAt, identity };
    batch.purchases.push(purchase);
    for (const completion of person.open.purchase({ ...purchase, ...this.till })) {
      this.#completed += 1;
      this.#difference.find(completionKey(personId, completion.offer.offerCode, completion.completedAt));
      const { offer: delivery, completedAt } = completion;
      batch.completions.push({ personId, delivery, purchaseId: completion.purchaseId, completedAt });
    }
  }

  #person(personId: string): PersonState {
    let person = this.#people.get(personId);
    if (!person) this.#people.set(personId, (person = { open: new OpenDeliveries(), unviewed: [] }));
    return person;
  }
}

/** The newest delivery of the offer, at or before the instant, that was not viewed yet; it counts as viewed from now on. */
function takeNewestUnviewed(person: PersonState, offerCode: string, viewedAt: Date): ReplayedDelivery | undefined {
  let newest = -1;
  person.unviewed.forEach((each, index) => {
    if (each.offerCode !== offerCode || each.deliveredAt > viewedAt) return;
    const best = person.unviewed[newest];
    if (!best || each.deliveredAt >= best.deliveredAt) newest = index;
  });
  return newest === -1 ? undefined : person.unviewed.splice(newest, 1)[0];
}

/** Ids of persons and offers hold no control characters, so the line break keeps the parts apart. */
function completionKey(personId: string, offerCode: string, completedAt: Date): string {
  return `${personId}\n${offerCode}\n${completedAt.getTime()}`;
}
