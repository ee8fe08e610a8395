/**
 * What the catalogue in memory costs: memory, and how long a publication holds the event loop. Beside following a change
 * stands the plain way, loading everything again. On an embedded server of the project's own or the one that
 * DATABASE_URL names; prints one JSON line of ratios last, bench/README.md says of what. At full size it fails where a
 * promise is broken.
 *
 *     npm run bench:catalogue-snapshot -- [--smoke]
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import "reflect-metadata";
import pino from "pino";
import postgres, { type Sql } from "postgres";
import { requestContext, type RequestContext, type Services } from "../src/context";
import { openDatabase, openDoor } from "../src/db/client";
import { withDatabase } from "../src/db/database-url";
import { doorsOf } from "../src/db/setup";
import { audienceServices } from "../src/audiences/audience-services";
import { factsOf } from "../src/fact-rooms";
import { GlobalIds } from "../src/graphql/global-id";
import { money } from "../src/kernel/money";
import type { Result } from "../src/kernel/result";
import { createMerchant } from "../src/merchants/create-merchant";
import { createPartner } from "../src/merchants/create-partner";
import { defineCategory } from "../src/merchants/define-category";
import { importOffer } from "../src/offers/import-offer";
import { pauseOffer, resumeOffer } from "../src/offers/move-offer";
import { ruleRooms } from "../src/rule-rooms";
import { RuleStore } from "../src/rules/rule-store";
import { SimulationRunner } from "../src/simulations/simulation-runner";
import { CatalogueStore } from "../src/snapshot/catalogue-store";
import { cloneDatabase, dropDatabase, ensureTemplate } from "../test/support/template-database";
import { joinTestServer } from "../test/support/test-server";

const isSmoke = process.argv.includes("--smoke");
const size = isSmoke
  ? { outlets: 2_000, offers: 100, merchants: 20, publications: 20, rounds: 2, reads: 1_000 }
  : { outlets: 1_000_000, offers: 5_000, merchants: 1_000, publications: 300, rounds: 25, reads: 200_000 };
const promised = { rssMegabytes: 1024, stallMillis: 20 };
const outletsOfOneScreen = 20;
const now = new Date("2026-06-01T00:00:00Z");

async function main(): Promise<void> {
  const { server, leave } = await joinTestServer();
  const admin = openDoor({ url: server.ownerUrl }, 1);
  const name = await cloneDatabase(admin, await ensureTemplate(server));
  const ownerUrl = withDatabase(server.ownerUrl, name);
  const database = openDatabase({ ...doorsOf({ ...server, ownerUrl }), poolSize: 8 });
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
  try {
    const log = pino({ level: "silent" });
    const catalogue = new CatalogueStore({ app: database.app, log });
    const masterKey = Buffer.alloc(32, 7);
    const services = {
      database,
      catalogue,
      facts: factsOf(database.app),
      rules: new RuleStore({ catalogue, rooms: ruleRooms, log }),
      audiences: audienceServices(),
      simulations: new SimulationRunner({ app: database.app, clock: () => now, log }),
      checkpointFolder: join(tmpdir(), "bench-checkpoints"),
      ids: new GlobalIds(masterKey),
      masterKey,
      clock: () => now,
      timeZone: "Asia/Shanghai",
      log,
    };
    await fill(owner, asService(services));
    await measure(services);
  } finally {
    await Promise.all([database.close(), owner.end()]);
    await dropDatabase(admin, name);
    await admin.$client.end();
    await leave();
  }
}

async function measure(services: Services): Promise<void> {
  const { catalogue } = services;
  const loading = await watched(() => catalogue.open());
  const { offers, merchants } = catalogue.current;
  console.log(
    `loaded ${offers.size} offers and ${merchants.size} merchants in ${Math.round(loading.millis)} ms, ` +
      `the event loop held for at most ${round1(loading.stallMillis)} ms`,
  );
  const reading = readOutlets(services, size.reads);
  const besideReading = await publications(services, size.publications, () => catalogue.catchUp());
  await reading;
  const alone = await publications(services, size.publications, () => catalogue.catchUp());
  const rssMegabytes = Math.round(process.memoryUsage.rss() / 2 ** 20);
  await catalogue.close();

  const follow: Watched[] = [];
  const reload: Watched[] = [];
  for (let round = 0; round < size.rounds; round += 1) {
    follow.push(...(await publications(services, 2, () => catalogue.catchUp())));
    reload.push(...(await publications(services, 2, () => catalogue.reload())));
  }
  const outlets = await memoryBesideStatements(services);
  const stallMillis = round1(Math.max(...alone.map(held)));
  const stallMillisBesideReading = round1(Math.max(...besideReading.map(held)));
  console.log(
    JSON.stringify({
      ...{ rssMegabytes, stallMillis, medianStallMillis: round1(median(alone.map(held))), publications: alone.length },
      stallMillisBesideReading,
      ...{ followMillis: round1(median(follow.map(millis))), reloadMillis: round1(median(reload.map(millis))) },
    }),
  );
  const stall = median(follow.map(held)) / median(reload.map(held));
  const swap = median(follow.map(millis)) / median(reload.map(millis));
  console.log(JSON.stringify({ swap: round3(swap), stall: round3(stall), outlets: round3(outlets) }));
  if (!isSmoke && (rssMegabytes >= promised.rssMegabytes || stallMillis > promised.stallMillis)) {
    console.error(`broken: ${JSON.stringify({ rssMegabytes, stallMillis })}, promised ${JSON.stringify(promised)}`);
    process.exitCode = 1;
  }
}

const millis = (each: Watched) => each.millis;
const held = (each: Watched) => each.stallMillis;

/** Pauses and resumes offers, each time until the snapshot shows it; how long that took after the commit, and held. */
async function publications(services: Services, count: number, see: () => Promise<unknown>): Promise<Watched[]> {
  const work = asService(services);
  const taken: Watched[] = [];
  for (let change = 0; change < count; change += 1) {
    const { offers, offerVersions } = services.catalogue.current;
    const offerId = pick([...offers.keys()]);
    const [published] = offerVersions.get(offerId) ?? [];
    if (!published) throw new Error(`offer ${offerId} has no version`);
    const step = { offerId, version: published.version, revision: published.revision };
    const isLive = published.state === "PUBLISHED";
    const all = await watched(async () => mustDo(await (isLive ? pauseOffer : resumeOffer)(work, step)));
    const seen = await watched(see);
    taken.push({ millis: seen.millis, stallMillis: Math.max(seen.stallMillis, all.stallMillis) });
    const state = services.catalogue.current.offers.get(offerId)?.state;
    if (state !== (isLive ? "PAUSED" : "PUBLISHED")) throw new Error(`offer ${offerId} is shown as ${state}`);
  }
  return taken;
}

