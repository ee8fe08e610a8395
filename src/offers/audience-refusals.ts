import { scopeOf } from "../auth/core/policy";
import type { Work } from "../context";
import type { Refusal } from "../kernel/result";
import { definitionsByCodes } from "../tags/tags.queries";

/**
 * Refusals of tags that nobody defined, or that the caller may not read: whom an offer is meant for must not tell its
 * author more about members than their tags would.
 */
export async function audienceRefusals({ actor, database }: Work, codes: readonly string[]): Promise<Refusal[]> {
  if (codes.length === 0) return [];
  const known = await definitionsByCodes(database.app, codes, scopeOf(actor, "tagDefinition"));
  const unknown = codes.filter((code) => !known.has(code));
  return unknown.map((code) => ({
    code: "UNKNOWN_TAG",
    message: `audienceTags names "${code}", expected codes of tag definitions.`,
    path: ["input", "content", "audienceTags"],
  }));
}
