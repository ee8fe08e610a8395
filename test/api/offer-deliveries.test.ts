import type { Actor } from "../../src/auth/core/actor";
import { newId } from "../../src/kernel/ids";
import { mergeMembers } from "../../src/members/merge-members";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import { callers } from "../support/api";
import { noon, valueOf } from "../support/members-stage";
import { contentInput, marketer, offerLife } from "../support/offer-life";
import { dollars, hours, offersStage, recorded, type OffersStage } from "../support/offers-stage";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

let stage: OffersStage;
let merchant: MerchantRow;
let life: ReturnType<typeof offerLife>;

beforeAll(async () => {
  stage = await offersStage();
  merchant = await stage.merchant();
  life = offerLife(stage, merchant);
});

const ownPartner = (...scopes: Parameters<typeof callers.partner>[1]) => callers.partner(merchant.partnerId, scopes);

const document = `query ($id: ID!, $state: OfferDeliveryState) { member(id: $id) {
    offerDeliveries(state: $state) { nodes { id version state channel deliveredAt lapsesAt viewedAt offer { id }
      terms { name reward { amountMinor } audienceTags }
      progress { spent { amountMinor currency } remaining { amountMinor } completedAt reward { amountMinor } } } }
    activations { nodes { id version offer { id } terms { name } } } } }`;

async function deliver(memberId: string, offerId: string, at = noon) {
  const input = {
    offerId: life.sealed("Offer", offerId, callers.service),
    memberId: life.sealed("Member", memberId, callers.service, memberId),
    sourceReference: newId(),
    channel: "MOBILE",
  };
  const mutation = `mutation ($input: DeliverOfferInput!) { deliverOffer(input: $input) { delivery { id } userErrors { code } } }`;
  const { deliverOffer } = await life.ask(callers.service, mutation, { input }, at);
  expect(deliverOffer.userErrors).toEqual([]);
  return deliverOffer.delivery.id as string;
}
const seen = async (actor: Actor, memberId: string, variables = {}, now = noon) => {
  const id = life.sealed("Member", memberId, actor, memberId);
  return (await life.ask(actor, document, { id, ...variables }, now)).member;
};

