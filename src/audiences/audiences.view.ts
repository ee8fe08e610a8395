import type { RequestContext } from "../context";
import { fromLocalisedText, toLocalisedText } from "../graphql/value.types";
import { rawId } from "../graphql/ids-in-filters";
import { inLocale } from "../kernel/localised";
import type { VersionChange } from "../publishing/publishing";
import { toVersionChange, toVersionFields } from "../publishing/publishing.types";
import type { RuleType } from "../rules/rules.types";
import { fromRuleInput, toRule } from "../rules/rules.view";
import type { AudienceVersion } from "./audience-versions";
import type { AudienceContentInput } from "./audiences.inputs";
import type { AudienceContentType, AudienceVersionType } from "./audiences.types";
import type { AudienceContent } from "./core/audience";
import { mayShowRule } from "./hidden-facts";
import type { WrittenContent } from "./usable-content";

/** Whoever sees an audience sees who worked on it, and all of it but a rule over what they may not read. */
export function toAudienceVersion(version: AudienceVersion, context: RequestContext): AudienceVersionType {
  return { ...toVersionFields(version, true), content: toAudienceContent(version.content, context) };
}

function toAudienceContent(content: AudienceContent, context: RequestContext): AudienceContentType {
  const { name, description, listId } = content;
  return {
    name: inLocale(name, context.locale),
    nameTranslations: fromLocalisedText(name),
    description: description && inLocale(description, context.locale),
    descriptionTranslations: description && fromLocalisedText(description),
    rule: ruleFor(content, context),
    isRuleHidden: isRuleHidden(content, context),
    listId: listId && context.ids.seal("AudienceList", listId),
  };
}

/** Null where there is none, or it asks for what the caller may not read. */
export function ruleFor({ rule }: Pick<AudienceContent, "rule">, context: RequestContext): RuleType | null {
  return rule && mayShowRule(context, rule) ? toRule(rule) : null;
}

/** Whether null is not "a list of members": whoever approves such an audience agrees to what it cannot read. */
export function isRuleHidden({ rule }: Pick<AudienceContent, "rule">, context: RequestContext): boolean {
  return rule !== null && !mayShowRule(context, rule);
}

/** A rule that the caller may not read shows as changed, and no more. */
export function toAudienceChange(change: VersionChange, context: RequestContext, contents: readonly AudienceContent[]) {
  const hidden = change.path[0] === "rule" && contents.some((content) => isRuleHidden(content, context));
  return toVersionChange(hidden ? { ...change, before: undefined, after: undefined } : change);
}

/** As given, unchecked: the use case judges it. */
export function fromContentInput(context: RequestContext, input: AudienceContentInput): WrittenContent {
  const { rule, text, listId } = input.members;
  return {
    name: toLocalisedText(input.name),
    description: input.description ? toLocalisedText(input.description) : null,
    rule: listId ? null : { tree: rule && fromRuleInput(rule), text },
    listId: listId ? rawId(context, "AudienceList", listId) : null,
  };
}
