import type { Scope } from "../auth/core/policy";
import type { Db } from "../db/client";
import { typed, versionsOfItems } from "../publishing/publishing.queries";
import { factsOf } from "../rules/core/rule-nodes";
import { audienceVersions } from "./audience-versions";
import { isVisibleAudience } from "./audiences.snapshot";
import { pageOfAudiences, type AudienceRow } from "./audiences.queries";

/** There are hundreds; whoever asks for the uses of a tag can wait for all of them to be read. */
const mostAudiences = 10_000;

/** Audiences that name the tag in a version which is not ended, oldest first; of partners' only those within `reach`. */
export async function audiencesUsingTag(db: Db, tagCode: string, reach: Scope): Promise<AudienceRow[]> {
  const rows = await pageOfAudiences(db, { limit: mostAudiences, after: null });
  const visible = rows.filter((row) => isVisibleAudience(row, reach));
  const ids = visible.map((row) => row.audienceId);
  const versions = await versionsOfItems(db, audienceVersions.kind, ids);
  const naming = versions
    .map((stored) => typed(audienceVersions, stored))
    .filter(({ state, content }) => state !== "ENDED" && content.rule && factsOf(content.rule).includes(tagCode));
  const found = new Set(naming.map((version) => version.itemId));
  return visible.filter((row) => found.has(row.audienceId));
}
