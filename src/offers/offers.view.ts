import type { RequestContext } from "../context";
import { fromLocalisedText, toLocalisedText } from "../graphql/value.types";
import { inLocale } from "../kernel/localised";
import { minorUnits } from "../kernel/money";
import { toVersionFields } from "../publishing/publishing.types";
import type { OfferContent } from "./core/offer";
import type { OfferVersion } from "./offer-versions";
import type { OfferContentInput } from "./offers.inputs";
import type { OfferContentType, OfferVersionType } from "./offers.types";

/** `seesAll`: staff and the offer's own partner, who also see the people behind a version and its audience. */
export function toOfferVersion(version: OfferVersion, context: RequestContext, seesAll: boolean): OfferVersionType {
  return { ...toVersionFields(version, seesAll), content: toOfferContent(version.content, context, seesAll) };
}

export function toOfferContent(content: OfferContent, context: RequestContext, seesAll: boolean): OfferContentType {
  return {
    ...content,
    name: inLocale(content.name, context.locale),
    nameTranslations: fromLocalisedText(content.name),
    termsText: inLocale(content.termsText, context.locale),
    termsTextTranslations: fromLocalisedText(content.termsText),
    imageUrl: content.imageUrl && inLocale(content.imageUrl, context.locale),
    imageUrlTranslations: content.imageUrl && fromLocalisedText(content.imageUrl),
    audienceTags: seesAll ? content.audienceTags : null,
  };
}

/** As given, unchecked: the use case judges it. Throws RangeError for no amount a text of digits can be. */
export function fromContentInput(input: OfferContentInput): OfferContent {
  const amount = (money: { amountMinor: bigint; currency: string }) => ({
    amountMinor: minorUnits(money.amountMinor),
    currency: money.currency,
  });
  return {
    ...input,
    name: toLocalisedText(input.name),
    termsText: toLocalisedText(input.termsText),
    imageUrl: input.imageUrl ? toLocalisedText(input.imageUrl) : null,
    mark: amount(input.mark),
    reward: amount(input.reward),
    endsAt: input.endsAt ?? null,
  };
}
