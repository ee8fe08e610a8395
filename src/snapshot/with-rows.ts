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
import type { CatalogueSnapshot } from "./catalogue-snapshot";

/** Rows as the database has them now, of the whole catalogue or of what changed in it. */
export interface CatalogueRows {
  readonly partners: readonly PartnerRow[];
  readonly merchants: readonly MerchantRow[];
  readonly categories: readonly CategoryRow[];
  readonly programs: readonly ProgramRow[];
  /** The whole ladder of each program that is among the rows, so that a tier that was taken away is gone. */
  readonly tiers: ReadonlyMap<string, readonly TierRow[]>;
  readonly tagDefinitions: readonly TagDefinitionRow[];
  readonly historyCounters: readonly HistoryCounterRow[];
  readonly offers: readonly OfferRow[];
  /** All versions of each offer that is among the rows. */
  readonly versions: ReadonlyMap<string, readonly OfferVersion[]>;
  readonly audiences: readonly AudienceRow[];
  /** All versions of each audience that is among the rows. */
  readonly audienceVersions: ReadonlyMap<string, readonly AudienceVersion[]>;
  readonly benefits: ItemRows<BenefitVersion>;
  readonly rightsPackages: ItemRows<RightsPackageVersion>;
  readonly cardProducts: ItemRows<CardProductVersion>;
}

/** Things that have a code and versions, with all versions of each. */
export interface ItemRows<ItemVersion> {
  readonly rows: readonly ItemRow[];
  readonly versions: ReadonlyMap<string, readonly ItemVersion[]>;
}

/**
 * The snapshot with these rows in place of what it held under their keys, at that position. Maps of which nothing changed
 * are shared, the others copied: 5,000 entries copy in a fraction of a millisecond, and a plain map reads faster than any
 * persistent one. Rows are never taken out, since nothing of the catalogue is ever deleted but tiers.
 */
export function withRows(before: CatalogueSnapshot, rows: CatalogueRows, position: bigint): CatalogueSnapshot {
  const merchants = merged(before.merchants, rows.merchants, (row) => row.merchantId);
  const offers = merged(before.offers, rows.offers, (row) => row.offerId);
  return {
    position,
    partners: merged(before.partners, rows.partners, (row) => row.partnerId),
    partnersByCode: merged(before.partnersByCode, rows.partners, (row) => row.code),
    merchants,
    merchantsByCode: merged(before.merchantsByCode, rows.merchants, (row) => row.code),
    categories: merged(before.categories, rows.categories, (row) => row.code),
    programs: merged(before.programs, rows.programs, (row) => row.programId),
    programsByCode: merged(before.programsByCode, rows.programs, (row) => row.code),
    tiersByProgram: mergedLists(before.tiersByProgram, rows.tiers),
    tagDefinitions: merged(before.tagDefinitions, rows.tagDefinitions, (row) => row.code),
    historyCounters: merged(before.historyCounters, rows.historyCounters, (row) => row.code),
    offers,
    offerVersions: mergedLists(before.offerVersions, rows.versions),
    audiences: merged(before.audiences, rows.audiences, (row) => row.audienceId),
    audiencesByCode: merged(before.audiencesByCode, rows.audiences, (row) => row.code),
    audienceVersions: mergedLists(before.audienceVersions, rows.audienceVersions),
    benefits: merged(before.benefits, rows.benefits.rows, (row) => row.itemId),
    benefitsByCode: merged(before.benefitsByCode, rows.benefits.rows, (row) => row.code),
    benefitVersions: mergedLists(before.benefitVersions, rows.benefits.versions),
    rightsPackages: merged(before.rightsPackages, rows.rightsPackages.rows, (row) => row.itemId),
    packagesByCode: merged(before.packagesByCode, rows.rightsPackages.rows, (row) => row.code),
    packageVersions: mergedLists(before.packageVersions, rows.rightsPackages.versions),
    cardProducts: merged(before.cardProducts, rows.cardProducts.rows, (row) => row.itemId),
    productsByCode: merged(before.productsByCode, rows.cardProducts.rows, (row) => row.code),
    productVersions: mergedLists(before.productVersions, rows.cardProducts.versions),
    merchantsByPartner: grouped(before.merchantsByPartner, before.merchants, merchants, (row) => row.partnerId),
    offersByMerchant: grouped(before.offersByMerchant, before.offers, offers, (row) => row.merchantId),
  };
}

type RowMap<Row> = ReadonlyMap<string, Row>;

function merged<Row extends object>(
  before: RowMap<Row>,
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): RowMap<Row> {
  return inKeyOrder(
    before,
    rows.map((row) => [keyOf(row), Object.freeze(row)]),
  );
}

function mergedLists<Row extends object>(
  before: RowMap<readonly Row[]>,
  lists: RowMap<readonly Row[]>,
): RowMap<readonly Row[]> {
  return inKeyOrder(
    before,
    [...lists].map(([key, list]) => [key, Object.freeze(list.map((row) => Object.freeze(row)))]),
  );
}

function inKeyOrder<Value>(
  before: RowMap<Value>,
  changed: readonly (readonly [key: string, value: Value])[],
): RowMap<Value> {
  if (changed.length === 0) return before;
  const after = new Map(before);
  for (const [key, value] of changed) after.set(key, value);
  // A key that was there keeps its place.
  return after.size === before.size ? after : new Map([...after].sort(([a], [b]) => byCodePoint(a, b)));
}

/** Owners never change, so that only rows that are new have to be put to theirs. */
function grouped<Row>(
  before: RowMap<readonly string[]>,
  known: RowMap<Row>,
  rows: RowMap<Row>,
  ownerOf: (row: Row) => string,
): RowMap<readonly string[]> {
  if (known.size === rows.size) return before;
  const after = new Map<string, readonly string[]>(before);
  const grown = new Map<string, string[]>();
  for (const [id, row] of rows) {
    if (known.has(id)) continue;
    const owner = ownerOf(row);
    const ids = grown.get(owner) ?? [...(before.get(owner) ?? [])];
    grown.set(owner, ids);
    ids.push(id);
  }
  for (const [owner, ids] of grown) after.set(owner, Object.freeze(ids.sort(byCodePoint)));
  return after;
}

/** As PostgreSQL orders uuids; texts it would order by the database's collation, which differs from server to server. */
function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
