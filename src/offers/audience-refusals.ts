import type { Queryable } from "../db/client";
import type { Refusal } from "../kernel/result";
import { unknownTagCodes } from "../tags/unknown-codes";

/** Refusals of tags that nobody defined, each with its place in the content. */
export async function audienceRefusals(db: Queryable, codes: readonly string[]): Promise<Refusal[]> {
  const unknown = await unknownTagCodes(db, codes);
  return unknown.map((code) => ({
    code: "UNKNOWN_TAG",
    message: `audienceTags names "${code}", expected codes of tag definitions.`,
    path: ["input", "content", "audienceTags"],
  }));
}
