import { sql, type SQL } from "drizzle-orm";
import fc from "fast-check";
import pino from "pino";
import type { Scope } from "../../src/auth/core/policy";
import { newId } from "../../src/kernel/ids";
import type { MinorUnits } from "../../src/kernel/money";
import type { VersionState } from "../../src/kernel/lifecycle";
import { merchantCategories, merchants, partners } from "../../src/merchants/merchants.tables";
import { merchantsInPage, type MerchantFilter } from "../../src/merchants/merchants.snapshot";
import type { OfferKind } from "../../src/offers/core/offer";
import { isVisibleOffer, offersInPage, type OfferFilter } from "../../src/offers/offers.snapshot";
import { offersByIds } from "../../src/offers/offers.queries";
import { offers } from "../../src/offers/offers.tables";
import type { CatalogueSnapshot } from "../../src/snapshot/catalogue-snapshot";
import { CatalogueStore } from "../../src/snapshot/catalogue-store";
import { definitionsByCodes } from "../../src/tags/tags.queries";
import { definitionsInPage, isVisibleDefinition, type TagDefinitionFilter } from "../../src/tags/tags.snapshot";
import { tagDefinitions } from "../../src/tags/tags.tables";
import { testDatabase, type TestDatabase } from "../support/database";

/**
 * Lists of the catalogue are filtered, ordered and cut into pages in memory. What PostgreSQL says to the same question
 * is the measure, for random questions over random rows.
 */

let database: TestDatabase["database"];
let snapshot: CatalogueSnapshot;

const day = (count: number) => new Date(Date.UTC(2026, 0, count));
const partnerIds = [newId(), newId(), newId()];
const merchantIds = Array.from({ length: 12 }, () => newId());
const states: VersionState[] = ["DRAFT", "REVIEW", "APPROVED", "SCHEDULED", "PUBLISHED", "PAUSED", "ENDED"];
const kinds: OfferKind[] = ["SINGLE_PURCHASE", "CUMULATIVE_SPEND", "INFORMATIONAL"];
const names = ["Spring tea", "SPRING coffee", "100% off_er", "Ünder", "春茶"];
const pick = <Value>(values: readonly Value[], place: number) => values[place % values.length] as Value;

beforeAll(async () => {
  ({ database } = await testDatabase());
  const { app } = database;
  await app
    .insert(partners)
    .values(
      partnerIds.map((partnerId, place) => ({ partnerId, code: `p-${place}`, name: { en: "P" }, createdAt: day(1) })),
    );
  await app.insert(merchantCategories).values(["tea", "fuel"].map((code) => ({ code, name: { en: code } })));
  await app.insert(merchants).values(merchantIds.map(merchantRow));
  await app.insert(offers).values(Array.from({ length: 150 }, (_, place) => offerRow(place)));
  await app.insert(tagDefinitions).values(Array.from({ length: 40 }, (_, place) => tagRow(place)));
  snapshot = await new CatalogueStore({ app, log: pino({ level: "silent" }) }).catchUp();
});

function merchantRow(merchantId: string, place: number): typeof merchants.$inferInsert {
  return {
    ...{ merchantId, partnerId: pick(partnerIds, place), parentMerchantId: place > 6 ? merchantIds[0] : null },
    ...{ code: `m-${place}`, name: { en: pick(names, place), "zh-CN": pick(names, place * 3) } },
    ...{ categoryCode: pick(["tea", "fuel"], place), status: pick(["ACTIVE", "SUSPENDED", "CLOSED"], place) },
    ...{ revision: 1, createdAt: day(1), updatedAt: day(1) },
  };
}

/** Each property by another step, so that they are mixed. */
function offerRow(place: number): typeof offers.$inferInsert {
  const state = pick(states, place * 3);
  const wasPublished = ["PUBLISHED", "PAUSED"].includes(state) || place % 11 === 0;
  return {
    ...{ offerId: newId(), merchantId: pick(merchantIds, place * 5), code: `o-${place}`, createdAt: day(1), state },
    ...{ version: 1, publishedAt: wasPublished ? day(2) : null, name: { en: pick(names, place * 7) } },
    ...{ kind: pick(kinds, place), markMinor: 1n as MinorUnits, rewardMinor: 1n as MinorUnits, currency: "CNY" },
    ...{ validHours: 1, startsAt: day(place % 9), endsAt: place % 4 === 0 ? null : day((place % 9) + (place % 5) + 1) },
    audienceTags: [],
  };
}

