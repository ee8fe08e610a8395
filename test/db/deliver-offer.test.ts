import { eq } from "drizzle-orm";
import { auditEntries } from "../../src/audit/audit.tables";
import { inTransaction } from "../../src/db/transaction";
import { memberOutbox } from "../../src/events/events.tables";
import { newId } from "../../src/kernel/ids";
import { mergeMembers } from "../../src/members/merge-members";
import { members } from "../../src/members/members.tables";
import { recordConsent } from "../../src/members/record-consent";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import { activateOffer } from "../../src/offers/activate-offer";
import { deliverOffer } from "../../src/offers/deliver-offer";
import { markOfferViewed } from "../../src/offers/mark-offer-viewed";
import { endOffer, pauseOffer, resumeOffer } from "../../src/offers/move-offer";
import { offerActivations, offerDeliveries, offers } from "../../src/offers/offers.tables";
import type { OfferRow } from "../../src/offers/offers.queries";
import { callers } from "../support/api";
import { codesOf, noon, valueOf } from "../support/members-stage";
import { hours, offersStage, type OffersStage } from "../support/offers-stage";

let stage: OffersStage;
let merchant: MerchantRow;

beforeAll(async () => {
  stage = await offersStage();
  merchant = await stage.merchant();
});

const deliver = (offerId: string, memberId: string, over = {}, work = stage.work()) =>
  deliverOffer(work, { offerId, memberId, channel: "EMAIL", sourceReference: newId(), ...over });
const activate = (offerId: string, memberId: string, work = stage.work(callers.member(memberId))) =>
  activateOffer(work, { offerId, memberId });
const deliveriesOf = (memberId: string) =>
  stage.services.database.app.select().from(offerDeliveries).where(eq(offerDeliveries.memberId, memberId));
const activationsOf = (memberId: string) =>
  stage.services.database.app.select().from(offerActivations).where(eq(offerActivations.memberId, memberId));
const stepWith = ({ offerId }: OfferRow, revision: number) => ({ offerId, version: 1, revision });

describe("deliverOffer refuses", () => {
  it("an offer of another partner, and a member of another partner", async () => {
    const memberId = await stage.memberOf(merchant);
    const { offerId } = await stage.offer(merchant);
    const other = await stage.merchant();
    const foreign = stage.work(callers.partner(other.partnerId, ["offers:write"]));
    expect(codesOf(await deliver(offerId, memberId, {}, foreign))).toEqual(["NOT_FOUND"]);
    const own = await stage.offer(other);
    expect(codesOf(await deliver(own.offerId, memberId, {}, foreign))).toEqual(["NOT_FOUND"]);
  });

  it("a partner without the scope, and a member", async () => {
    const memberId = await stage.memberOf(merchant);
    const { offerId } = await stage.offer(merchant);
    for (const actor of [callers.partner(merchant.partnerId, ["offers:read"]), callers.member(memberId)]) {
      expect(codesOf(await deliver(offerId, memberId, {}, stage.work(actor)))).toEqual(["FORBIDDEN"]);
    }
  });

  it("a member that does not consent to marketing of the offer's partner, or does not any more", async () => {
    const { offerId } = await stage.offer(merchant);
    const { memberId } = await stage.member(merchant.partnerId);
    const refused = await deliver(offerId, memberId);
    expect(codesOf(refused)).toEqual(["CONSENT_REQUIRED"]);
    // The partner's code, and no id that a caller was never given.
    expect(refused).toMatchObject({ refusals: [{ message: expect.stringMatching(/by the partner "p-[\w-]+"\.$/) }] });
    const consent = { memberId, partnerId: merchant.partnerId, purpose: "MARKETING", wording: "v1" } as const;
    valueOf(await recordConsent(stage.work(), { ...consent, granted: true }));
    valueOf(await deliver(offerId, memberId));
    valueOf(await recordConsent(stage.work(), { ...consent, granted: false }));
    expect(codesOf(await deliver(offerId, memberId))).toEqual(["CONSENT_REQUIRED"]);
  });

  it("an offer before its window, at the end of it, and says which", async () => {
    const memberId = await stage.memberOf(merchant);
    const early = await stage.offer(merchant, { startsAt: hours(1) });
    const over = await stage.offer(merchant, { endsAt: noon });
    expect(codesOf(await deliver(early.offerId, memberId))).toEqual(["OFFER_NOT_AVAILABLE"]);
    const refused = await deliver(over.offerId, memberId);
    expect(refused).toMatchObject({ refusals: [{ code: "OFFER_NOT_AVAILABLE", path: ["input", "offerId"] }] });
    expect(!refused.ok && refused.refusals[0]?.message).toContain("2026-06-01T12:00:00.000Z)");
    expect(await deliveriesOf(memberId)).toEqual([]);
  });

  it("a paused and an ended offer, also to a member that has it already", async () => {
    const memberId = await stage.memberOf(merchant);
    const offer = await stage.offer(merchant);
    valueOf(await deliver(offer.offerId, memberId));
    valueOf(await pauseOffer(stage.work(), stepWith(offer, 1)));
    expect(codesOf(await deliver(offer.offerId, memberId))).toEqual(["OFFER_NOT_AVAILABLE"]);
    valueOf(await resumeOffer(stage.work(), stepWith(offer, 2)));
    valueOf(await deliver(offer.offerId, memberId));
    valueOf(await endOffer(stage.work(), stepWith(offer, 3)));
    expect(codesOf(await deliver(offer.offerId, memberId))).toEqual(["OFFER_NOT_AVAILABLE"]);
    expect(await deliveriesOf(memberId)).toHaveLength(2);
  });

  it("another delivery under a reference that was used", async () => {
    const memberId = await stage.memberOf(merchant);
    const [one, two] = [await stage.offer(merchant), await stage.offer(merchant)];
    const sourceReference = newId();
    valueOf(await deliver(one.offerId, memberId, { sourceReference }));
    expect(codesOf(await deliver(two.offerId, memberId, { sourceReference }))).toEqual(["IDEMPOTENCY_MISMATCH"]);
    const byWeb = { sourceReference, channel: "WEB" };
    expect(codesOf(await deliver(one.offerId, memberId, byWeb))).toEqual(["IDEMPOTENCY_MISMATCH"]);
    expect(await deliveriesOf(memberId)).toHaveLength(1);
  });

  it("a closed member, and a blank reference", async () => {
    const { offerId } = await stage.offer(merchant);
    const memberId = await stage.memberOf(merchant);
    expect(codesOf(await deliver(offerId, memberId, { sourceReference: "" }))).toEqual(["INVALID_INPUT"]);
    const { app } = stage.services.database;
    await app.update(members).set({ status: "CLOSED" }).where(eq(members.memberId, memberId));
    expect(codesOf(await deliver(offerId, memberId))).toEqual(["MEMBER_CLOSED"]);
  });
});

