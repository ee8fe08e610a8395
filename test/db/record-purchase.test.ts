import { eq } from "drizzle-orm";
import fc from "fast-check";
import { auditEntries } from "../../src/audit/audit.tables";
import { memberOutbox } from "../../src/events/events.tables";
import { newId } from "../../src/kernel/ids";
import { money } from "../../src/kernel/money";
import { mergeMembers } from "../../src/members/merge-members";
import { members } from "../../src/members/members.tables";
import { merchants } from "../../src/merchants/merchants.tables";
import type { OfferKind } from "../../src/offers/core/offer";
import { completionsOf } from "../../src/offers/core/progress";
import { deliverOffer } from "../../src/offers/deliver-offer";
import { offerCompletions } from "../../src/offers/offers.tables";
import { recordPurchase } from "../../src/purchases/record-purchase";
import { purchases } from "../../src/purchases/purchases.tables";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import { callers } from "../support/api";
import { codesOf, noon, valueOf } from "../support/members-stage";
import { dollars, hours, offersStage, recorded, type OffersStage } from "../support/offers-stage";

let stage: OffersStage;
let merchant: MerchantRow;

beforeAll(async () => {
  stage = await offersStage();
  merchant = await stage.merchant();
});

async function delivered(memberId: string, offerId: string, at = noon): Promise<string> {
  const input = { offerId, memberId, channel: null, sourceReference: newId() };
  return valueOf(await deliverOffer(stage.work(undefined, at), input)).deliveryId;
}

const completionsIn = (memberId: string) =>
  stage.services.database.app.select().from(offerCompletions).where(eq(offerCompletions.memberId, memberId));
const purchasesOf = (memberId: string) =>
  stage.services.database.app.select().from(purchases).where(eq(purchases.memberId, memberId));
const eventsOf = async (memberId: string) =>
  (await stage.services.database.app.select().from(memberOutbox).where(eq(memberOutbox.memberId, memberId))).map(
    (event) => event.type,
  );

describe("recordPurchase refuses", () => {
  it("a partner that does not run the merchant, as if there were no such merchant", async () => {
    const memberId = await stage.memberOf(merchant);
    const other = callers.partner(await stage.partner(), ["purchases:write"]);
    const result = await recordPurchase(stage.work(other), stage.purchase(merchant, memberId));
    expect(codesOf(result)).toEqual(["NOT_FOUND"]);
    expect(await purchasesOf(memberId)).toEqual([]);
  });

  it("a partner without the scope, a member and staff", async () => {
    const memberId = await stage.memberOf(merchant);
    for (const actor of [
      callers.partner(merchant.partnerId, ["members:read"]),
      callers.member(memberId),
      callers.staff("MARKETER", "OPERATIONS", "SUPPORT"),
    ]) {
      expect(codesOf(await recordPurchase(stage.work(actor), stage.purchase(merchant, memberId)))).toEqual([
        "FORBIDDEN",
      ]);
    }
  });

  it("a member of another partner, by id and by number, as if there were no such member", async () => {
    const { memberId, number, enrolledBy } = await stage.member(await stage.partner());
    const own = stage.work(callers.partner(merchant.partnerId, ["purchases:write"]));
    const byId = await recordPurchase(own, stage.purchase(merchant, memberId));
    const identity = { partnerId: enrolledBy, number };
    const byNumber = await recordPurchase(own, stage.purchase(merchant, memberId, { member: { identity } }));
    expect([...codesOf(byId), ...codesOf(byNumber)]).toEqual(["NOT_FOUND", "NOT_FOUND"]);
  });

  it("an outlet of another merchant", async () => {
    const memberId = await stage.memberOf(merchant);
    const outletId = await stage.outlet((await stage.merchant()).merchantId);
    const result = await recordPurchase(stage.work(), stage.purchase(merchant, memberId, { outletId }));
    expect(result).toMatchObject({ refusals: [{ code: "NOT_FOUND", path: ["input", "outletId"] }] });
  });

  it.each([
    ["a negative amount", { amount: dollars(-1) }, "amount.amountMinor"],
    ["no item", { quantity: 0 }, "quantity"],
    ["an instant to come", { occurredAt: new Date(noon.getTime() + 1) }, "occurredAt"],
    ["a blank reference", { sourceReference: " " }, "sourceReference"],
    ["a reference of 201 characters", { sourceReference: "x".repeat(201) }, "sourceReference"],
  ])("%s", async (_, over, field) => {
    const memberId = await stage.memberOf(merchant);
    const result = await recordPurchase(stage.work(), stage.purchase(merchant, memberId, over));
    expect(result).toMatchObject({ refusals: [{ code: "INVALID_INPUT", path: ["input", ...field.split(".")] }] });
  });

  it("a closed member and a closed merchant", async () => {
    const { app } = stage.services.database;
    const closed = await stage.merchant();
    const memberId = await stage.memberOf(closed);
    await app.update(merchants).set({ status: "CLOSED" }).where(eq(merchants.merchantId, closed.merchantId));
    expect(codesOf(await recordPurchase(stage.work(), stage.purchase(closed, memberId)))).toEqual(["WRONG_STATE"]);
    await app.update(members).set({ status: "CLOSED" }).where(eq(members.memberId, memberId));
    expect(codesOf(await recordPurchase(stage.work(), stage.purchase(merchant, memberId)))).toEqual(["MEMBER_CLOSED"]);
  });

  it("another purchase under a reference that was used, and keeps the first", async () => {
    const memberId = await stage.memberOf(merchant);
    const purchase = stage.purchase(merchant, memberId);
    await recorded(stage, purchase);
    const again = await recordPurchase(stage.work(), { ...purchase, amount: dollars(1001) });
    expect(again).toMatchObject({
      refusals: [{ code: "IDEMPOTENCY_MISMATCH", path: ["input", "sourceReference"] }],
    });
    expect(await purchasesOf(memberId)).toMatchObject([{ amountMinor: 1000n }]);
  });
});

