import { eq } from "drizzle-orm";
import type { Tx } from "../db/client";
import type { Version, VersionCodec, VersionMove } from "../publishing/publishing";
import { versionsOf } from "../publishing/publishing";
import { comparableContent, parseOfferContent, serialiseOfferContent, tagsOf } from "./core/content";
import type { OfferContent } from "./core/offer";
import { offers } from "./offers.tables";

export type OfferVersion = Version<OfferContent>;

/** How offers have versions: their content, and the row that follows the leading one. */
export const offerVersions: VersionCodec<OfferContent> = {
  kind: "OFFER",
  name: "Offer",
  parse: parseOfferContent,
  serialise: serialiseOfferContent,
  comparable: comparableContent,
  onMove: followLeadingVersion,
};

/** What a row says of its leading version. */
export function leadingFacts({ version, state, publishedAt, content }: LeadingVersion) {
  const { name, kind, mark, reward, validHours, startsAt, endsAt } = content;
  return {
    ...{ version, state, publishedAt, name, kind, validHours, startsAt, endsAt },
    markMinor: mark.amountMinor,
    rewardMinor: reward.amountMinor,
    currency: mark.currency,
  };
}

type LeadingVersion = Pick<OfferVersion, "version" | "state" | "publishedAt" | "content">;

async function followLeadingVersion(tx: Tx, move: VersionMove<OfferContent>): Promise<void> {
  const { itemId } = move.version;
  const all = await versionsOf(tx, offerVersions, itemId);
  const updated = await tx
    .update(offers)
    .set({ ...leadingFacts(move.leading), audienceTags: tagsInUse(all) })
    .where(eq(offers.offerId, itemId))
    .returning({ offerId: offers.offerId });
  if (updated.length !== 1) throw new Error(`offer ${itemId} has versions but no row`);
}

function tagsInUse(all: readonly OfferVersion[]): string[] {
  const inUse = all.filter((each) => each.state !== "ENDED").flatMap((each) => tagsOf(each.content));
  return [...new Set(inUse)].sort();
}
