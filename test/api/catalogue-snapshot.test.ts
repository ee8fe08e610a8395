import { sql } from "drizzle-orm";
import { setTimeout as pause } from "node:timers/promises";
import pino from "pino";
import { openDatabase, openDoor, type Database } from "../../src/db/client";
import { withDatabase } from "../../src/db/database-url";
import { newId } from "../../src/kernel/ids";
import type { MinorUnits } from "../../src/kernel/money";
import type { Points } from "../../src/kernel/points";
import { defineCategory } from "../../src/merchants/define-category";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import { updateMerchant } from "../../src/merchants/update-merchant";
import { updateOutlet } from "../../src/merchants/update-outlet";
import { createProgram } from "../../src/programs/create-program";
import { defineTiers } from "../../src/programs/define-tiers";
import { CatalogueStore } from "../../src/snapshot/catalogue-store";
import { callers, testApi, type TestApi } from "../support/api";
import { testDatabase, type TestDatabase } from "../support/database";
import { runEveryMutation } from "../support/every-mutation";
import { noon, valueOf } from "../support/members-stage";
import { marketer, offerLife } from "../support/offer-life";
import { offersStage, type OffersStage } from "../support/offers-stage";
import { statementsOf } from "../support/statements";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

const silent = pino({ level: "silent" });
/** As the server does it: from what it holds, without looking first. */
const asItIs = { catchUp: false } as const;

let stage: OffersStage;
let merchant: MerchantRow;
let life: ReturnType<typeof offerLife>;

beforeAll(async () => {
  stage = await offersStage();
  merchant = await stage.merchant();
  life = offerLife(stage, merchant);
});

/** Another server on the stage's database, with a catalogue of its own that follows nothing until it is opened. */
const anotherServer = (): TestApi => testApi(stage.services.database, () => noon);

const publishedOffers = `query ($merchantId: ID!) { offers(filter: { merchantId: $merchantId, state: PUBLISHED }) {
  nodes { id state } } }`;

async function listedBy(server: TestApi): Promise<string[]> {
  const merchantId = life.sealed("Merchant", merchant.merchantId, marketer);
  const { offers } = await server.ask<any>(marketer, publishedOffers, { merchantId }, asItIs);
  return offers.nodes.map((node: any) => node.id);
}

/** How many milliseconds it took until it held; fails after `most`. */
async function millisUntil(holds: () => Promise<boolean>, most: number): Promise<number> {
  const start = performance.now();
  for (;;) {
    const held = await holds();
    const millis = performance.now() - start;
    if (held) return millis;
    if (millis > most) throw new Error(`did not hold within ${most} ms`);
    await pause(20);
  }
}

