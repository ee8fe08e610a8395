import type { RequestContext, Services } from "../context";
import { money } from "../kernel/money";
import { expectDone } from "../import/founding";
import { insertFirstConsents } from "../members/members.bulk";
import { memberIdByNumber } from "../members/identity-claims";
import { linkIdentity } from "../members/link-identity";
import { membersByIds } from "../members/members.queries";
import { updateMember } from "../members/update-member";
import { activateOffer } from "../offers/activate-offer";
import { deliverOffer } from "../offers/deliver-offer";
import { markOfferViewed } from "../offers/mark-offer-viewed";
import { openAccounts } from "../earning/open-accounts";
import { insertOpeningTiers } from "../programs/opening-tiers";
import { recordPurchase } from "../purchases/record-purchase";
import { insertTags } from "../tags/tags.bulk";
import { demoWork } from "./demo-work";
import { idOf, type DemoCatalogue } from "./load-catalogue";

/** One of the rewards app's members, 27 years old, with a delivery, a view, three purchases and a completion. */
const appNumber = "d5ed498cb6b24ccf9dfc714d7a7a017c";

const numbers = [
  ["river-bank", "RB588001"],
  ["sky-air", "SK880421"],
] as const;

/** The demo's member: known to three partners, with a profile, consents, balances, tags and offers under way. */
export async function loadLinYue(
  services: Services,
  catalogue: DemoCatalogue,
  offers: ReadonlyMap<string, string>,
): Promise<string> {
  const work = demoWork(services);
  const memberId = await memberIdByNumber(work.database.app, idOf(catalogue.partners, "coffee-house"), appNumber);
  if (memberId === undefined) throw new Error("the rewards app's members are not loaded");
  await describe(work, memberId, catalogue);
  await collect(work, memberId, catalogue);
  await receiveOffers(services, memberId, catalogue, offers);
  return memberId;
}

async function describe(work: RequestContext, memberId: string, { partners }: DemoCatalogue): Promise<void> {
  const { app } = work.database;
  const member = (await membersByIds(app, [memberId], { kind: "all" })).get(memberId);
  if (member?.revision === 1) {
    const profile = {
      displayName: "林悦 Lin Yue",
      email: "lin.yue@example.com",
      phone: "+8613800138000",
      birthDate: "1991-05-20",
    };
    expectDone(await updateMember(work, { memberId, revision: 1, locale: "zh-CN", profile, reason: "demo" }));
  }
  for (const [partner, number] of numbers) {
    const partnerId = idOf(partners, partner);
    if ((await memberIdByNumber(app, partnerId, number)) === undefined) {
      expectDone(await linkIdentity(work, { memberId, partnerId, number }));
    }
  }
  const answers = [...partners].flatMap(([partner, partnerId]) =>
    (["MARKETING", "ANALYTICS"] as const).map((purpose) => ({ partner, partnerId, purpose })),
  );
  const recordedAt = work.now;
  await insertFirstConsents(
    work,
    answers.map(({ partner, partnerId, purpose }) => ({
      ...{ memberId, partnerId, purpose, recordedAt, wording: "alliance-2026-01" },
      // She would rather not hear from the clinic.
      granted: !(partner === "harbour-care" && purpose === "MARKETING"),
    })),
    "service:demo",
  );
}

async function collect(work: RequestContext, memberId: string, { programs }: DemoCatalogue): Promise<void> {
  const [cardPoints, miles] = [idOf(programs, "river-points"), idOf(programs, "sky-miles")];
  const balances = [
    { memberId, programId: cardPoints, available: 86_300n },
    { memberId, programId: miles, available: 23_150n },
  ];
  await openAccounts(work.services, balances, work.now);
  const reachedAt = new Date("2026-01-01T00:00:00Z");
  const held = { memberId, source: "QUALIFIED" as const, reachedAt, validUntil: new Date("2027-01-01T00:00:00Z") };
  await insertOpeningTiers(work, [
    { ...held, programId: cardPoints, tierCode: "platinum" },
    { ...held, programId: miles, tierCode: "silver" },
    { ...held, programId: idOf(programs, "alliance-points"), tierCode: "gold", source: "INVITED", validUntil: null },
  ]);
  const facts = { card_tier: "platinum", car_owner: true, monthly_card_spend: 18_600, last_flight_on: "2026-03-14" };
  const tags = Object.entries({ ...facts, interests: ["dining", "music", "travel"] });
  await insertTags(
    work,
    tags.map(([tagCode, value]) => ({ memberId, tagCode, value, observedAt: reachedAt })),
  );
}

/** Three offers reach her: one she only received, one she looked at and spends towards, one she has taken up. */
async function receiveOffers(
  services: Services,
  memberId: string,
  { merchants }: DemoCatalogue,
  offers: ReadonlyMap<string, string>,
): Promise<void> {
  const deliver = async (code: string) =>
    expectDone(
      await deliverOffer(demoWork(services), {
        memberId,
        offerId: idOf(offers, code),
        channel: "MOBILE",
        sourceReference: `demo-${code}`,
      }),
    );
  await deliver("afternoon-pair");
  await deliver("full-tank");
  const basket = await deliver("weekly-basket");
  expectDone(await markOfferViewed(demoWork(services), { memberId, deliveryId: basket.deliveryId }));
  expectDone(await activateOffer(demoWork(services), { memberId, offerId: idOf(offers, "full-tank") }));

  const work = demoWork(services);
  const bought = await recordPurchase(work, {
    ...{ merchantId: idOf(merchants, "fresh-market").merchantId, outletId: null, channel: "IN_STORE" },
    ...{ member: { memberId }, sourceReference: "demo-basket", amount: money(12_650n, "CNY"), quantity: 9 },
    occurredAt: work.now,
  });
  // A run that was cut off recorded it a moment ago, at another instant.
  if (!bought.ok && bought.refusals[0]?.code === "IDEMPOTENCY_MISMATCH") return;
  expectDone(bought);
}
