import { createHash } from "node:crypto";
import type { Work } from "../context";
import { money } from "../kernel/money";
import { defaultPriority, type OfferContent } from "../offers/core/offer";
import { importOffer } from "../offers/import-offer";
import { offerVersions } from "../offers/offer-versions";
import { versionsOf } from "../publishing/publishing";
import { offerTexts } from "./core/offer-texts";
import { rewardsEpoch } from "./core/rewards-epoch";
import type { RewardsOffer } from "./core/rewards-portfolio";
import { expectDone } from "./founding";
import { ImportRefusal } from "./import-refusal";
import type { Till } from "./till";

/**
 * The version of an offer of the merchant that says what the file says, brought in as published where there is none.
 *
 * An import never changes an offer that is there. Where the file's id is taken by an offer of which no version has these
 * terms (another file described it differently, or staff ended and replaced it), the file's offer becomes one of its own,
 * whose code carries a digest of the terms, so that importing either file again finds its own offer.
 */
export async function foundOffer(
  work: Work,
  till: Till,
  offer: RewardsOffer,
): Promise<{ readonly offerId: string; readonly version: number }> {
  const content = contentOf(offer, till.currency);
  const terms = termsOf(content);
  for (const code of [offer.code, `${offer.code}-${createHash("sha256").update(terms).digest("hex").slice(0, 12)}`]) {
    const { offerId } = expectDone(await importOffer(work, { merchantId: till.merchantId, code, content }));
    const versions = await versionsOf(work.database.app, offerVersions, offerId);
    const same = versions.find((each) => each.publishedAt !== null && termsOf(each.content) === terms);
    if (same) return { offerId, version: same.version };
  }
  throw new ImportRefusal(`The merchant has other offers under the code "${offer.code}" and its digest.`);
}

function contentOf(offer: RewardsOffer, currency: string): OfferContent {
  return {
    ...offerTexts(offer, currency),
    imageUrl: null,
    kind: offer.kind,
    mark: money(offer.markMinor, currency),
    reward: money(offer.rewardMinor, currency),
    validHours: offer.validHours,
    channels: offer.channels,
    startsAt: rewardsEpoch,
    endsAt: null,
    audienceTags: [],
    rule: null,
    priority: defaultPriority,
  };
}

/** What deliveries pin. Names and texts may be worded anew without making another offer. */
function termsOf({ kind, mark, reward, validHours }: OfferContent): string {
  return [kind, mark.amountMinor, mark.currency, reward.amountMinor, reward.currency, validHours].join(" ");
}
