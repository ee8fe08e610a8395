import { allCategories, allPartners, pageOfMerchants, pageOfOutlets } from "../merchants/merchants.queries";
import type { MerchantRow, OutletRow } from "../merchants/merchants.queries";
import { offerVersions } from "../offers/offer-versions";
import { pageOfOffers, type OfferRow } from "../offers/offers.queries";
import { tiersByPrograms, pageOfPrograms, type ProgramRow, type TierRow } from "../programs/programs.queries";
import { expiryOfRow, handlingOfRow } from "../programs/terms-of-row";
import { leadingVersion } from "../publishing/core/version";
import { versionsOf } from "../publishing/publishing";
import { pageOfDefinitions, type TagDefinitionRow } from "../tags/tags.queries";
import type { Db, Queryable } from "../db/client";
import type { PageRequest } from "../db/page-request";
import type { CatalogueItem, ItemOf } from "./core/catalogue-item";

const pageSize = 500;

/** The codes by which items name each other. */
interface CodeBook {
  readonly partnerCodes: ReadonlyMap<string, string>;
  readonly merchantCodes: ReadonlyMap<string, string>;
}

/** The whole catalogue, type by type, so that what an item refers to comes before it. Streams: outlets may be a million. */
export async function* readCatalogue(db: Db): AsyncGenerator<CatalogueItem> {
  for (const { code, name } of await allCategories(db)) yield { type: "category", code, name };
  const partners = await allPartners(db);
  for (const { code, name } of partners) yield { type: "partner", code, name };
  const merchants: MerchantRow[] = [];
  for await (const row of all(
    (page) => pageOfMerchants(db, page),
    (one) => one.merchantId,
  ))
    merchants.push(row);
  const book = {
    partnerCodes: new Map(partners.map((partner) => [partner.partnerId, partner.code])),
    merchantCodes: new Map(merchants.map((merchant) => [merchant.merchantId, merchant.code])),
  };
  for (const row of merchants) yield merchantItem(row, book);
  for await (const row of all(
    (page) => pageOfOutlets(db, {}, page),
    (outlet) => outlet.outletId,
  )) {
    yield outletItem(row, book);
  }
  for await (const row of all(
    (page) => pageOfPrograms(db, page),
    (program) => program.programId,
  )) {
    yield programItem(row, await tiersByPrograms(db, [row.programId]), book);
  }
  for await (const row of all(
    (page) => pageOfDefinitions(db, page),
    (tag) => tag.code,
  )) {
    yield tagItem(row, book);
  }
  for await (const row of all(
    (page) => pageOfOffers(db, page),
    (offer) => offer.offerId,
  )) {
    yield await offerItem(db, row, book);
  }
}

/** Every row of a connection's query, page after page. */
async function* all<Row>(
  read: (page: PageRequest) => Promise<readonly Row[]>,
  key: (row: Row) => string,
): AsyncGenerator<Row> {
  let after: string[] | null = null;
  for (;;) {
    const rows = await read({ limit: pageSize, after });
    const page = rows.slice(0, pageSize);
    yield* page;
    const last = page.at(-1);
    if (rows.length <= pageSize || last === undefined) return;
    after = [key(last)];
  }
}

function codeOf(codes: ReadonlyMap<string, string>, id: string): string {
  const code = codes.get(id);
  if (code === undefined) throw new Error(`no code is known for ${id}`);
  return code;
}

function merchantItem(row: MerchantRow, book: CodeBook): ItemOf<"merchant"> {
  return {
    type: "merchant",
    code: row.code,
    partner: codeOf(book.partnerCodes, row.partnerId),
    parent: row.parentMerchantId && codeOf(book.merchantCodes, row.parentMerchantId),
    name: row.name,
    category: row.categoryCode,
    status: row.status,
    websiteUrl: row.websiteUrl,
    logoUrl: row.logoUrl,
  };
}

function outletItem(row: OutletRow, book: CodeBook): ItemOf<"outlet"> {
  const { code, name, kind, country, city, address, url, status } = row;
  const merchant = codeOf(book.merchantCodes, row.merchantId);
  return { type: "outlet", merchant, code, name, kind, country, city, address, url, status };
}

function programItem(row: ProgramRow, tiers: readonly TierRow[], book: CodeBook): ItemOf<"program"> {
  return {
    type: "program",
    code: row.code,
    issuer: codeOf(book.partnerCodes, row.issuerPartnerId),
    name: row.name,
    unitName: row.unitName,
    timeZone: row.timeZone,
    currency: row.currency,
    status: row.status,
    earning: { points: String(row.earnPoints), perMinor: String(row.earnPerMinor), rounding: row.earnRounding },
    valuePerPoint: { minor: String(row.valueMinor), points: String(row.valuePoints) },
    expiry: expiryOfRow(row),
    handling: handlingOfRow(row),
    tiers: tiers.map(({ code, name, basis, threshold, periodMonths, downgrade }) => {
      return { code, name, basis, threshold: String(threshold), periodMonths, downgrade };
    }),
  };
}

function tagItem(row: TagDefinitionRow, book: CodeBook): ItemOf<"tag"> {
  const { code, name, description, choices, unit, sensitivity, status } = row;
  const source = codeOf(book.partnerCodes, row.sourcePartnerId);
  return { type: "tag", code, name, description, valueType: row.type, choices, unit, source, sensitivity, status };
}

async function offerItem(db: Queryable, row: OfferRow, book: CodeBook): Promise<ItemOf<"offer">> {
  const leading = leadingVersion(await versionsOf(db, offerVersions, row.offerId));
  const content = offerVersions.serialise(leading.content) as ItemOf<"offer">["content"];
  return { type: "offer", merchant: codeOf(book.merchantCodes, row.merchantId), code: row.code, content };
}
