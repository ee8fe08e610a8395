import type { Actor } from "../../src/auth/core/actor";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import { newId } from "../../src/kernel/ids";
import { activateOffer } from "../../src/offers/activate-offer";
import { deliverOffer } from "../../src/offers/deliver-offer";
import type { OfferRow } from "../../src/offers/offers.queries";
import type { Rule } from "../../src/rules/core/rule";
import { setTags } from "../../src/tags/set-tags";
import { callers } from "../support/api";
import { codesOf, noon, valueOf } from "../support/members-stage";
import { hours, offersStage, type OffersStage } from "../support/offers-stage";

/* An offer reaches, and is taken up by, members that meet its rule. */

let stage: OffersStage;
let merchant: MerchantRow;
let income: string;
let watched: string;

beforeAll(async () => {
  stage = await offersStage();
  merchant = await stage.merchant();
  income = await stage.tag(merchant.partnerId, { type: "NUMBER" });
  watched = await stage.tag(merchant.partnerId, { type: "BOOLEAN", sensitivity: "SENSITIVE" });
});

const rich = (): Rule => ({ between: { fact: income, atLeast: 3000 } });
const offerFor = async (rule: Rule): Promise<OfferRow> => stage.offer(merchant, { rule });

async function memberWith(number?: number): Promise<string> {
  const memberId = await stage.memberOf(merchant);
  if (number !== undefined) await set(memberId, income, { number });
  return memberId;
}

const set = async (memberId: string, code: string, value: object) =>
  valueOf(await setTags(stage.work(), { memberId, tags: [{ code, value, observedAt: null }] }));
const deliver = (offer: OfferRow, memberId: string, actor: Actor = callers.service, over = {}) =>
  deliverOffer(stage.work(actor), {
    ...{ offerId: offer.offerId, memberId, channel: "EMAIL" },
    sourceReference: newId(),
    ...over,
  });
const activate = ({ offerId }: OfferRow, memberId: string, now = noon, actor: Actor = callers.member(memberId)) =>
  activateOffer(stage.work(actor, now), { offerId, memberId });

describe("an offer with a rule", () => {
  it("is neither delivered to nor taken up by a member that does not meet it", async () => {
    const offer = await offerFor(rich());
    for (const memberId of [await memberWith(), await memberWith(2999.99)]) {
      expect(codesOf(await deliver(offer, memberId))).toEqual(["NOT_ELIGIBLE"]);
      expect(codesOf(await activate(offer, memberId))).toEqual(["NOT_ELIGIBLE"]);
    }
    const memberId = await memberWith(3000);
    expect(codesOf(await deliver(offer, memberId))).toEqual(["done"]);
    expect(codesOf(await activate(offer, memberId))).toEqual(["done"]);
  });

  it("asks the member as it is now: a tag that was set a moment ago counts", async () => {
    const offer = await offerFor(rich());
    const memberId = await memberWith(1);
    expect(codesOf(await activate(offer, memberId))).toEqual(["NOT_ELIGIBLE"]);
    await set(memberId, income, { number: 5000 });
    expect(codesOf(await activate(offer, memberId))).toEqual(["done"]);
  });

  it("that was delivered or taken up answers so again, also where the member does not meet it any more", async () => {
    const offer = await offerFor(rich());
    const memberId = await memberWith(3000);
    const sourceReference = newId();
    const first = valueOf(await deliver(offer, memberId, callers.service, { sourceReference }));
    const taken = valueOf(await activate(offer, memberId));
    await set(memberId, income, { number: 0 });
    expect(valueOf(await deliver(offer, memberId, callers.service, { sourceReference })).deliveryId).toBe(
      first.deliveryId,
    );
    expect(valueOf(await activate(offer, memberId)).activationId).toBe(taken.activationId);
    expect(codesOf(await deliver(offer, memberId))).toEqual(["NOT_ELIGIBLE"]);
  });

  it("is given the benefit of the doubt about the place, and not about the time", async () => {
    const atFuel: Rule = { equals: { fact: "context.scene", value: "fuel" } };
    const notAtFuel: Rule = { not: atFuel };
    const memberId = await memberWith(3000);
    for (const rule of [atFuel, notAtFuel, { all: [rich(), atFuel] }]) {
      expect(codesOf(await deliver(await offerFor(rule), memberId))).toEqual(["done"]);
    }
    const poor = await memberWith(0);
    expect(codesOf(await deliver(await offerFor({ all: [rich(), atFuel] }), poor))).toEqual(["NOT_ELIGIBLE"]);
    expect(codesOf(await deliver(await offerFor({ any: [rich(), atFuel] }), poor))).toEqual(["done"]);
    // Noon of UTC is eight in the evening in Shanghai, the alliance's zone.
    const evening = await offerFor({ between: { fact: "context.hour", atLeast: 20 } });
    expect(codesOf(await activate(evening, memberId, hours(-1)))).toEqual(["NOT_ELIGIBLE"]);
    expect(codesOf(await activate(evening, memberId))).toEqual(["done"]);
  });

  it("is told to be over rather than not for this member", async () => {
    const offer = await stage.offer(merchant, { rule: rich(), endsAt: hours(-1) });
    const memberId = await memberWith(0);
    expect(codesOf(await deliver(offer, memberId))).toEqual(["OFFER_NOT_AVAILABLE"]);
    expect(codesOf(await activate(offer, memberId))).toEqual(["OFFER_NOT_AVAILABLE"]);
  });
});

describe("a refusal", () => {
  const messageOf = async (result: ReturnType<typeof deliver> | ReturnType<typeof activate>) => {
    const answer = await result;
    return answer.ok ? "done" : answer.refusals[0]?.message;
  };

  it("names the conditions to who may see the rule, and to the member none", async () => {
    const offer = await offerFor({
      all: [rich(), { not: { has: { fact: "context.scene" } } }, { has: { fact: "member.age" } }],
    });
    const memberId = await memberWith(0);
    const marketer = callers.staff("MARKETER");
    expect(await messageOf(deliver(offer, memberId, marketer))).toBe(
      `The member does not meet the offer's rule: ${income} >= 3000; has member.age.`,
    );
    expect(await messageOf(activate(offer, memberId))).toBe("The member does not meet the offer's rule.");
  });

  it("names nothing that the caller may not ask for", async () => {
    const memberId = await memberWith(0);
    await set(memberId, watched, { boolean: true });
    const offer = await offerFor({ all: [{ not: { equals: { fact: watched, value: true } } }, rich()] });
    const partner = callers.partner(merchant.partnerId, ["offers:write", "offers:read"]);
    for (const actor of [callers.staff("MARKETER"), partner]) {
      expect(await messageOf(deliver(offer, memberId, actor))).toBe(
        `The member does not meet the offer's rule: ${income} >= 3000.`,
      );
    }
  });
});
