import { z } from "zod";
import { isId } from "../../kernel/ids";
import { done, refuse, refuseAll, type Result } from "../../kernel/result";
import { localisedText, shapeRefusal } from "../../publishing/core/content-shape";
import { readRule } from "../../rules/core/check";
import type { RuleRefusalCode } from "../../rules/core/findings";
import type { AudienceContent } from "./audience";

const storedShape = z.strictObject({
  name: localisedText(200),
  description: localisedText(2000).nullable(),
  rule: z.unknown(),
  listId: z.string().refine(isId, "expected the id of a list").nullable(),
});

/**
 * Reads a content from its stored JSON. Refuses with INVALID_INPUT, naming the field and what was expected, and a rule by
 * its shape; paths begin with `input.content`. What the rule names was checked when it was written (usable-content.ts):
 * which facts exist changes with time, and a stored version stays readable.
 */
export function parseAudienceContent(json: unknown): Result<AudienceContent, "INVALID_INPUT" | RuleRefusalCode> {
  const shaped = storedShape.safeParse(json);
  if (!shaped.success) return refuseAll(shaped.error.issues.map((issue) => shapeRefusal(issue, json)));
  const { rule: written, ...rest } = shaped.data;
  const hasRule = written !== null && written !== undefined;
  if (hasRule === (rest.listId !== null)) {
    const found = hasRule ? "both a rule and a list" : "neither a rule nor a list";
    return refuse("INVALID_INPUT", `The audience has ${found}, expected one of them.`, ["input", "content"]);
  }
  const rule = hasRule ? readRule(written, ["input", "content", "members", "rule"]) : done(null);
  return rule.ok ? done({ ...rest, rule: rule.value }) : rule;
}

export function serialiseAudienceContent({ name, description, rule, listId }: AudienceContent): unknown {
  return { name, description, rule, listId };
}