function tagRow(place: number): typeof tagDefinitions.$inferInsert {
  return {
    ...{ code: `${pick(["b", "a", "c_", "a_"], place)}tag_${place}`, name: { en: "T" }, description: { en: "T" } },
    ...{
      type: pick(["NUMBER", "DATE", "BOOLEAN"], place),
      choices: [],
      unit: null,
      status: pick(["ACTIVE", "RETIRED"], place),
    },
    sensitivity: pick(["PUBLIC", "INTERNAL", "PERSONAL", "SENSITIVE"], place * 3),
    ...{ sourcePartnerId: pick(partnerIds, place), revision: 1, createdAt: day(1), updatedAt: day(1) },
  };
}

const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.constant<Scope>({ kind: "all" }),
  fc.constant<Scope>({ kind: "none" }),
  fc.constantFrom(...partnerIds).map((partnerId): Scope => ({ kind: "partner", partnerId })),
);
const maybe = <Value>(of: fc.Arbitrary<Value>) => fc.option(of, { nil: null });
const search = maybe(fc.constantFrom("SPRING", "spring", "%", "_", "茶", "nothing", "tag_1", ""));
const limit = fc.integer({ min: 0, max: 30 });
const instant = maybe(fc.integer({ min: 0, max: 14 }).map(day));

const both = (conditions: readonly (SQL | "" | false | null | undefined)[]) =>
  sql.join([sql`true`, ...conditions.filter((one): one is SQL => Boolean(one))], sql` and `);
const contains = (column: SQL, part: string) =>
  sql`exists (select from jsonb_each_text(${column}) t(l, text) where strpos(lower(t.text), lower(${part})) > 0)`;
const at = (instant: Date) => sql`${instant.toISOString()}::timestamptz`;

/** All pages one after the other, as keys; each page asked by the last key of the one before. */
function pagesOf<Row>(limit: number, page: (after: string[] | null) => Row[], keyOf: (row: Row) => string): string[][] {
  const pages: string[][] = [];
  for (let after: string[] | null = null; ;) {
    const keys: string[] = page(after).map(keyOf);
    pages.push(keys);
    const last: string | undefined = keys[limit - 1];
    if (keys.length <= limit || last === undefined) return pages;
    after = [last];
  }
}

/** The same cut out of all keys: each page with one more where there is one. */
function cut(keys: readonly string[], limit: number): string[][] {
  if (limit === 0) return [keys.slice(0, 1)];
  const pages: string[][] = [];
  for (let from = 0; from === 0 || from < keys.length; from += limit) pages.push(keys.slice(from, from + limit + 1));
  return pages;
}

async function keysBy(query: SQL): Promise<string[]> {
  return (await database.app.execute<{ key: string }>(query)).map((row) => row.key);
}