describe("the server that changes the catalogue", () => {
  const move = (
    name: string,
  ) => `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) {
    userErrors { code } version { revision }
    offer { id state merchant { offers(state: PUBLISHED, first: 100) { nodes { id } } } } } }`;

  it("shows it in the mutation's own answer, and in the next", async () => {
    const offer = await life.moved(await life.published());
    const input = { offerId: offer.offerId, version: offer.version, revision: offer.revision };
    const paused = (await stage.api.ask<any>(marketer, move("pauseOffer"), { input }, asItIs)).pauseOffer;
    expect(paused).toMatchObject({ userErrors: [], offer: { id: offer.offerId, state: "PAUSED" } });
    expect(paused.offer.merchant.offers.nodes).not.toContainEqual({ id: offer.offerId });
    expect(await listedBy(stage.api)).not.toContain(offer.offerId);

    const again = { ...input, revision: paused.version.revision };
    const resumed = (await stage.api.ask<any>(marketer, move("resumeOffer"), { input: again }, asItIs)).resumeOffer;
    expect(resumed.offer.merchant.offers.nodes).toContainEqual({ id: offer.offerId });
    expect(await listedBy(stage.api)).toContain(offer.offerId);
  });

  it("shows each of several mutations in one document what the one before it did", async () => {
    const { offerId, version, revision } = await life.published();
    const both = `mutation ($pause: PauseOfferInput!, $resume: ResumeOfferInput!) {
      pauseOffer(input: $pause) { offer { merchant { offers(state: PUBLISHED, first: 100) { nodes { id } } } } }
      resumeOffer(input: $resume) { offer { merchant { offers(state: PUBLISHED, first: 100) { nodes { id } } } } } }`;
    const variables = { pause: { offerId, version, revision }, resume: { offerId, version, revision: revision + 1 } };
    const answer = await stage.api.ask<any>(marketer, both, variables, asItIs);
    const listed = (name: string) => answer[name].offer.merchant.offers.nodes.map((node: any) => node.id);
    expect(listed("pauseOffer")).not.toContain(offerId);
    expect(listed("resumeOffer")).toContain(offerId);
  });

  it("answers that the change is done where its own snapshot cannot follow", async () => {
    const { offerId, version, revision } = await life.published();
    const { catalogue } = stage.services;
    const failing = jest.spyOn(catalogue, "catchUp").mockRejectedValue(new Error("the database is away"));
    const input = { offerId, version, revision };
    const document = `mutation ($input: PauseOfferInput!) { pauseOffer(input: $input) { offer { state } userErrors { code } } }`;
    const answer = await stage.api.execute<any>(marketer, document, { input }, asItIs);
    failing.mockRestore();
    expect(answer).toEqual({ data: { pauseOffer: { offer: { state: "PAUSED" }, userErrors: [] } } });
    await catalogue.catchUp();
    expect(await listedBy(stage.api)).not.toContain(offerId);
  });

  it("does not look where a mutation changed no catalogue", async () => {
    const partnerId = await stage.partner();
    await stage.services.catalogue.catchUp();
    const document = `mutation ($input: EnrollMemberInput!) { enrollMember(input: $input) { userErrors { code } } }`;
    const input = { partnerId: stage.partnerGid(partnerId), number: newId(), locale: "en" };
    const statements = await statementsOf(stage.services.database, async () => {
      await stage.api.ask(callers.service, document, { input }, asItIs);
    });
    expect(statements.filter((text) => text.includes("audit_heads"))).toEqual([]);
  });
});

describe("another server", () => {
  let other: TestApi;

  beforeAll(async () => {
    other = anotherServer();
    await other.services.catalogue.open();
  });
  afterAll(() => other.services.catalogue.close());

  it("sees a publication, and a pause, within a second", async () => {
    const offer = await life.published();
    await millisUntil(async () => (await listedBy(other)).includes(offer.offerId), 1000);
    await life.moved(offer, [marketer, "pauseOffer"]);
    await millisUntil(async () => !(await listedBy(other)).includes(offer.offerId), 1000);
  });

  it("sees a change of an outlet that it has read before within a second", async () => {
    const outletId = await stage.outlet(merchant.merchantId);
    const id = life.sealed("Outlet", outletId, marketer);
    const city = async () =>
      (await other.ask<any>(marketer, "query ($id: ID!) { outlet(id: $id) { city } }", { id }, asItIs)).outlet.city;
    expect(await city()).toBe("Shanghai");
    valueOf(await updateOutlet(stage.work(), { outletId, revision: 1, city: "Suzhou" }));
    await millisUntil(async () => (await city()) === "Suzhou", 1000);
  });
});

