import { scopeOf } from "../auth/core/policy";
import { computed, withheld, type Capabilities, type PlanContext, type RoomPlan } from "../graphql/plan/fields";
import { nameInLocale, nameTranslations } from "../graphql/plan/names";
import { fromLocalisedText } from "../graphql/value.types";
import { inLocale } from "../kernel/localised";
import type { OfferContent } from "./core/offer";
import type { OfferRow } from "./offers.queries";
import { isVisibleOffer } from "./offers.snapshot";
import { isRuleHidden, ruleFor } from "./offers.view";

export const offersPlan: RoomPlan = {
  objects: [
    { type: "Offer", fields: offerFields },
    {
      type: "OfferContent",
      // As members' deliveries show it: whom it is meant for stays with its versions.
      fields: () => ({
        name: nameInLocale,
        nameTranslations,
        termsText: computed(({ termsText }: OfferContent, { locale }) => inLocale(termsText, locale)),
        termsTextTranslations: computed(({ termsText }: OfferContent) => fromLocalisedText(termsText)),
        imageUrl: computed(({ imageUrl }: OfferContent, { locale }) => imageUrl && inLocale(imageUrl, locale)),
        imageUrlTranslations: computed(({ imageUrl }: OfferContent) => imageUrl && fromLocalisedText(imageUrl)),
        audienceTags: withheld,
        rule: withheld,
        isRuleHidden: withheld,
        priority: withheld,
      }),
    },
  ],
};

/** The offer as it is today, where the caller may see it. */
export function visibleOffer(
  { offerId }: { readonly offerId: string },
  { actor, catalogue }: PlanContext,
): OfferRow | null | undefined {
  const offer = catalogue.offers.get(offerId);
  return offer && (isVisibleOffer(catalogue, offer, scopeOf(actor, "Offer.unpublished")) ? offer : null);
}

export function contentOfVersion(
  { offerId, version }: { readonly offerId: string; readonly version: number },
  { catalogue }: PlanContext,
): OfferContent | undefined {
  return catalogue.offerVersions.get(offerId)?.find((each) => each.version === version)?.content;
}

const ofNobody = { audienceTags: withheld, rule: withheld, isRuleHidden: withheld, priority: withheld };

function offerFields({ reach }: Capabilities) {
  /** What only the version says that leads. */
  const leading = (read: (content: OfferContent, context: PlanContext) => unknown) =>
    computed((offer: OfferRow, context) => {
      const content = contentOfVersion(offer, context);
      return content && read(content, context);
    });
  const unpublished = reach("Offer.unpublished");
  const ofOwnOffers = {
    audienceTags: leading(({ audienceTags }) => audienceTags),
    rule: leading((content, context) => ruleFor(content, context)),
    isRuleHidden: leading((content, context) => isRuleHidden(content, context)),
    priority: leading(({ priority }) => priority),
  };
  return {
    id: computed(({ offerId }: OfferRow, { ids }) => ids.seal("Offer", offerId)),
    name: nameInLocale,
    nameTranslations,
    termsText: leading(({ termsText }, { locale }) => inLocale(termsText, locale)),
    termsTextTranslations: leading(({ termsText }) => fromLocalisedText(termsText)),
    imageUrl: leading(({ imageUrl }, { locale }) => imageUrl && inLocale(imageUrl, locale)),
    imageUrlTranslations: leading(({ imageUrl }) => imageUrl && fromLocalisedText(imageUrl)),
    mark: computed(({ markMinor, currency }: OfferRow) => ({ amountMinor: markMinor, currency })),
    reward: computed(({ rewardMinor, currency }: OfferRow) => ({ amountMinor: rewardMinor, currency })),
    channels: leading(({ channels }) => channels),
    merchant: computed(({ merchantId }: OfferRow, { catalogue }) => catalogue.merchants.get(merchantId)),
    // A partner sees its own offers' audience and not the others': which one it is shows only in the row.
    ...(unpublished === "all" ? ofOwnOffers : {}),
    ...(unpublished === "none" || unpublished === "member" ? ofNobody : {}),
  };
}
