import type { AudienceVersion } from "../audiences/audience-versions";
import type { AudienceRow } from "../audiences/audiences.queries";
import type { BenefitVersion } from "../benefits/benefit-kind";
import type { CardProductVersion } from "../card-products/product-kind";
import type { HistoryCounterRow } from "../facts/facts.queries";
import type { CategoryRow, MerchantRow, PartnerRow } from "../merchants/merchants.queries";
import type { OfferVersion } from "../offers/offer-versions";
import type { OfferRow } from "../offers/offers.queries";
import type { RightsPackageVersion } from "../packages/package-kind";
import type { ItemRow } from "../publishing/items.queries";
import type { ProgramRow, TierRow } from "../programs/programs.queries";
import type { TagDefinitionRow } from "../tags/tags.queries";

/**
 * The whole catalogue but its outlets, as it was after one of its changes. Nothing in it ever changes: a change of the
 * catalogue makes another snapshot, which shares with the old one whatever stayed as it was, so whoever holds one may
 * read it for as long as it likes. It knows no callers: what a caller may see of it is asked by who reads it.
 *
 * Maps are in the order of their keys, by code point; ids rise with creation, so that is oldest first.
 */
export interface CatalogueSnapshot {
  /** Sequence of the last catalogue change it holds: the number of that change in the audit stream `catalogue`. */
  readonly position: bigint;
  readonly partners: ReadonlyMap<string, PartnerRow>;
  readonly partnersByCode: ReadonlyMap<string, PartnerRow>;
  readonly merchants: ReadonlyMap<string, MerchantRow>;
  readonly merchantsByCode: ReadonlyMap<string, MerchantRow>;
  /** By code. */
  readonly categories: ReadonlyMap<string, CategoryRow>;
  readonly programs: ReadonlyMap<string, ProgramRow>;
  readonly programsByCode: ReadonlyMap<string, ProgramRow>;
  /** Lowest rank first; an empty list for a program without. */
  readonly tiersByProgram: ReadonlyMap<string, readonly TierRow[]>;
  /** By code. */
  readonly tagDefinitions: ReadonlyMap<string, TagDefinitionRow>;
  /** By code. */
  readonly historyCounters: ReadonlyMap<string, HistoryCounterRow>;
  readonly offers: ReadonlyMap<string, OfferRow>;
  /** All versions of each offer, oldest first: at least those that the offer's row names. */
  readonly offerVersions: ReadonlyMap<string, readonly OfferVersion[]>;
  readonly audiences: ReadonlyMap<string, AudienceRow>;
  readonly audiencesByCode: ReadonlyMap<string, AudienceRow>;
  /** All versions of each audience, oldest first. */
  readonly audienceVersions: ReadonlyMap<string, readonly AudienceVersion[]>;
  readonly benefits: ReadonlyMap<string, ItemRow>;
  readonly benefitsByCode: ReadonlyMap<string, ItemRow>;
  /** All versions of each benefit, oldest first; of packages and card products the same. */
  readonly benefitVersions: ReadonlyMap<string, readonly BenefitVersion[]>;
  readonly rightsPackages: ReadonlyMap<string, ItemRow>;
  readonly packagesByCode: ReadonlyMap<string, ItemRow>;
  readonly packageVersions: ReadonlyMap<string, readonly RightsPackageVersion[]>;
  readonly cardProducts: ReadonlyMap<string, ItemRow>;
  readonly productsByCode: ReadonlyMap<string, ItemRow>;
  readonly productVersions: ReadonlyMap<string, readonly CardProductVersion[]>;
  /** Ids of each partner's merchants, oldest first; no entry for a partner without. */
  readonly merchantsByPartner: ReadonlyMap<string, readonly string[]>;
  /** Ids of each merchant's offers, oldest first; no entry for a merchant without. */
  readonly offersByMerchant: ReadonlyMap<string, readonly string[]>;
}

export const emptySnapshot: CatalogueSnapshot = {
  position: 0n,
  partners: new Map(),
  partnersByCode: new Map(),
  merchants: new Map(),
  merchantsByCode: new Map(),
  categories: new Map(),
  programs: new Map(),
  programsByCode: new Map(),
  tiersByProgram: new Map(),
  tagDefinitions: new Map(),
  historyCounters: new Map(),
  offers: new Map(),
  offerVersions: new Map(),
  audiences: new Map(),
  audiencesByCode: new Map(),
  audienceVersions: new Map(),
  benefits: new Map(),
  benefitsByCode: new Map(),
  benefitVersions: new Map(),
  rightsPackages: new Map(),
  packagesByCode: new Map(),
  packageVersions: new Map(),
  cardProducts: new Map(),
  productsByCode: new Map(),
  productVersions: new Map(),
  merchantsByPartner: new Map(),
  offersByMerchant: new Map(),
};