describe("a server that is behind", () => {
  it("finds what it has not heard of, where it is asked for it by its id", async () => {
    const behind = anotherServer();
    await behind.services.catalogue.catchUp();
    const { offerId } = await life.published();
    expect(await listedBy(behind)).not.toContain(offerId);
    const document = "query ($id: ID!) { offer(id: $id) { state versions { version } } }";
    const { offer } = await behind.ask<any>(marketer, document, { id: offerId }, asItIs);
    expect(offer).toEqual({ state: "PUBLISHED", versions: [{ version: 1 }] });
  });

  it("lets nobody take an offer that is paused, although it still lists it", async () => {
    const behind = anotherServer();
    const offer = await life.published();
    await behind.services.catalogue.catchUp();
    await life.moved(offer, [marketer, "pauseOffer"]);
    expect(await listedBy(behind)).toContain(offer.offerId);
    const member = { memberId: await stage.memberOf(merchant) };
    const input = {
      offerId: life.sealed("Offer", rawOffer(offer.offerId), callers.service),
      memberId: stage.memberGid(callers.service, member),
      ...{ channel: "EMAIL", sourceReference: newId() },
    };
    const document = `mutation ($input: DeliverOfferInput!) { deliverOffer(input: $input) { userErrors { code } } }`;
    const { deliverOffer } = await behind.ask<any>(callers.service, document, { input }, asItIs);
    expect(deliverOffer.userErrors).toMatchObject([{ code: "OFFER_NOT_AVAILABLE" }]);
  });

  const rawOffer = (id: string) => stage.services.ids.forActor(marketer).openAs("Offer", id)?.id ?? "";
});

describe("the catalogue in memory", () => {
  const freshStore = (options = {}) =>
    new CatalogueStore({ app: stage.services.database.app, log: silent, ...options });

  it("has not been read before it was loaded, and says so", () => {
    expect(() => freshStore().current).toThrow("the catalogue was not loaded yet");
  });

  it("is the same after following every mutation there is as after loading everything", async () => {
    const { database } = await testDatabase();
    const api = testApi(database);
    await api.services.catalogue.catchUp();
    await runEveryMutation(api, () => undefined);
    const followed = await api.services.catalogue.catchUp();
    const loaded = await new CatalogueStore({ app: database.app, log: silent }).catchUp();
    expect(followed).toEqual(loaded);
    for (const kind of ["partners", "merchants", "categories", "programs", "tagDefinitions", "offers"] as const) {
      expect([...followed[kind].keys()]).toEqual([...loaded[kind].keys()]);
      expect(loaded[kind].size).toBeGreaterThan(0);
    }
  });

  it("loses a tier that was taken away", async () => {
    const store = freshStore();
    const program = valueOf(
      await createProgram(stage.work(), {
        ...{ issuerPartnerId: await stage.partner(), code: `p-${newId()}`, name: { en: "P" }, unitName: { en: "p" } },
        ...{ timeZone: "Asia/Shanghai", currency: "CNY", earnPoints: 1n as Points, earnPerMinor: 1n as MinorUnits },
        ...{ earnRounding: "DOWN", expiry: { kind: "NEVER", months: null, rounding: null } },
        ...{ valueMinor: 1n as MinorUnits, valuePoints: 1n as Points },
      }),
    );
    const define = async (revision: number, ...codes: string[]) => {
      const ladder = codes.map((code, rank) => ({
        ...{ code, rank, name: { en: code }, basis: "SPEND" as const, threshold: BigInt(rank) as Points },
        ...{ periodMonths: 12, downgrade: "NEVER" as const },
      }));
      valueOf(await defineTiers(stage.work(), { programId: program.programId, revision, tiers: ladder }));
      const { tiersByProgram } = await store.catchUp();
      return tiersByProgram.get(program.programId)?.map((tier) => tier.code);
    };
    expect(await define(1, "base", "silver", "gold")).toEqual(["base", "silver", "gold"]);
    expect(await define(2, "base", "gold")).toEqual(["base", "gold"]);
  });

  it("shares with the snapshot before it whatever did not change", async () => {
    const store = freshStore();
    const before = await store.catchUp();
    const { revision } = before.merchants.get(merchant.merchantId) ?? merchant;
    const change = { merchantId: merchant.merchantId, revision, name: { en: `Shop ${newId()}` } };
    const changed = valueOf(await updateMerchant(stage.work(), change));
    const after = await store.catchUp();
    expect(before.merchants.get(merchant.merchantId)?.name).not.toEqual(changed.name);
    expect(after.merchants.get(merchant.merchantId)?.name).toEqual(changed.name);
    expect(after.offers).toBe(before.offers);
    expect(after.offerVersions).toBe(before.offerVersions);
    expect(after.position).toBe(before.position + 1n);
    expect(await store.catchUp()).toBe(after);
  });

  it("cannot be changed by who reads it", async () => {
    const { merchants } = await freshStore().catchUp();
    const row = merchants.get(merchant.merchantId) as { status: string };
    expect(() => (row.status = "CLOSED")).toThrow(TypeError);
  });

  it("is loaded anew where too much has changed to follow it", async () => {
    const store = freshStore({ mostEntries: 2 });
    await store.catchUp();
    for (const code of ["one", "two", "three"]) {
      valueOf(await defineCategory(stage.work(), { code: `many-${code}`, name: { en: code } }));
    }
    const { position, categories } = await store.catchUp();
    expect([...categories.keys()]).toEqual(expect.arrayContaining(["many-one", "many-two", "many-three"]));
    expect((await freshStore().catchUp()).position).toBe(position);
  });

  it("is loaded anew where the database was put back to an earlier state", async () => {
    const { database, ownerUrl } = await testDatabase();
    const store = new CatalogueStore({ app: database.app, log: silent });
    const work = { ...stage.work(), services: { ...stage.services, database }, database };
    valueOf(await defineCategory(work, { code: "gone", name: { en: "Gone" } }));
    expect((await store.catchUp()).position).toBe(1n);
    const owner = openDoor({ url: ownerUrl }, 1);
    await owner.execute(
      sql`truncate alliance.audit_entries, alliance.audit_heads, alliance.merchant_categories cascade`,
    );
    await owner.$client.end();
    expect(await store.catchUp()).toMatchObject({ position: 0n, categories: new Map() });
  });

  it("never answers with less than was committed when it was asked, however many ask at once", async () => {
    const store = freshStore();
    const asked: Promise<void>[] = [];
    for (let change = 0; change < 30; change += 1) {
      const code = `busy-${change}`;
      valueOf(await defineCategory(stage.work(), { code, name: { en: code } }));
      for (let asker = 0; asker < 3; asker += 1) {
        asked.push(store.catchUp().then(({ categories }) => expect(categories.has(code)).toBe(true)));
      }
    }
    await Promise.all(asked);
  });
});

