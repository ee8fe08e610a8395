import type { RequestContext, Services } from "../context";
import { plusHours } from "../kernel/period";
import { expectDone } from "../import/founding";
import { draftOffer, type OfferTarget } from "../offers/draft-offer";
import type { WrittenContent } from "../offers/usable-content";
import { approveOffer, endOffer, pauseOffer, publishOffer, scheduleOffer, submitOffer } from "../offers/move-offer";
import { offerVersions, type OfferVersion } from "../offers/offer-versions";
import { offerByCode } from "../offers/offers.queries";
import { versionsOf } from "../publishing/publishing";
import { demoOffers, type DemoOffer, type DemoOfferState, type OfferTerms } from "./demo-offers";
import { workOfStaff } from "./demo-work";
import { idOf, type DemoCatalogue } from "./load-catalogue";

interface Authors {
  readonly marketer: RequestContext;
  readonly approver: RequestContext;
}

/** The offers' ids by code, each brought to its state by a marketer and an approver, from wherever it stands. */
export async function loadOffers(
  services: Services,
  { merchants }: DemoCatalogue,
  step: () => void,
): Promise<ReadonlyMap<string, string>> {
  const offers = new Map<string, string>();
  const authors = {
    marketer: await workOfStaff(services, "marketer"),
    approver: await workOfStaff(services, "approver"),
  };
  for (const offer of demoOffers) {
    offers.set(offer.code, await loadOffer(authors, idOf(merchants, offer.merchant).merchantId, offer));
    step();
  }
  return offers;
}

async function loadOffer(authors: Authors, merchantId: string, offer: DemoOffer): Promise<string> {
  const { marketer } = authors;
  const { app } = marketer.database;
  let offerId = (await offerByCode(app, merchantId, offer.code))?.offerId;
  for (const [index, terms] of offer.versions.entries()) {
    const number = index + 1;
    const known = offerId === undefined ? [] : await versionsOf(app, offerVersions, offerId);
    const target: OfferTarget = offerId === undefined ? { merchantId, code: offer.code } : { offerId };
    const content = contentOf(offer.code, terms, marketer.now);
    const version =
      known.find((each) => each.version === number) ?? expectDone(await draftOffer(marketer, { target, content }));
    offerId = version.itemId;
    // A version that a later one replaced has ended, so there is nothing left to do with it.
    const isLast = number === offer.versions.length;
    if (isLast || version.state !== "ENDED") await advance(authors, version, isLast ? offer.state : "PUBLISHED");
  }
  if (offerId === undefined) throw new Error(`the demo offer ${offer.code} has no versions`);
  return offerId;
}

/** Takes one step after the other until the version stands where it should; a scheduled one may have gone live since. */
async function advance(authors: Authors, version: OfferVersion, target: DemoOfferState): Promise<void> {
  let current = version;
  while (current.state !== target && !(target === "SCHEDULED" && current.state === "PUBLISHED")) {
    current = await nextStep(authors, current, target);
  }
}

async function nextStep(
  { marketer, approver }: Authors,
  { itemId: offerId, version, revision, state, content }: OfferVersion,
  target: DemoOfferState,
): Promise<OfferVersion> {
  const at = { offerId, version, revision };
  switch (state) {
    case "DRAFT":
      return expectDone(await submitOffer(marketer, at));
    case "REVIEW":
      return expectDone(await approveOffer(approver, at));
    case "APPROVED":
      if (target === "SCHEDULED") {
        return expectDone(await scheduleOffer(marketer, { ...at, publishAt: content.startsAt }));
      }
      return expectDone(await publishOffer(marketer, at));
    case "PUBLISHED":
      return expectDone(await (target === "PAUSED" ? pauseOffer : endOffer)(marketer, at));
    default:
      throw new Error(`a demo offer in state ${state} cannot come to ${target}`);
  }
}

/** A domain that is kept for examples: there is nothing to fetch. */
const images = "https://images.riverbend.example/offers";

function contentOf(code: string, { startsIn, endsIn, ...content }: OfferTerms, now: Date): WrittenContent {
  const midnight = new Date(`${now.toISOString().slice(0, 10)}T00:00:00Z`);
  return {
    ...content,
    rule: null,
    imageUrl: { en: `${images}/${code}/en.jpg`, "zh-CN": `${images}/${code}/zh-cn.jpg` },
    startsAt: plusHours(midnight, startsIn * 24),
    endsAt: endsIn === null ? null : plusHours(midnight, endsIn * 24),
  };
}