describe("deliverOffer", () => {
  it("pins the version and its terms, and lapses after the hours that it says", async () => {
    const memberId = await stage.memberOf(merchant);
    const { offerId } = await stage.offer(merchant, { validHours: 36 });
    const delivery = valueOf(await deliver(offerId, memberId));
    expect(delivery).toMatchObject({
      ...{ offerId, memberId, merchantId: merchant.merchantId, offerVersion: 1, kind: "CUMULATIVE_SPEND" },
      ...{ markMinor: 2000n, rewardMinor: 500n, currency: "USD", channel: "EMAIL" },
      ...{ deliveredAt: noon, lapsesAt: hours(36), viewedAt: null, completedAt: null },
    });
  });

  it("answers the first delivery when told again, also after the offer was paused, and writes one event", async () => {
    const memberId = await stage.memberOf(merchant);
    const offer = await stage.offer(merchant);
    const sourceReference = newId();
    const first = valueOf(await deliver(offer.offerId, memberId, { sourceReference }));
    valueOf(await pauseOffer(stage.work(), stepWith(offer, 1)));
    expect(valueOf(await deliver(offer.offerId, memberId, { sourceReference }))).toEqual(first);
    const { app } = stage.services.database;
    const events = await app.select().from(memberOutbox).where(eq(memberOutbox.memberId, memberId));
    expect(events.filter((event) => event.type === "offer.delivered")).toHaveLength(1);
    const audited = await app
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.stream, `member:${memberId}`));
    expect(audited.filter((entry) => entry.action === "deliverOffer")).toHaveLength(1);
  });

  it("told eight times at once with one reference delivers once", async () => {
    const memberId = await stage.memberOf(merchant);
    const { offerId } = await stage.offer(merchant);
    const sourceReference = newId();
    const told = await Promise.all(Array.from({ length: 8 }, () => deliver(offerId, memberId, { sourceReference })));
    expect(new Set(told.map((each) => valueOf(each).deliveryId)).size).toBe(1);
    expect(await deliveriesOf(memberId)).toHaveLength(1);
  });
});

