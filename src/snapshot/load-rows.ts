import { setImmediate as breathe } from "node:timers/promises";
import { audienceVersions } from "../audiences/audience-versions";
import { audiencesByIds, pageOfAudiences } from "../audiences/audiences.queries";
import { benefitKind } from "../benefits/benefit-kind";
import { productKind } from "../card-products/product-kind";
import type { Db } from "../db/client";
import { groupedInOrder } from "../db/in-order";
import type { PageRequest } from "../db/page-request";
import { historyCountersByCodes } from "../facts/facts.queries";
import {
  allCategories,
  allPartners,
  categoriesByCodes,
  merchantsByIds,
  pageOfMerchants,
  partnersByIds,
} from "../merchants/merchants.queries";
import { offerVersions } from "../offers/offer-versions";
import { offersByIds, pageOfOffers } from "../offers/offers.queries";
import { packageKind } from "../packages/package-kind";
import { codecOf, type ItemKind, type NamedContent } from "../publishing/item-kind";
import { itemsByIds, pageOfItems } from "../publishing/items.queries";
import {
  pageOfPrograms,
  programsByIds,
  tiersByPrograms,
  type ProgramRow,
  type TierRow,
} from "../programs/programs.queries";
import type { Version, VersionCodec } from "../publishing/publishing";
import { typed, versionsOfItems } from "../publishing/publishing.queries";
import { definitionsByCodes, pageOfDefinitions } from "../tags/tags.queries";
import type { CatalogueRows } from "./with-rows";

/** The kinds of things of the catalogue, as the audit log names them, and which keys of each are meant. */
export type CatalogueKeys = Readonly<Record<(typeof kinds)[number], readonly string[]>>;

const kinds = [
  "Partner",
  "Merchant",
  "MerchantCategory",
  "Program",
  "TagDefinition",
  "HistoryCounter",
  "Offer",
  "Audience",
  "Benefit",
  "RightsPackage",
  "CardProduct",
  "Outlet",
] as const;

/** Which things resources such as `Offer:<uuid>` are; each once. What is not of the catalogue is left out. */
export function keysOf(resources: Iterable<string>): CatalogueKeys {
  const keys = Object.fromEntries(kinds.map((kind) => [kind, new Set<string>()])) as Record<string, Set<string>>;
  for (const resource of resources) {
    const [kind = "", ...key] = resource.split(":");
    keys[kind]?.add(key.join(":"));
  }
  return Object.fromEntries(Object.entries(keys).map(([kind, set]) => [kind, [...set]])) as unknown as CatalogueKeys;
}

const everything = { kind: "all" } as const;

/**
 * So many rows are read and parsed at once, so that the event loop is not held: the contents of 100 offers are parsed in
 * about 5 ms.
 */
const atOnce = 100;

/**
 * Both functions read what refers before what is referred to, offers before their versions and merchants: each statement
 * sees a later state than the one before, so that no row names what was not there yet when it was read.
 */
export async function rowsByKeys(app: Db, keys: CatalogueKeys): Promise<CatalogueRows> {
  const offers = await inParts(keys.Offer, (ids) => offersByIds(app, ids, everything));
  const audiences = await inParts(keys.Audience, (ids) => audiencesByIds(app, ids));
  const programs = await inParts(keys.Program, (ids) => programsByIds(app, ids));
  return {
    ...(await withVersions(app, offers, audiences)),
    cardProducts: await itemsNamed(app, productKind, keys.CardProduct),
    rightsPackages: await itemsNamed(app, packageKind, keys.RightsPackage),
    benefits: await itemsNamed(app, benefitKind, keys.Benefit),
    programs,
    tiers: await tiersOf(app, programs),
    historyCounters: await inParts(keys.HistoryCounter, (codes) => historyCountersByCodes(app, codes)),
    tagDefinitions: await inParts(keys.TagDefinition, async (codes) => [
      ...(await definitionsByCodes(app, codes, everything)).values(),
    ]),
    merchants: await inParts(keys.Merchant, (ids) => merchantsByIds(app, ids)),
    categories: await inParts(keys.MerchantCategory, (codes) => categoriesByCodes(app, codes)),
    partners: await inParts(keys.Partner, (ids) => partnersByIds(app, ids)),
  };
}

