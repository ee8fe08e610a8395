import type { LocalisedText } from "../../kernel/localised";
import type { Rule } from "../../rules/core/rule";

/** By what members belong to it: by a rule, always anew, or because somebody listed them. */
export const audienceKinds = ["RULE", "LIST"] as const;
export type AudienceKind = (typeof audienceKinds)[number];

/** What a version of an audience says: exactly one of `rule` and `listId` is set. Published versions never change. */
export interface AudienceContent {
  readonly name: LocalisedText;
  readonly description: LocalisedText | null;
  readonly rule: Rule | null;
  /** A complete list, which never changes either, so that who approves the version approves its members. */
  readonly listId: string | null;
}

export function kindOf({ listId }: Pick<AudienceContent, "listId">): AudienceKind {
  return listId === null ? "RULE" : "LIST";
}

/** The fact whose choices are the lists that a member is on. Written by uploads, and not offered to authors. */
export const listsFact = "member.audience_lists";

/** An audience as a rule, whatever its kind: what stands in the place of its code in other rules. */
export function ruleOfContent({ rule, listId }: Pick<AudienceContent, "rule" | "listId">): Rule {
  if (rule) return rule;
  if (listId === null) throw new Error("an audience has neither a rule nor a list");
  return { contains: { fact: listsFact, choices: [listId] } };
}
