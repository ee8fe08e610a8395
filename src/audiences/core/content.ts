import { z } from "zod";
import { isId } from "../../kernel/ids";
import { done, refuse, refuseAll, type Result } from "../../kernel/result";
import { localisedText, shapeRefusal } from "../../publishing/core/content-shape";
import type { Rule } from "../../rules/core/rule";
import type { AudienceContent } from "./audience";

const storedShape = z.strictObject({
  name: localisedText(200),
  description: localisedText(2000).nullable(),
  rule: z.custom<Rule>((value) => typeof value === "object" && value !== null, "expected a rule").nullable(),
  listId: z.string().refine(isId, "expected the id of a list").nullable(),
});

/**
 * Reads a content from its stored JSON. Refuses with INVALID_INPUT, naming the field and what was expected; paths begin
 * with `input.content`. The rule was checked when it was written (draft-audience.ts): which facts exist changes with
 * time, and a stored version stays readable.
 */
export function parseAudienceContent(json: unknown): Result<AudienceContent, "INVALID_INPUT"> {
  const shaped = storedShape.safeParse(json);
  if (!shaped.success) return refuseAll(shaped.error.issues.map((issue) => shapeRefusal(issue, json)));
  const { rule, listId } = shaped.data;
  if ((rule === null) === (listId === null)) {
    const found = rule === null ? "neither a rule nor a list" : "both a rule and a list";
    return refuse("INVALID_INPUT", `The audience has ${found}, expected one of them.`, ["input", "content"]);
  }
  return done(shaped.data);
}

export function serialiseAudienceContent({ name, description, rule, listId }: AudienceContent): unknown {
  return { name, description, rule, listId };
}
