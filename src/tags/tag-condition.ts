import type { SQL, SQLWrapper } from "drizzle-orm";
import { allows } from "../auth/core/policy";
import type { RequestContext } from "../context";
import { badInput } from "../graphql/errors";
import { readTagValue, type WrittenTagValue } from "./core/tag";
import { hasTag } from "./tags.plan";

/**
 * The condition of a filter by tag, or an error: for a tag that the caller may not see the same as for one that does not
 * exist, since a filter by it would show its values.
 */
export async function tagCondition(
  context: RequestContext,
  memberId: SQLWrapper,
  wanted: { readonly code: string; readonly value?: WrittenTagValue | null },
): Promise<SQL> {
  const definition = await context.loaders.tagDefinitionByCode.load(wanted.code);
  const hidden = definition?.sensitivity === "SENSITIVE" && !allows(context.actor, "MemberTag.sensitive");
  if (!definition || hidden) throw badInput(`tag.code is ${JSON.stringify(wanted.code)}, expected the code of a tag.`);
  if (!wanted.value) return hasTag(memberId, definition.code, undefined);
  const value = readTagValue(definition, wanted.value);
  if (!value.ok) throw badInput(value.refusals[0]?.message ?? "");
  return hasTag(memberId, definition.code, value.value);
}
