import { eq } from "drizzle-orm";
import type { Tx } from "../db/client";
import type { Version, VersionCodec, VersionMove } from "../publishing/publishing";
import { kindOf, type AudienceContent } from "./core/audience";
import { parseAudienceContent, serialiseAudienceContent } from "./core/content";
import { audiences } from "./audiences.tables";

export type AudienceVersion = Version<AudienceContent>;

/** How audiences have versions: their content, and the row that follows the leading one. */
export const audienceVersions: VersionCodec<AudienceContent> = {
  kind: "AUDIENCE",
  name: "Audience",
  parse: parseAudienceContent,
  serialise: serialiseAudienceContent,
  onMove: followLeadingVersion,
};

/** What a row says of its leading version. */
export function leadingFacts({ version, state, publishedAt, content }: LeadingVersion) {
  return { version, state, publishedAt, name: content.name, kind: kindOf(content) };
}

type LeadingVersion = Pick<AudienceVersion, "version" | "state" | "publishedAt" | "content">;

async function followLeadingVersion(tx: Tx, move: VersionMove<AudienceContent>): Promise<void> {
  const { itemId } = move.version;
  const updated = await tx
    .update(audiences)
    .set(leadingFacts(move.leading))
    .where(eq(audiences.audienceId, itemId))
    .returning({ audienceId: audiences.audienceId });
  if (updated.length !== 1) throw new Error(`audience ${itemId} has versions but no row`);
}