describe("pages of the catalogue in memory are PostgreSQL's", () => {
  it("for offers", async () => {
    const filter: fc.Arbitrary<OfferFilter> = fc.record({
      ...{ state: maybe(fc.constantFrom(...states)), merchantId: maybe(fc.constantFrom(...merchantIds, newId())) },
      ...{ kind: maybe(fc.constantFrom(...kinds)), activeAt: instant, from: instant, before: instant, search },
    });
    await fc.assert(
      fc.asyncProperty(filter, scope, limit, async (asked, reach, first) => {
        const { state, merchantId, kind, activeAt, from, before, search: part } = asked;
        const own = reach.kind === "partner" && sql`m.partner_id = ${reach.partnerId}`;
        const expected = await keysBy(sql`
          select o.offer_id as key from alliance.offers o join alliance.merchants m using (merchant_id)
          where ${both([
            reach.kind !== "all" && sql`(o.published_at is not null or ${own || sql`false`})`,
            state && sql`o.state = ${state}`,
            merchantId && sql`o.merchant_id = ${merchantId}`,
            kind && sql`o.kind = ${kind}`,
            activeAt && sql`tstzrange(o.starts_at, o.ends_at) @> ${at(activeAt)}`,
            from && sql`(o.ends_at is null or o.ends_at > ${at(from)})`,
            before && sql`o.starts_at < ${at(before)}`,
            part && contains(sql`o.name`, part),
          ])} order by o.offer_id`);
        const pages = pagesOf(
          first,
          (after) => offersInPage(snapshot, asked, reach, { limit: first, after }),
          (row) => row.offerId,
        );
        expect(pages).toEqual(cut(expected, first));
      }),
      { numRuns: 150 },
    );
  });

  it("for merchants", async () => {
    const filter: fc.Arbitrary<MerchantFilter> = fc.record({
      categoryCode: maybe(fc.constantFrom("tea", "fuel", "none")),
      status: maybe(fc.constantFrom("ACTIVE" as const, "SUSPENDED" as const, "CLOSED" as const)),
      partnerId: maybe(fc.constantFrom(...partnerIds, newId())),
      parentMerchantId: maybe(fc.constantFrom(...merchantIds.slice(0, 2))),
      search,
    });
    await fc.assert(
      fc.asyncProperty(filter, limit, async (asked, first) => {
        const { categoryCode, status, partnerId, parentMerchantId, search: part } = asked;
        const expected = await keysBy(sql`
          select merchant_id as key from alliance.merchants where ${both([
            categoryCode && sql`category_code = ${categoryCode}`,
            status && sql`status = ${status}`,
            partnerId && sql`partner_id = ${partnerId}`,
            parentMerchantId && sql`parent_merchant_id = ${parentMerchantId}`,
            part && contains(sql`name`, part),
          ])} order by merchant_id`);
        const pages = pagesOf(
          first,
          (after) => merchantsInPage(snapshot, asked, { limit: first, after }),
          (row) => row.merchantId,
        );
        expect(pages).toEqual(cut(expected, first));
      }),
      { numRuns: 100 },
    );
  });

  it("for tag definitions, by code point whatever the collation of the database", async () => {
    const filter: fc.Arbitrary<TagDefinitionFilter> = fc.record({
      type: maybe(fc.constantFrom("NUMBER" as const, "DATE" as const, "SET" as const)),
      status: maybe(fc.constantFrom("ACTIVE" as const, "RETIRED" as const)),
      sensitivity: maybe(fc.constantFrom("PUBLIC" as const, "SENSITIVE" as const)),
      sourcePartnerId: maybe(fc.constantFrom(...partnerIds)),
      search,
    });
    await fc.assert(
      fc.asyncProperty(filter, scope, limit, async (asked, reach, first) => {
        const { type, status, sensitivity, sourcePartnerId, search: part } = asked;
        const own = reach.kind === "partner" && sql`source_partner_id = ${reach.partnerId}`;
        const expected = await keysBy(sql`
          select code as key from alliance.tag_definitions where ${both([
            reach.kind === "none" && sql`false`,
            own && sql`(${own} or sensitivity = 'PUBLIC')`,
            type && sql`type = ${type}`,
            status && sql`status = ${status}`,
            sensitivity && sql`sensitivity = ${sensitivity}`,
            sourcePartnerId && sql`source_partner_id = ${sourcePartnerId}`,
            part && sql`strpos(code, lower(${part})) > 0`,
          ])} order by code collate "C"`);
        const pages = pagesOf(
          first,
          (after) => definitionsInPage(snapshot, asked, reach, { limit: first, after }),
          (row) => row.code,
        );
        expect(pages).toEqual(cut(expected, first));
      }),
      { numRuns: 100 },
    );
  });
});

describe("what a caller may see in memory is what the queries of use cases let it see", () => {
  const reaches: Scope[] = [
    { kind: "all" },
    { kind: "none" },
    ...partnerIds.map((partnerId): Scope => ({ kind: "partner", partnerId })),
  ];

  it("of offers", async () => {
    for (const reach of reaches) {
      const found = await offersByIds(database.app, [...snapshot.offers.keys()], reach);
      const seen = [...snapshot.offers.values()].filter((row) => isVisibleOffer(snapshot, row, reach));
      expect(seen.map((row) => row.offerId)).toEqual(found.map((row) => row.offerId).sort());
    }
  });

  it("of tag definitions", async () => {
    for (const reach of reaches) {
      const found = await definitionsByCodes(database.app, [...snapshot.tagDefinitions.keys()], reach);
      const seen = [...snapshot.tagDefinitions.values()].filter((row) => isVisibleDefinition(row, reach));
      expect(seen.map((row) => row.code)).toEqual([...found.keys()].sort());
    }
  });
});