export async function allRows(app: Db): Promise<CatalogueRows> {
  const offers = await everyPage(
    (page) => pageOfOffers(app, page),
    (row) => row.offerId,
  );
  const audiences = await everyPage(
    (page) => pageOfAudiences(app, page),
    (row) => row.audienceId,
  );
  const programs = await everyPage(
    (page) => pageOfPrograms(app, page),
    (row) => row.programId,
  );
  return {
    ...(await withVersions(app, offers, audiences)),
    cardProducts: await allItems(app, productKind),
    rightsPackages: await allItems(app, packageKind),
    benefits: await allItems(app, benefitKind),
    programs,
    tiers: await tiersOf(app, programs),
    historyCounters: await historyCountersByCodes(app),
    tagDefinitions: await everyPage(
      (page) => pageOfDefinitions(app, page),
      (row) => row.code,
    ),
    merchants: await everyPage(
      (page) => pageOfMerchants(app, page),
      (row) => row.merchantId,
    ),
    categories: await allCategories(app),
    partners: await allPartners(app),
  };
}

/** What is published in versions, with all of them. */
async function withVersions(
  app: Db,
  offers: CatalogueRows["offers"],
  audiences: CatalogueRows["audiences"],
): Promise<Pick<CatalogueRows, "offers" | "versions" | "audiences" | "audienceVersions">> {
  const offerIds = offers.map((row) => row.offerId);
  const audienceIds = audiences.map((row) => row.audienceId);
  return {
    offers,
    versions: await versionsOf(app, offerVersions, offerIds),
    audiences,
    audienceVersions: await versionsOf(app, audienceVersions, audienceIds),
  };
}

async function itemsNamed<Content extends NamedContent>(app: Db, of: ItemKind<Content>, ids: readonly string[]) {
  const rows = await inParts(ids, (part) => itemsByIds(app, of.table, part));
  return { rows, versions: await versionsOf(app, codecOf(of), ids) };
}

async function allItems<Content extends NamedContent>(app: Db, of: ItemKind<Content>) {
  const rows = await everyPage(
    (page) => pageOfItems(app, of.table, page),
    (row) => row.itemId,
  );
  const ids = rows.map((row) => row.itemId);
  return { rows, versions: await versionsOf(app, codecOf(of), ids) };
}

async function versionsOf<Content>(
  app: Db,
  codec: VersionCodec<Content>,
  ids: readonly string[],
): Promise<Map<string, Version<Content>[]>> {
  const versions = await inParts(ids, async (part) =>
    (await versionsOfItems(app, codec.kind, part)).map((stored) => typed(codec, stored)),
  );
  const lists = groupedInOrder(ids, versions, (version) => version.itemId);
  return new Map(ids.map((id, place) => [id, lists[place] ?? []]));
}

async function tiersOf(app: Db, programs: readonly ProgramRow[]): Promise<Map<string, TierRow[]>> {
  const ids = programs.map((program) => program.programId);
  const tiers = await inParts(ids, (part) => tiersByPrograms(app, part));
  const ladders = groupedInOrder(ids, tiers, (tier) => tier.programId);
  return new Map(ids.map((id, place) => [id, ladders[place] ?? []]));
}

async function inParts<Row>(
  keys: readonly string[],
  read: (part: readonly string[]) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let from = 0; from < keys.length; from += atOnce) {
    rows.push(...(await read(keys.slice(from, from + atOnce))));
    await breathe();
  }
  return rows;
}

async function everyPage<Row>(
  read: (page: PageRequest) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: readonly string[] | null = null; ;) {
    const page = await read({ limit: atOnce, after });
    rows.push(...page.slice(0, atOnce));
    const last = rows.at(-1);
    if (page.length <= atOnce || last === undefined) return rows;
    after = [keyOf(last)];
  }
}