describe("a server whose database goes away", () => {
  let own: TestDatabase;
  let server: Database;
  const lines: string[] = [];

  beforeAll(async () => {
    own = await testDatabase();
    const door = { url: own.ownerUrl, role: "alliance_app" } as const;
    server = openDatabase({ app: door, vault: door, poolSize: 1 });
  });
  afterAll(() => server.close());

  it("goes on with what it has, says so once, and follows again when it is back", async () => {
    const admin = openDoor({ url: withDatabase(own.ownerUrl, "postgres") }, 1);
    const name = new URL(own.ownerUrl).pathname.slice(1);
    const database = sql.identifier(name);
    const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
    const store = new CatalogueStore({ app: server.app, log, everyMillis: 50 });
    const writer = testApi(own.database, () => noon).services;
    const define = (code: string) =>
      defineCategory(
        { services: writer, database: own.database, actor: callers.service, now: noon },
        { code, name: { en: code } },
      );
    valueOf(await define("before"));
    await store.open();
    try {
      await admin.execute(sql`alter database ${database} with allow_connections false`);
      await admin.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`);
      await millisUntil(() => Promise.resolve(lines.length > 0), 5000);
      await pause(300);
      expect(store.ageSeconds).toBeGreaterThan(0.25);
      expect([...store.current.categories.keys()]).toEqual(["before"]);
      await admin.execute(sql`alter database ${database} with allow_connections true`);
      await millisUntil(
        () =>
          define("after")
            .then(valueOf)
            .then(
              () => true,
              () => false,
            ),
        10_000,
      );
      await millisUntil(() => Promise.resolve(store.current.categories.has("after")), 10_000);
      await millisUntil(() => Promise.resolve(store.ageSeconds < 0.2), 10_000);
    } finally {
      await store.close();
      await admin.$client.end({ timeout: 5 });
    }
    const said = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(said).toEqual([
      "the catalogue in memory may be out of date",
      "the catalogue in memory follows its changes again",
    ]);
  });
});
