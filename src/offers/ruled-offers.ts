import type { RuledThing, RuledThings } from "../rules/ruled-things";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";

/** Offers as things with rules: matched while they are published, in their window. */
export const ruledOffers: RuledThings = {
  kind: "OFFER",
  rows: ({ offers }) => offers,
  thing: ruledOffer,
};

function ruledOffer({ offers, offerVersions }: CatalogueSnapshot, id: string): RuledThing | undefined {
  const offer = offers.get(id);
  if (offer?.state !== "PUBLISHED" || offer.publishedAt === null) return undefined;
  const version = offerVersions.get(id)?.find((each) => each.version === offer.version);
  // What the row names is read after it, so it is there.
  if (!version) return undefined;
  const { rule, priority, reward, startsAt, endsAt, kind } = version.content;
  return {
    kind: "OFFER",
    id,
    row: offer,
    version: version.version,
    code: offer.code,
    merchantId: offer.merchantId,
    ...{ rule, priority, startsAt, endsAt },
    publishedAt: offer.publishedAt,
    value: kind === "INFORMATIONAL" ? null : reward,
    stamp: `${version.version} ${version.contentHash} ${offer.publishedAt.getTime()}`,
  };
}
