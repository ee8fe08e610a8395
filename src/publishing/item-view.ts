import { allows } from "../auth/core/policy";
import type { RequestContext } from "../context";
import { fromLocalisedText, toLocalisedText } from "../graphql/value.types";
import { inLocale, type LocalisedText } from "../kernel/localised";
import { money, type Money } from "../kernel/money";
import { done, refuse, type Result } from "../kernel/result";
import type { Rule } from "../rules/core/rule";
import { mayReadRule } from "../rules/rule-names";
import type { RuleInput } from "../rules/rules.inputs";
import type { RuleType } from "../rules/rules.types";
import { fromRuleInput, toRule } from "../rules/rules.view";
import { writtenRule } from "../rules/written-rule";
import type { ItemName } from "./item-kind";
import type { ContentInputFields } from "./item.types";

interface TextsOfContent {
  readonly name: LocalisedText;
  readonly termsText: LocalisedText;
  readonly imageUrl: LocalisedText | null;
}

/** The texts of a content in the caller's language and in all. */
export function shownTexts({ name, termsText, imageUrl }: TextsOfContent, { locale }: RequestContext) {
  return {
    name: inLocale(name, locale),
    nameTranslations: fromLocalisedText(name),
    termsText: inLocale(termsText, locale),
    termsTextTranslations: fromLocalisedText(termsText),
    imageUrl: imageUrl && inLocale(imageUrl, locale),
    imageUrlTranslations: imageUrl && fromLocalisedText(imageUrl),
  };
}

export function givenTexts({ name, termsText, imageUrl }: ContentInputFields): TextsOfContent {
  return {
    name: toLocalisedText(name),
    termsText: toLocalisedText(termsText),
    imageUrl: imageUrl ? toLocalisedText(imageUrl) : null,
  };
}

/** A rule for somebody who sees all of its thing; null also where it asks for what the caller may not read. */
export function shownRule(rule: Rule | null, context: RequestContext, seesAll: boolean): RuleType | null {
  return rule && seesAll && mayReadRule(context, rule) ? toRule(rule) : null;
}

/** The rule of an input, as a tree or as text, checked against what the caller may name; null where none is given. */
export function givenRule(
  context: RequestContext,
  { rule, ruleText }: { readonly rule?: RuleInput | null; readonly ruleText?: string | null },
  path: readonly string[],
): Promise<Result<Rule | null>> {
  const tree = rule ? fromRuleInput(rule) : null;
  return writtenRule(context, { tree, text: ruleText }, { tree: [...path, "rule"], text: [...path, "ruleText"] });
}

type GivenMoney = { readonly amountMinor: bigint; readonly currency: string };

/** An amount as it is given, which must be of a currency that there is. */
export function givenMoney({ amountMinor, currency }: GivenMoney): Money {
  return money(amountMinor, currency);
}

/** Reads an input whose amounts may be of no currency or of no size that there is, naming the one that is not. */
export function readable<Value>(read: () => Value): Result<Value> {
  try {
    return done(read());
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse("INVALID_INPUT", `${error.message}.`, ["input", "content"]);
  }
}

/** Whether the caller sees drafts of this thing and what concerns its owner alone. */
export function seesAllOf(
  { actor }: RequestContext,
  name: ItemName,
  row: { readonly partnerId: string | null },
): boolean {
  return allows(actor, `${name}.unpublished`, { partnerId: row.partnerId });
}
