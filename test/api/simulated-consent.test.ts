import { newId } from "../../src/kernel/ids";
import type { ConsentPurpose } from "../../src/members/core/member";
import { recordConsent } from "../../src/members/record-consent";
import { deliverOffer } from "../../src/offers/deliver-offer";
import type { OfferRow } from "../../src/offers/offers.queries";
import { valueOf } from "../support/members-stage";
import { simulationsStage, type SimulationsStage } from "../support/simulations-stage";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

jest.setTimeout(60_000);

let stage: SimulationsStage;
/** Its partner's sixty members consent to it, and to nobody else. */
let first: SimulationsStage["shop"];

beforeAll(async () => {
  stage = await simulationsStage();
  first = stage.shop;
});

const consent = async (memberId: string, partnerId: string, purpose: ConsentPurpose, granted: boolean) =>
  valueOf(await recordConsent(stage.work(), { memberId, partnerId, purpose, granted, wording: "v1" }));

/** What a simulation counts by rule, and of each member what delivery says. */
async function asked(offer: OfferRow, memberIds: readonly string[]) {
  const ways = [{ everybody: true }, { text: `not has ${stage.gold}` }, { text: `has ${stage.gold}` }];
  const { rules } = await stage.run({ drafts: ways.map((as) => stage.draft(offer, as)) });
  const delivered = await Promise.all(
    memberIds.map(async (memberId) => {
      const delivery = { offerId: offer.offerId, memberId, channel: null, sourceReference: newId() };
      const answer = await deliverOffer(stage.work(), delivery);
      return answer.ok ? "DELIVERED" : answer.refusals[0]?.code;
    }),
  );
  return { counted: rules.map((rule: any) => Object.values(rule.counted)), delivered };
}

describe("a simulation asks for the consent to MARKETING that delivery asks for", () => {
  it("so who gave none, gave another, gave it to another partner or took it back counts for nobody", async () => {
    const shop = await stage.merchant();
    const offer = await stage.offer(shop);
    const { memberId: silent } = await stage.member(shop.partnerId);
    const { memberId: elsewhere } = await stage.member(shop.partnerId);
    const takenBack = await stage.memberOf(shop);
    await consent(elsewhere, shop.partnerId, "ANALYTICS", true);
    await consent(elsewhere, first.partnerId, "MARKETING", true);
    await consent(takenBack, shop.partnerId, "MARKETING", false);
    const nobody = [0, 0, 0, 0];
    expect(await asked(offer, [silent, elsewhere, takenBack])).toEqual({
      counted: [nobody, nobody, nobody],
      delivered: ["CONSENT_REQUIRED", "CONSENT_REQUIRED", "CONSENT_REQUIRED"],
    });
    // Before, after, gained, lost: the rule that is tried still says who has it of those that may be reached.
    const willing = await stage.memberOf(shop);
    expect(await asked(offer, [willing])).toEqual({
      counted: [
        [1, 1, 0, 0],
        [1, 1, 0, 0],
        [1, 0, 0, 1],
      ],
      delivered: ["DELIVERED"],
    });
  });

  it("of each offer's own partner where several are compared, and promises no rewards to others", async () => {
    const [shop, empty] = [await stage.merchant(), await stage.merchant()];
    await stage.memberOf(shop);
    const offers = [await stage.offer(shop), await stage.offer(empty)];
    const { rules } = await stage.run({ drafts: offers.map((offer) => stage.draft(offer, { everybody: true })) });
    expect(rules.map((rule: any) => [rule.counted.after, rule.countedLiability[0].after.amountMinor])).toEqual([
      [1, "500"],
      [0, "0"],
    ]);
  });
});
