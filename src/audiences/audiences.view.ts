import type { RequestContext } from "../context";
import { fromLocalisedText, toLocalisedText } from "../graphql/value.types";
import { rawId } from "../graphql/ids-in-filters";
import { inLocale } from "../kernel/localised";
import { toVersionFields } from "../publishing/publishing.types";
import { fromRuleInput, toRule } from "../rules/rules.view";
import type { AudienceVersion } from "./audience-versions";
import type { AudienceContentInput } from "./audiences.inputs";
import type { AudienceContentType, AudienceVersionType } from "./audiences.types";
import type { AudienceContent } from "./core/audience";
import type { WrittenContent } from "./usable-content";

/** Whoever sees an audience sees all of it, and who worked on it. */
export function toAudienceVersion(version: AudienceVersion, context: RequestContext): AudienceVersionType {
  return { ...toVersionFields(version, true), content: toAudienceContent(version.content, context) };
}

function toAudienceContent(content: AudienceContent, context: RequestContext): AudienceContentType {
  const { name, description, rule, listId } = content;
  return {
    name: inLocale(name, context.locale),
    nameTranslations: fromLocalisedText(name),
    description: description && inLocale(description, context.locale),
    descriptionTranslations: description && fromLocalisedText(description),
    rule: rule && toRule(rule),
    listId: listId && context.ids.seal("AudienceList", listId),
  };
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
