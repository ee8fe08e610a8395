import type { RequestContext } from "../context";
import { fromLocalisedText, toLocalisedText } from "../graphql/value.types";
import { inLocale } from "../kernel/localised";
import { minorUnits } from "../kernel/money";
import type { VersionChange } from "../publishing/publishing";
import { toVersionChange, toVersionFields } from "../publishing/publishing.types";
import { mayReadRule } from "../rules/rule-names";
import type { RuleType } from "../rules/rules.types";
import { fromRuleInput, toRule } from "../rules/rules.view";
import type { OfferContent } from "./core/offer";
import type { OfferVersion } from "./offer-versions";
import type { OfferContentInput } from "./offers.inputs";
import type { OfferContentType, OfferVersionType } from "./offers.types";
import type { WrittenContent } from "./usable-content";

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
    rule: seesAll ? ruleFor(content, context) : null,
    isRuleHidden: seesAll ? isRuleHidden(content, context) : null,
    priority: seesAll ? content.priority : null,
  };
}

/** The rule for somebody who sees all of the offer; null where there is none, or it asks for what the caller may not read. */
export function ruleFor({ rule }: Pick<OfferContent, "rule">, context: RequestContext): RuleType | null {
  return rule && mayReadRule(context, rule) ? toRule(rule) : null;
}

/** For somebody who sees all of the offer: whether null is not "everybody". */
export function isRuleHidden({ rule }: Pick<OfferContent, "rule">, context: RequestContext): boolean {
  return rule !== null && !mayReadRule(context, rule);
}

/** A rule that the caller may not read shows as changed, and no more. */
export function toOfferChange(change: VersionChange, context: RequestContext, contents: readonly OfferContent[]) {
  const hidden = change.path[0] === "rule" && contents.some((content) => isRuleHidden(content, context));
  return toVersionChange(hidden ? { ...change, before: undefined, after: undefined } : change);
}

/** As given, unchecked: the use case judges it. Throws RangeError for no amount a text of digits can be. */
export function fromContentInput(input: OfferContentInput): WrittenContent {
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
    rule: input.rule ? fromRuleInput(input.rule) : null,
    ruleText: input.ruleText ?? null,
  };
}