/** Random outlets of all, a screen's worth in each request, as resolvers ask for them. */
async function readOutlets(services: Services, count: number): Promise<void> {
  for (let read = 0; read < count; read += outletsOfOneScreen) {
    const ids = Array.from({ length: outletsOfOneScreen }, () =>
      idOf("0", 1 + Math.floor(Math.random() * size.outlets)),
    );
    const rows = await asService(services).loaders.outletById.loadMany(ids);
    if (rows.some((row) => row === null || row instanceof Error)) throw new Error("an outlet was not found");
  }
}

/** A screen of outlets that were read before, as a part of the time that one prepared statement takes for them. */
async function memoryBesideStatements(services: Services): Promise<number> {
  const ids = Array.from({ length: outletsOfOneScreen }, (_, place) => idOf("0", place + 1));
  const read = () => asService(services).loaders.outletById.loadMany(ids);
  const [fromMemory, byStatement]: [number[], number[]] = [[], []];
  for (let round = 0; round < 100; round += 1) {
    services.catalogue.outlets.forgetAll();
    byStatement.push(await millisOf(read));
    fromMemory.push(await millisOf(read));
  }
  return median(fromMemory) / median(byStatement);
}

interface Watched {
  readonly millis: number;
  /** The longest that the event loop was held meanwhile. */
  readonly stallMillis: number;
}

/**
 * Goes round the event loop as fast as it can while the work runs. A turn counts with the processor time it took where
 * that is less than the time that went by: what other processes of the machine took away is not the work's doing. Node
 * 24 knows the time of this thread; before, that of all threads stands for it, the collector's and the compiler's
 * included, which says rather too much.
 */
