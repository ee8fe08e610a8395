import type { LocalisedText } from "../../kernel/localised";
import type { Money } from "../../kernel/money";
import type { Rule } from "../../rules/core/rule";

/**
 * - `SINGLE_PURCHASE` ("buy one, get one"): completes on one purchase of at least the mark.
 * - `CUMULATIVE_SPEND` (discount): completes once the purchases since delivery add up to the mark.
 * - `INFORMATIONAL`: tells something, never completes.
 */
export const offerKinds = ["SINGLE_PURCHASE", "CUMULATIVE_SPEND", "INFORMATIONAL"] as const;
export type OfferKind = (typeof offerKinds)[number];

export const offerChannels = ["EMAIL", "MOBILE", "SOCIAL", "WEB"] as const;
export type OfferChannel = (typeof offerChannels)[number];

/** What a version of an offer says. Published versions never change; deliveries and activations pin theirs. */
export interface OfferContent {
  readonly name: LocalisedText;
  readonly termsText: LocalisedText;
  /** A picture per language, since pictures carry text; http or https. */
  readonly imageUrl: LocalisedText | null;
  readonly kind: OfferKind;
  /** What must be bought; zero for INFORMATIONAL. */
  readonly mark: Money;
  /** What the member gets on completion; zero for INFORMATIONAL. Same currency as the mark. */
  readonly reward: Money;
  /** How long after its delivery the offer can be completed: `[deliveredAt, deliveredAt + hours)`. */
  readonly validHours: number;
  readonly channels: readonly OfferChannel[];
  /** The half-open window in which the offer may be delivered or activated. */
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  /** Tag codes that the audience is described by, for people; who gets the offer is the rule's to say. */
  readonly audienceTags: readonly string[];
  /** Who may have it, and when; null: everybody. */
  readonly rule: Rule | null;
  /** Where it stands among what a member is shown, 0–1000; higher comes first. */
  readonly priority: number;
}

/** In the middle, also of what was written before there were priorities. */
export const defaultPriority = 500;
export const highestPriority = 1000;

/** Where a delivery stands. A completed one stays so; another lapses by itself when its time is over. */
export const deliveryStates = ["OPEN", "COMPLETED", "LAPSED"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export function deliveryState(
  delivery: { readonly completedAt: Date | null; readonly lapsesAt: Date },
  now: Date,
): DeliveryState {
  if (delivery.completedAt !== null) return "COMPLETED";
  return now < delivery.lapsesAt ? "OPEN" : "LAPSED";
}