describe("recordPurchase", () => {
  it("answers the same result when told again, without a second event or audit entry", async () => {
    const memberId = await stage.memberOf(merchant);
    await delivered(memberId, (await stage.offer(merchant, { mark: dollars(1000) })).offerId);
    const purchase = stage.purchase(merchant, memberId);
    const first = await recorded(stage, purchase);
    const again = await recorded(stage, purchase, hours(5));
    expect(first.completed).toHaveLength(1);
    expect(again).toEqual(first);
    const stream = eq(auditEntries.stream, `member:${memberId}`);
    const audited = await stage.services.database.app.select().from(auditEntries).where(stream);
    expect(audited.filter((entry) => entry.action === "recordPurchase")).toHaveLength(1);
    expect((await eventsOf(memberId)).filter((type) => /purchase|completed/.test(type))).toEqual([
      "purchase.recorded",
      "offer.completed",
    ]);
  });

  it("takes the same reference at another merchant for another purchase", async () => {
    const other = await stage.merchant(merchant.partnerId);
    const memberId = await stage.memberOf(merchant);
    await recorded(stage, stage.purchase(merchant, memberId, { sourceReference: "receipt-1" }));
    await recorded(stage, stage.purchase(other, memberId, { sourceReference: "receipt-1" }));
    expect(await purchasesOf(memberId)).toHaveLength(2);
  });

  it("keeps a purchase of zero and names the member by a partner's number", async () => {
    const { memberId, number } = await stage.member(merchant.partnerId);
    const member = { identity: { partnerId: merchant.partnerId, number } };
    const own = stage.work(callers.partner(merchant.partnerId, ["purchases:write"]));
    const purchase = stage.purchase(merchant, memberId, { member, amount: dollars(0) });
    expect(valueOf(await recordPurchase(own, purchase)).purchase).toMatchObject({ memberId, amountMinor: 0n });
  });

  it("does not complete an offer by purchases at another merchant or in another currency", async () => {
    const memberId = await stage.memberOf(merchant);
    await delivered(memberId, (await stage.offer(merchant)).offerId);
    const other = await stage.merchant(merchant.partnerId);
    await recorded(stage, stage.purchase(other, memberId, { amount: dollars(9999) }));
    await recorded(stage, stage.purchase(merchant, memberId, { amount: money(9999n, "CNY") }));
    expect(await completionsIn(memberId)).toEqual([]);
  });

  it("completes two deliveries of one offer, each on its own", async () => {
    const memberId = await stage.memberOf(merchant);
    const { offerId } = await stage.offer(merchant);
    const first = await delivered(memberId, offerId);
    expect((await recorded(stage, stage.purchase(merchant, memberId))).completed).toEqual([]);
    const second = await delivered(memberId, offerId, hours(1));
    const one = stage.purchase(merchant, memberId, { occurredAt: hours(2) });
    const two = stage.purchase(merchant, memberId, { occurredAt: hours(3) });
    expect((await recorded(stage, one)).completed.map((each) => each.deliveryId)).toEqual([first]);
    expect((await recorded(stage, two)).completed.map((each) => each.deliveryId)).toEqual([second]);
  });

  it("lets a late purchase take its place, so that a later one is found to have reached the mark", async () => {
    const memberId = await stage.memberOf(merchant);
    const deliveryId = await delivered(memberId, (await stage.offer(merchant)).offerId);
    const known = await recorded(stage, stage.purchase(merchant, memberId, { occurredAt: hours(10) }), hours(20));
    expect(known.completed).toEqual([]);
    const late = await recorded(stage, stage.purchase(merchant, memberId, { occurredAt: hours(5) }), hours(20));
    expect(late.completed).toMatchObject([
      { deliveryId, completedBy: known.purchase.purchaseId, completedAt: hours(10) },
    ]);
    expect(await completionsIn(memberId)).toMatchObject([
      { purchaseId: known.purchase.purchaseId, recordedWith: late.purchase.purchaseId },
    ]);
  });

  it("never takes a completion back when a late purchase would have completed it earlier", async () => {
    const memberId = await stage.memberOf(merchant);
    await delivered(memberId, (await stage.offer(merchant)).offerId);
    const first = stage.purchase(merchant, memberId, { amount: dollars(2000), occurredAt: hours(10) });
    const { purchase } = await recorded(stage, first, hours(20));
    const late = stage.purchase(merchant, memberId, { amount: dollars(2000), occurredAt: hours(5) });
    expect((await recorded(stage, late, hours(20))).completed).toEqual([]);
    expect(await completionsIn(memberId)).toMatchObject([{ purchaseId: purchase.purchaseId }]);
  });

  it("counts what a member bought under the id that was merged into it, and knows its references", async () => {
    const source = await stage.memberOf(merchant);
    const target = await stage.memberOf(await stage.merchant());
    await delivered(source, (await stage.offer(merchant)).offerId);
    const before = stage.purchase(merchant, source);
    await recorded(stage, before);
    valueOf(await mergeMembers(stage.work(), { sourceId: source, targetId: target, reason: "same person" }));

    expect((await recorded(stage, before)).purchase.memberId).toBe(source);
    const after = await recorded(stage, stage.purchase(merchant, target));
    expect(after.completed).toHaveLength(1);
    expect(after.purchase.memberId).toBe(target);
    const viaAlias = await recorded(stage, stage.purchase(merchant, source));
    expect(viaAlias.purchase.memberId).toBe(target);
  });
});

