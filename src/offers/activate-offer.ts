import { sql } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { uuidArray } from "../db/arrays";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { newId } from "../kernel/ids";
import { done, refuse, type Result } from "../kernel/result";
import { allIdsOfMember, type Owned } from "../members/history";
import { memberForChange } from "../members/member-in-hand";
import { isAvailable, refuseUnavailable } from "./deliver-offer";
import { activationOfVersion, activationsByKeys, type ActivationRow } from "./deliveries.queries";
import { eligibilityRefusal } from "./eligibility";
import { offersByIds, type OfferRow } from "./offers.queries";
import { offerActivations, offerDeliveries, offers } from "./offers.tables";

export interface OfferToActivate {
  readonly offerId: string;
  readonly memberId: string;
}

/**
 * The member takes an offer up, which pins its version. At most one per version and member: once more answers the first.
 * Refuses with OFFER_NOT_AVAILABLE outside state PUBLISHED and its window, also where it was activated before, and with
 * NOT_ELIGIBLE where the member does not meet the offer's rule and did not activate it before.
 */
export async function activateOffer(work: Work, input: OfferToActivate): Promise<Result<Owned<ActivationRow>>> {
  return inTransaction(work.database.app, async (tx) => {
    // The lock makes two activations at once one: also under the ids of merged members there is one per version.
    const grasp = { action: "activateOffer", memberId: input.memberId, path: ["input", "memberId"] } as const;
    const inHand = await memberForChange(tx, work, grasp);
    if (!inHand.ok) return inHand;
    // Activation is for members: what was never published is nobody's to know here.
    const [offer] = await offersByIds(tx, [input.offerId], { kind: "none" });
    if (!offer) return refuse("NOT_FOUND", "The offer was not found.", ["input", "offerId"]);

    const { memberId } = inHand.value.member;
    const allIds = await allIdsOfMember(tx, memberId);
    const ineligible = isAvailable(offer, work.now) ? await eligibilityRefusal(work, offer, memberId) : undefined;
    const activationId = ineligible ? undefined : await insertActivation(tx, work, { offer, memberId, allIds });
    if (activationId) {
      const [activation] = await activationsByKeys(tx, [{ memberId, id: activationId }], { kind: "all" });
      if (!activation) throw new Error("an activation that was just written is not there");
      await record(tx, work, activation);
      return done({ ...activation, ownerId: memberId });
    }
    const before = await activationOfVersion(tx, allIds, offer.offerId, work.now);
    if (before) return done({ ...before, ownerId: memberId });
    return ineligible ?? refuseUnavailable(tx, work, offer.offerId);
  });
}

/**
 * One statement checks state and window and pins the version, so that a paused offer stops at once; the delivery it
 * follows is the latest of that version that has not lapsed. Answers undefined where nothing was written.
 */
async function insertActivation(
  tx: Tx,
  { now }: Work,
  { offer, memberId, allIds }: { offer: OfferRow; memberId: string; allIds: readonly string[] },
): Promise<string | undefined> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const ids = uuidArray(allIds);
  const inserted = await tx.execute<{ activation_id: string }>(sql`
    insert into ${offerActivations} (member_id, activation_id, offer_id, offer_version, delivery_id, activated_at)
    select ${memberId}::uuid, ${newId()}::uuid, o.offer_id, o.version, (
        select d.delivery_id from ${offerDeliveries} d
        where d.member_id = any(${ids}) and d.offer_id = o.offer_id and d.offer_version = o.version
          and d.delivered_at <= ${at} and ${at} < d.lapses_at
        order by d.delivered_at desc, d.delivery_id desc limit 1
      ), ${at}
    from ${offers} o
    where o.offer_id = ${offer.offerId}::uuid and o.version = ${offer.version}::int4 and o.state = 'PUBLISHED'
      and o.starts_at <= ${at} and (o.ends_at is null or ${at} < o.ends_at)
      and not exists (
        select from ${offerActivations} a
        where a.member_id = any(${ids}) and a.offer_id = o.offer_id and a.offer_version = o.version)
    on conflict do nothing
    returning activation_id`);
  return inserted[0]?.activation_id;
}

async function record(tx: Tx, work: Work, activation: ActivationRow): Promise<void> {
  const { memberId, activationId, offerId, offerVersion } = activation;
  const payload = { memberId, activationId, offerId, offerVersion };
  await recordChange(tx, work, {
    stream: `member:${memberId}`,
    action: "activateOffer",
    resource: `OfferActivation:${activationId}`,
    after: payload,
    event: { memberId, type: "offer.activated", payload, occurredAt: activation.activatedAt },
  });
}