describe("markOfferViewed", () => {
  it("refuses another member and a partner of another merchant, as if there were no such delivery", async () => {
    const memberId = await stage.memberOf(merchant);
    const { deliveryId } = valueOf(await deliver((await stage.offer(merchant)).offerId, memberId));
    const other = await stage.merchant();
    for (const actor of [
      callers.member(await stage.memberOf(merchant)),
      callers.partner(other.partnerId, ["offers:write"]),
    ]) {
      expect(codesOf(await markOfferViewed(stage.work(actor), { memberId, deliveryId }))).toEqual(["NOT_FOUND"]);
    }
    expect(await deliveriesOf(memberId)).toMatchObject([{ viewedAt: null }]);
  });

  it("keeps the first view", async () => {
    const memberId = await stage.memberOf(merchant);
    const { deliveryId } = valueOf(await deliver((await stage.offer(merchant)).offerId, memberId));
    const view = (at: Date) => markOfferViewed(stage.work(callers.member(memberId), at), { memberId, deliveryId });
    expect(valueOf(await view(hours(1))).viewedAt).toEqual(hours(1));
    expect(valueOf(await view(hours(2))).viewedAt).toEqual(hours(1));
  });
});

describe("activateOffer refuses", () => {
  it("for another member, as if there were no such member, and partners altogether", async () => {
    const memberId = await stage.memberOf(merchant);
    const { offerId } = await stage.offer(merchant);
    const stranger = stage.work(callers.member(await stage.memberOf(merchant)));
    expect(codesOf(await activate(offerId, memberId, stranger))).toEqual(["NOT_FOUND"]);
    const partner = stage.work(callers.partner(merchant.partnerId, ["offers:write", "members:write"]));
    expect(codesOf(await activate(offerId, memberId, partner))).toEqual(["FORBIDDEN"]);
  });

  it("an offer outside its window, and one that is paused, also where it was activated before", async () => {
    const memberId = await stage.memberOf(merchant);
    const early = await stage.offer(merchant, { startsAt: hours(1) });
    expect(codesOf(await activate(early.offerId, memberId))).toEqual(["OFFER_NOT_AVAILABLE"]);
    const offer = await stage.offer(merchant);
    valueOf(await activate(offer.offerId, memberId));
    valueOf(await pauseOffer(stage.work(), stepWith(offer, 1)));
    expect(codesOf(await activate(offer.offerId, memberId))).toEqual(["OFFER_NOT_AVAILABLE"]);
  });

  it("an offer that was never published, as if there were none", async () => {
    const memberId = await stage.memberOf(merchant);
    const { offerId } = await stage.offer(merchant);
    await stage.services.database.app
      .update(offers)
      .set({ state: "DRAFT", publishedAt: null })
      .where(eq(offers.offerId, offerId));
    expect(codesOf(await activate(offerId, memberId))).toEqual(["NOT_FOUND"]);
  });

  it("an offer whose pause was decided while the activation waited for its member's lock", async () => {
    const memberId = await stage.memberOf(merchant);
    const offer = await stage.offer(merchant);
    const { app } = stage.services.database;
    let waiting: Promise<Awaited<ReturnType<typeof activate>>> | undefined;
    await inTransaction(app, async (tx) => {
      await tx.select().from(members).where(eq(members.memberId, memberId)).for("update");
      waiting = activate(offer.offerId, memberId);
      valueOf(await pauseOffer(stage.work(), stepWith(offer, 1)));
    });
    expect(waiting && codesOf(await waiting)).toEqual(["OFFER_NOT_AVAILABLE"]);
    expect(await activationsOf(memberId)).toEqual([]);
  });
});

describe("activateOffer", () => {
  it("pins the version and the delivery it follows, once however often and however many at once", async () => {
    const memberId = await stage.memberOf(merchant);
    const { offerId } = await stage.offer(merchant);
    const { deliveryId } = valueOf(await deliver(offerId, memberId));
    const all = await Promise.all(Array.from({ length: 8 }, () => activate(offerId, memberId)));
    expect(new Set(all.map((each) => valueOf(each).activationId)).size).toBe(1);
    expect(await activationsOf(memberId)).toMatchObject([{ offerVersion: 1, deliveryId, activatedAt: noon }]);
  });

  it("knows what was activated under an id that was merged", async () => {
    const [source, target] = [await stage.memberOf(merchant), await stage.memberOf(await stage.merchant())];
    const { offerId } = await stage.offer(merchant);
    const before = valueOf(await activate(offerId, source));
    valueOf(await mergeMembers(stage.work(), { sourceId: source, targetId: target, reason: "same person" }));
    expect(valueOf(await activate(offerId, target)).activationId).toBe(before.activationId);
    expect(await activationsOf(target)).toEqual([]);
  });
});