describe("of purchases at once on one member", () => {
  it("exactly one completes a cumulative offer, also where it takes all of them", async () => {
    const memberId = await stage.memberOf(merchant);
    // With a mark that all reach together, the last must see every other; a lower one would forgive a missing lock.
    await delivered(memberId, (await stage.offer(merchant, { mark: dollars(16_000) })).offerId);
    const all = await Promise.all(
      Array.from({ length: 16 }, () => recorded(stage, stage.purchase(merchant, memberId))),
    );
    expect(all.flatMap((each) => each.completed)).toHaveLength(1);
    expect(await completionsIn(memberId)).toHaveLength(1);
    expect(await purchasesOf(memberId)).toHaveLength(16);
    expect((await eventsOf(memberId)).filter((type) => type === "offer.completed")).toHaveLength(1);
  });

  it("sixteen with one reference are one purchase", async () => {
    const memberId = await stage.memberOf(merchant);
    await delivered(memberId, (await stage.offer(merchant, { mark: dollars(1000) })).offerId);
    const purchase = stage.purchase(merchant, memberId);
    const all = await Promise.all(Array.from({ length: 16 }, () => recorded(stage, purchase)));
    expect(new Set(all.map((each) => each.purchase.purchaseId)).size).toBe(1);
    expect(all.every((each) => each.completed.length === 1)).toBe(true);
    expect(await completionsIn(memberId)).toHaveLength(1);
  });
});

it("has completed, whatever arrives in whatever order, what a replay of all facts completes, and no more", async () => {
  const kinds: OfferKind[] = ["SINGLE_PURCHASE", "CUMULATIVE_SPEND", "INFORMATIONAL"];
  const offers = await Promise.all(
    kinds.map((kind) => {
      const none = kind === "INFORMATIONAL" ? { mark: dollars(0), reward: dollars(0) } : { mark: dollars(700) };
      return stage.offer(merchant, { kind, validHours: 6, ...none });
    }),
  );
  const purchase = fc.record({ hour: fc.integer({ min: 0, max: 12 }), cents: fc.constantFrom(0, 200, 500, 700) });
  const arrivals = fc.record({
    deliveries: fc.array(fc.record({ offer: fc.nat({ max: 2 }), hour: fc.integer({ min: 0, max: 8 }) }), {
      maxLength: 4,
    }),
    purchases: fc.array(purchase, { maxLength: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(arrivals, async (plan) => {
      const memberId = await stage.memberOf(merchant);
      const deliveries = [];
      for (const { offer, hour } of plan.deliveries) {
        const input = { offerId: offers[offer]?.offerId ?? "", memberId, channel: null, sourceReference: newId() };
        deliveries.push(valueOf(await deliverOffer(stage.work(undefined, hours(hour)), input)));
      }
      const bought = [];
      for (const { hour, cents } of plan.purchases) {
        const input = stage.purchase(merchant, memberId, { occurredAt: hours(hour), amount: dollars(cents) });
        bought.push((await recorded(stage, input, hours(24))).purchase);
      }
      const expected = completionsOf(deliveries, bought).map((each) => each.offer.deliveryId);
      const found = (await completionsIn(memberId)).map((each) => each.deliveryId);
      expect(found.sort()).toEqual(expected.sort());
    }),
    { numRuns: 15 },
  );
});