describe("what reached a member", () => {
  it("deliveries show the terms they pin, whatever the offer says by now, and how far the member is", async () => {
    const memberId = await stage.memberOf(merchant);
    const draft = await life.published();
    const offerId = stage.services.ids.forActor(marketer).open(draft.offerId)?.id ?? "";
    const deliveryId = await deliver(memberId, offerId, hours(0));
    const next = contentInput({ name: { en: "Changed" }, reward: { amountMinor: "1", currency: "USD" } });
    await life.published(await life.drafted(marketer, { target: { offerId: draft.offerId }, content: next }));
    await recorded(stage, stage.purchase(merchant, memberId, { amount: dollars(1250), occurredAt: hours(1) }));

    const me = callers.member(memberId);
    const { offerDeliveries } = await seen(me, memberId, {}, hours(2));
    expect(offerDeliveries.nodes).toEqual([
      {
        ...{
          id: deliveryId,
          version: 1,
          state: "OPEN",
          channel: "MOBILE",
          viewedAt: null,
          offer: { id: draft.offerId },
        },
        deliveredAt: noon.toISOString(),
        lapsesAt: hours(168).toISOString(),
        terms: { name: "Spend 20, get 5", reward: { amountMinor: "500" }, audienceTags: null },
        progress: {
          spent: { amountMinor: "1250", currency: "USD" },
          remaining: { amountMinor: "750" },
          completedAt: null,
          reward: null,
        },
      },
    ]);
    await recorded(stage, stage.purchase(merchant, memberId, { amount: dollars(750), occurredAt: hours(3) }));
    const done = (await seen(me, memberId, { state: "COMPLETED" }, hours(4))).offerDeliveries.nodes;
    expect(done).toMatchObject([
      {
        state: "COMPLETED",
        progress: {
          spent: { amountMinor: "2000" },
          remaining: { amountMinor: "0" },
          completedAt: hours(3).toISOString(),
          reward: { amountMinor: "500" },
        },
      },
    ]);
    expect((await seen(me, memberId, { state: "OPEN" }, hours(4))).offerDeliveries.nodes).toEqual([]);
  });

  it("a delivery lapses at its instant, and an informational one has no progress", async () => {
    const memberId = await stage.memberOf(merchant);
    const none = { mark: dollars(0), reward: dollars(0) };
    const offer = await stage.offer(merchant, { kind: "INFORMATIONAL", ...none, validHours: 1 });
    await deliver(memberId, offer.offerId);
    const states = async (state: string, now: Date) =>
      (await seen(callers.service, memberId, { state }, now)).offerDeliveries.nodes;
    const justBefore = new Date(hours(1).getTime() - 1);
    expect(await states("OPEN", justBefore)).toMatchObject([{ state: "OPEN", progress: null }]);
    expect(await states("LAPSED", justBefore)).toEqual([]);
    expect(await states("LAPSED", hours(1))).toMatchObject([{ state: "LAPSED" }]);
  });

  it("partners see the deliveries and activations of their own merchants alone, and no others by node", async () => {
    const { partnerId: otherPartner } = await stage.merchant();
    const other = await stage.merchant(otherPartner);
    const memberId = await stage.memberOf(merchant);
    // The member is known to both partners.
    const second = await stage.memberOf(other);
    valueOf(await mergeMembers(stage.work(), { sourceId: second, targetId: memberId, reason: "same person" }));
    const [own, foreign] = [await stage.offer(merchant), await stage.offer(other)];
    await deliver(memberId, own.offerId);
    const foreignDelivery = await deliver(memberId, foreign.offerId);
    for (const offer of [own, foreign]) {
      const input = { offerId: life.sealed("Offer", offer.offerId, marketer) };
      const activation = `mutation ($input: ActivateOfferInput!) { activateOffer(input: $input) { userErrors { code } } }`;
      const answer = await life.ask(callers.member(memberId), activation, { input }, noon);
      expect(answer.activateOffer.userErrors).toEqual([]);
    }
    const offersIn = (member: any) =>
      [...member.offerDeliveries.nodes, ...member.activations.nodes].map((node: any) => node.offer.id);

    const partner = ownPartner("members:read");
    expect(new Set(offersIn(await seen(partner, memberId)))).toEqual(
      new Set([life.sealed("Offer", own.offerId, partner)]),
    );
    expect(offersIn(await seen(callers.member(memberId), memberId))).toHaveLength(4);
    // Even with an id that opens for the partner itself.
    const reference = stage.services.ids.forActor(callers.service).open(foreignDelivery);
    const id = life.sealed("OfferDelivery", reference?.id ?? "", partner, reference?.memberId ?? "");
    expect(await life.ask(partner, `query ($id: ID!) { node(id: $id) { id } }`, { id })).toEqual({ node: null });
  });

  it("staff that may see the member but not its deliveries get null", async () => {
    const memberId = await stage.memberOf(merchant);
    expect(await seen(callers.staff("FINANCE"), memberId)).toEqual({ offerDeliveries: null, activations: null });
  });

  it("a member's delivery and activation are found by node, by itself and by no other member", async () => {
    const memberId = await stage.memberOf(merchant);
    const { offerId } = await stage.offer(merchant);
    const id = await deliver(memberId, offerId);
    const activation = `mutation ($input: ActivateOfferInput!) { activateOffer(input: $input) { activation { id } } }`;
    const input = { offerId: life.sealed("Offer", offerId, marketer) };
    const activated = await life.ask(callers.member(memberId), activation, { input }, noon);
    const ids = [id, activated.activateOffer.activation.id];
    const nodes = `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on OfferDelivery { state progress { spent { amountMinor } } } } }`;
    expect((await life.ask(callers.member(memberId), nodes, { ids })).nodes.map((node: any) => node.id)).toEqual(ids);
    const stranger = callers.member(await stage.memberOf(merchant));
    expect((await life.ask(stranger, nodes, { ids })).nodes).toEqual([null, null]);
  });

  it("markOfferViewed notes the first view of the member", async () => {
    const memberId = await stage.memberOf(merchant);
    const deliveryId = await deliver(memberId, (await stage.offer(merchant)).offerId);
    const mutation = `mutation ($input: MarkOfferViewedInput!) { markOfferViewed(input: $input) {
      delivery { viewedAt } userErrors { code } } }`;
    const view = async (actor: Actor, now: Date) =>
      (await life.ask(actor, mutation, { input: { deliveryId } }, now)).markOfferViewed;
    expect(await view(callers.member(newId()), hours(1))).toMatchObject({ userErrors: [{ code: "NOT_FOUND" }] });
    const me = callers.member(memberId);
    expect(await view(me, hours(1))).toEqual({ delivery: { viewedAt: hours(1).toISOString() }, userErrors: [] });
    expect((await view(me, hours(2))).delivery).toEqual({ viewedAt: hours(1).toISOString() });
  });

  it("mutations on what stands under a merged id count the purchases of the member that answers for it", async () => {
    const [before, memberId] = [await stage.memberOf(merchant), await stage.memberOf(merchant)];
    const { offerId } = await stage.offer(merchant);
    const sourceReference = newId();
    const deliveryInput = { offerId: life.sealed("Offer", offerId, callers.service), sourceReference };
    const mutation = `mutation ($input: DeliverOfferInput!) { deliverOffer(input: $input) {
      delivery { id progress { spent { amountMinor } } } userErrors { code } } }`;
    const toDeliver = (id: string) => ({
      input: { ...deliveryInput, memberId: life.sealed("Member", id, callers.service, id) },
    });
    const { delivery } = (await life.ask(callers.service, mutation, toDeliver(before), noon)).deliverOffer;
    expect(delivery.progress.spent.amountMinor).toBe("0");
    valueOf(await mergeMembers(stage.work(), { sourceId: before, targetId: memberId, reason: "same person" }));
    await recorded(stage, stage.purchase(merchant, memberId, { amount: dollars(1250), occurredAt: hours(1) }));

    const view = `mutation ($input: MarkOfferViewedInput!) { markOfferViewed(input: $input) {
      delivery { id progress { spent { amountMinor } } } } }`;
    const me = callers.member(memberId);
    const viewed = (await life.ask(me, view, { input: { deliveryId: delivery.id } }, hours(2))).markOfferViewed;
    expect(viewed.delivery).toEqual({ id: delivery.id, progress: { spent: { amountMinor: "1250" } } });
    // The same reference again answers the first delivery, which stands under the merged id.
    const again = (await life.ask(callers.service, mutation, toDeliver(memberId), hours(2))).deliverOffer;
    expect(again.delivery).toEqual(viewed.delivery);
  });

  it("a list of members costs the same number of statements as one member", async () => {
    const own = await stage.merchant();
    const offers = [await stage.offer(own), await stage.offer(own, { kind: "SINGLE_PURCHASE" })];
    const partner = callers.partner(own.partnerId, ["members:read"]);
    const list = `query { members(first: 50) { nodes {
      offerDeliveries(first: 5) { nodes { state offer { name } terms { termsText } progress { spent { amountMinor } } } }
      activations { nodes { terms { name } } }
      purchases(first: 3) { nodes { amount { amountMinor } merchant { code } completedDeliveries { id } } } } } }`;
    const counts = [];
    for (const members of [1, 7]) {
      for (let made = counts.length; made < members; made++) {
        const memberId = await stage.memberOf(own);
        for (const { offerId } of offers) await deliver(memberId, offerId);
        await recorded(stage, stage.purchase(own, memberId, { occurredAt: noon }));
      }
      const statements = jest.spyOn(stage.services.database.app.$client, "unsafe");
      const answer = await life.ask(partner, list, {}, hours(1));
      counts.push(statements.mock.calls.length);
      statements.mockRestore();
      expect(answer.members.nodes).toHaveLength(members);
      expect(answer.members.nodes.at(-1).offerDeliveries.nodes).toHaveLength(2);
    }
    expect(counts[0]).toBeGreaterThan(3);
    expect(counts[1]).toBe(counts[0]);
  });
});
