import { sql } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Actor } from "../auth/core/actor";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { newId } from "../kernel/ids";
import { contains } from "../kernel/period";
import { textRefusals } from "../kernel/plain-text";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { allIdsOfMember, type Owned } from "../members/history";
import { memberForChange } from "../members/member-in-hand";
import { consentsByMembers } from "../members/members.queries";
import { partnersByIds } from "../merchants/merchants.queries";
import type { OfferChannel } from "./core/offer";
import { deliveryBySource, type DeliveryRow } from "./deliveries.queries";
import { eligibilityRefusal } from "./eligibility";
import { offerInHand, type OfferInHand } from "./offer-in-hand";
import { offerById, type OfferRow } from "./offers.queries";
import { offerDeliveries, offers } from "./offers.tables";

export interface OfferToDeliver {
  readonly offerId: string;
  readonly memberId: string;
  readonly channel: OfferChannel | null;
  /** The sender's own reference of this delivery: the same again answers the first delivery. */
  readonly sourceReference: string;
}

/**
 * Brings a published offer to a member, now: pins its version and terms and starts the hours in which it can be
 * completed. Refuses with OFFER_NOT_AVAILABLE outside state PUBLISHED and its window, CONSENT_REQUIRED where the member
 * does not consent to marketing of the offer's partner, NOT_ELIGIBLE where it does not meet the offer's rule,
 * IDEMPOTENCY_MISMATCH where the reference is another delivery's.
 */
export async function deliverOffer(work: Work, input: OfferToDeliver): Promise<Result<Owned<DeliveryRow>>> {
  const found = await offerInHand(work, "deliverOffer", input.offerId);
  if (!found.ok) return found;
  const refusals = textRefusals("sourceReference", input.sourceReference, 200);
  if (refusals.length > 0) return refuseAll(refusals);

  return inTransaction(work.database.app, async (tx) => {
    const grasp = {
      action: "deliverOffer",
      memberId: input.memberId,
      path: ["input", "memberId"],
      lock: "share",
    } as const;
    const inHand = await memberForChange(tx, work, grasp);
    if (!inHand.ok) return inHand;
    const { memberId } = inHand.value.member;
    const source = deliverySource(work.actor);
    const allIds = await allIdsOfMember(tx, memberId);
    const before = await deliveryBySource(tx, allIds, source, input.sourceReference);
    if (before) return sameAgain({ ...before, ownerId: memberId }, input);
    if (!(await consentsToMarketing(work, memberId, found.value))) {
      return refuseWithoutConsent(work, found.value);
    }
    const { offer } = found.value;
    const ineligible = isAvailable(offer, work.now) ? await eligibilityRefusal(work, offer, memberId) : undefined;
    if (ineligible) return ineligible;
    const delivered = await insertDelivery(tx, work, { ...input, memberId, source, version: offer.version });
    const stored = await deliveryBySource(tx, allIds, source, input.sourceReference);
    if (!stored) return refuseUnavailable(tx, work, input.offerId);
    if (!delivered) return sameAgain({ ...stored, ownerId: memberId }, input);
    await record(tx, work, stored);
    return done({ ...stored, ownerId: memberId });
  });
}

async function refuseWithoutConsent({ database }: Work, { merchant }: OfferInHand): Promise<Result<never>> {
  const [partner] = await partnersByIds(database.app, [merchant.partnerId]);
  const message = `The member does not consent to MARKETING by the partner "${partner?.code}".`;
  return refuse("CONSENT_REQUIRED", message, ["input", "memberId"]);
}

/** Where a delivery comes from: references are unique within it. */
function deliverySource(actor: Actor): string {
  return actor.kind === "partner" ? `partner:${actor.partnerId}` : "operator";
}

function sameAgain(
  stored: Owned<DeliveryRow>,
  { offerId, channel, sourceReference }: OfferToDeliver,
): Result<Owned<DeliveryRow>> {
  if (stored.offerId === offerId && stored.channel === channel) return done(stored);
  const message = `sourceReference "${sourceReference}" is that of another delivery to this member.`;
  return refuse("IDEMPOTENCY_MISMATCH", message, ["input", "sourceReference"]);
}

async function consentsToMarketing({ database }: Work, memberId: string, { merchant }: OfferInHand): Promise<boolean> {
  const reach = { kind: "partner", partnerId: merchant.partnerId } as const;
  const consents = await consentsByMembers(database.app, [memberId], reach);
  return consents.some((consent) => consent.purpose === "MARKETING" && consent.granted);
}

/**
 * One statement checks state and window and takes the terms, so that an offer that is paused a moment before is not
 * delivered, nor a version whose rule nobody asked. Answers whether a row was written; none is where the reference was used meanwhile.
 */
async function insertDelivery(
  tx: Tx,
  { now }: Work,
  delivery: OfferToDeliver & { readonly source: string; readonly version: number },
): Promise<boolean> {
  const { offerId, version, memberId, channel, source, sourceReference } = delivery;
  const at = sql`${now.toISOString()}::timestamptz`;
  const inserted = await tx.execute(sql`
    insert into ${offerDeliveries} (member_id, delivery_id, offer_id, offer_version, merchant_id, kind, mark_minor,
      reward_minor, currency, channel, delivered_at, lapses_at, recorded_at, source, source_reference)
    select ${memberId}::uuid, ${newId()}::uuid, o.offer_id, o.version, o.merchant_id, o.kind, o.mark_minor,
      o.reward_minor, o.currency, ${channel}::text, ${at}, ${at} + make_interval(hours => o.valid_hours), ${at},
      ${source}::text, ${sourceReference}::text
    from ${offers} o
    where o.offer_id = ${offerId}::uuid and o.version = ${version}::int4 and o.state = 'PUBLISHED'
      and o.starts_at <= ${at} and (o.ends_at is null or ${at} < o.ends_at)
    on conflict do nothing
    returning delivery_id`);
  return inserted.length === 1;
}

/** As the statements ask that take an offer: for what is better told before. */
export function isAvailable({ state, startsAt, endsAt }: OfferRow, now: Date): boolean {
  return state === "PUBLISHED" && contains({ from: startsAt, to: endsAt }, now);
}

/** Says why an offer could not be taken by the statement above, as far as it is still so. */
export async function refuseUnavailable(tx: Tx, { now }: Work, offerId: string) {
  const offer = await offerById(tx, offerId);
  if (offer && isAvailable(offer, now)) {
    return refuse("VERSION_CONFLICT", "Another version of the offer went live at the same moment; try again.", [
      "input",
      "offerId",
    ]);
  }
  const window = `[${offer?.startsAt.toISOString()}, ${offer?.endsAt?.toISOString() ?? "open"})`;
  return refuse(
    "OFFER_NOT_AVAILABLE",
    `The offer is ${offer?.state} with the window ${window}; expected PUBLISHED and a window around ${now.toISOString()}.`,
    ["input", "offerId"],
  );
}

async function record(tx: Tx, work: Work, delivery: DeliveryRow): Promise<void> {
  const { memberId, deliveryId, offerId, offerVersion, channel, lapsesAt } = delivery;
  const payload = { memberId, deliveryId, offerId, offerVersion, channel, lapsesAt };
  await recordChange(tx, work, {
    stream: `member:${memberId}`,
    action: "deliverOffer",
    resource: `OfferDelivery:${deliveryId}`,
    after: payload,
    event: { memberId, type: "offer.delivered", payload, occurredAt: delivery.deliveredAt },
  });
}