async function watched(work: () => Promise<unknown>): Promise<Watched> {
  let stallMillis = 0;
  let isOver = false;
  let [wall, used] = [performance.now(), usedMillis()];
  const turn = () => {
    const [wallNow, usedNow] = [performance.now(), usedMillis()];
    stallMillis = Math.max(stallMillis, Math.min(wallNow - wall, usedNow - used));
    [wall, used] = [wallNow, usedNow];
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const taken = await millisOf(work);
  isOver = true;
  turn();
  return { millis: taken, stallMillis };
}

type NewerProcess = typeof process & { threadCpuUsage?: typeof process.cpuUsage };

function usedMillis(): number {
  const { user, system } = (process as NewerProcess).threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}

async function millisOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** One of each by the use cases, copied by the server to the full size; every offer with a draft of its next version. */
async function fill(owner: Sql, work: RequestContext): Promise<void> {
  const { partnerId } = mustDo(await createPartner(work, { code: "bench", name: { en: "Bench" } }));
  mustDo(await defineCategory(work, { code: "tea", name: { en: "Tea", "zh-CN": "茶" } }));
  const merchant = { partnerId, parentMerchantId: null, code: "first", name: { en: "Tea House", "zh-CN": "茶馆" } };
  const { merchantId } = mustDo(
    await createMerchant(work, { ...merchant, categoryCode: "tea", websiteUrl: null, logoUrl: null }),
  );
  const terms = "One reward for each member; not together with other offers. ".repeat(15);
  const content = {
    ...{ name: { en: "Spend 20, get 5", "zh-CN": "满二十减五" }, termsText: { en: terms, "zh-CN": terms } },
    ...{ imageUrl: { en: "https://images.example.org/offer.png" }, kind: "CUMULATIVE_SPEND" as const },
    ...{ mark: money(2000n, "USD"), reward: money(500n, "USD"), validHours: 168, channels: ["EMAIL" as const] },
    ...{ startsAt: new Date("2026-01-01T00:00:00Z"), endsAt: null, audienceTags: [], rule: null, priority: 500 },
  };
  const { offerId } = mustDo(await importOffer(work, { merchantId, code: "first", content }));
  await owner.unsafe(`
    create temporary table more_merchants as select g, ${idText("1", "g")} as id from generate_series(1, ${size.merchants - 1}) g;
    insert into alliance.merchants select id, partner_id, null, 'm-' || g, name, category_code, status, website_url,
      logo_url, revision, created_at, updated_at from more_merchants, alliance.merchants where merchant_id = '${merchantId}';
    insert into alliance.outlets (outlet_id, merchant_id, code, name, kind, country, city, address, url, status, revision,
      created_at, updated_at)
      select ${idText("0", "g")}, ${idText("1", `1 + g % ${size.merchants - 1}`)}, g::text,
      jsonb_build_object('en', 'Outlet ' || g, 'zh-CN', '店' || g), 'PHYSICAL', 'CN', 'City ' || g % 300,
      jsonb_build_object('en', g || ' Nanjing Road'), null, 'ACTIVE', 1, now(), now()
      from generate_series(1, ${size.outlets}) g;
    create temporary table one_offer as select * from alliance.offers where offer_id = '${offerId}';
    create temporary table one_version as select * from alliance.versions where item_id = '${offerId}';
    create temporary table a_draft as select * from one_version;
    update a_draft set version = 2, state = 'DRAFT', imported_by = null, published_at = null, approved_by = null,
      approved_at = null, publish_at = null, submitted_at = null;`);
  await owner.unsafe(`
    do $$ begin for g in 1..${size.offers - 1} loop
      update one_offer set offer_id = ${idText("2", "g")}, merchant_id = ${idText("1", `1 + g % ${size.merchants - 1}`)}, code = 'o-' || g;
      insert into alliance.offers select * from one_offer;
      update one_version set item_id = ${idText("2", "g")};
      insert into alliance.versions select * from one_version;
      update a_draft set item_id = ${idText("2", "g")};
      insert into alliance.versions select * from a_draft;
    end loop; end $$;`);
  await owner`analyze`;
}

/** Ids of the copies: one digit for the kind, then the number. */
const idOf = (kind: string, number: number) => `0190000${kind}-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
const idText = (kind: string, number: string) =>
  `('0190000${kind}-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

function asService(services: Services): RequestContext {
  const actor = { kind: "service", actorId: "bench", name: "bench" } as const;
  return requestContext(services, { requestId: "bench", actor, locale: "en" });
}

function mustDo<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(result.refusals.map((refusal) => refusal.message).join(" "));
  return result.value;
}

function pick<Value>(values: readonly Value[]): Value {
  return values[Math.floor(Math.random() * values.length)] as Value;
}

function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}

const round1 = (figure: number) => Math.round(figure * 10) / 10;
const round3 = (figure: number) => Math.round(figure * 1000) / 1000;

void main();
