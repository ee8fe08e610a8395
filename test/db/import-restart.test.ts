import { sql } from "drizzle-orm";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Services } from "../../src/context";
import type { Database } from "../../src/db/client";
import { importPurchases } from "../../src/import/import-purchases";
import { importRewardsApp } from "../../src/import/import-rewards-app";
import { silentProgress, type Progress } from "../../src/import/progress";
import { testApi } from "../support/api";
import { testDatabase } from "../support/database";
import { rewardsFiles } from "../support/import-rewards-files";
import { rowCounts } from "../support/import-row-counts";

class Killed extends Error {}

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "import-restart-"))));
afterAll(() => rm(folder, { recursive: true }));

/** Services whose database stops answering before the given statement of a batch, counted from 1. */
function dyingAt(services: Services, statement: number): Services {
  let sent = 0;
  const { app } = services.database;
  const execute: typeof app.execute = (query) => {
    sent += 1;
    if (sent >= statement) throw new Killed();
    return app.execute(query);
  };
  return {
    ...services,
    database: { ...services.database, app: Object.assign(Object.create(app) as typeof app, { execute }) },
  };
}

/** Runs until it is not killed any more, each time a statement later; answers how often it was killed. */
async function untilDone(services: Services, run: (services: Services) => Promise<unknown>): Promise<number> {
  for (let statement = 1; ; statement += 1) {
    try {
      await run(dyingAt(services, statement));
      return statement - 1;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
}

/** Everything an import brings, with members named by their numbers, since their ids are made anew in every database. */
async function brought({ app }: Database) {
  const rows = async (query: ReturnType<typeof sql>) =>
    (await app.execute(query)).map((row) => JSON.stringify(row)).sort();
  const numbered = sql`join alliance.identity_lookup n using (member_id)`;
  return {
    members: await rows(sql`select number, joined_at, status from alliance.members ${numbered}`),
    identities: await rows(
      sql`select n.number from alliance.identities i ${numbered} where n.confirmed_at is not null`,
    ),
    tags: await rows(sql`select number, tag_code, value from alliance.member_tags ${numbered}`),
    accounts: await rows(sql`select number, available from alliance.accounts ${numbered}`),
    purchases: await rows(
      sql`select number, purchase_id, amount_minor, source_reference from alliance.purchases ${numbered}`,
    ),
    deliveries: await rows(sql`
      select number, code, delivery_id, delivered_at, lapses_at, viewed_at
      from alliance.offer_deliveries d ${numbered} join alliance.offers o using (offer_id)`),
    completions: await rows(sql`
      select number, delivery_id, purchase_id, reward_minor, completed_at from alliance.offer_completions ${numbered}`),
  };
}

describe("an import that is killed", () => {
  const files = {
    portfolio: () => join(folder, "portfolio"),
    profile: () => join(folder, "profile"),
    transcript: () => join(folder, "transcript"),
  };
  const rewardsApp = (batchLines: number, progress?: Progress) => (services: Services) =>
    importRewardsApp(services, {
      portfolio: files.portfolio(),
      profile: files.profile(),
      transcript: files.transcript(),
      batchLines,
      progress,
    });

  beforeAll(async () => {
    const [sample] = fc
      .sample(rewardsFiles, { numRuns: 500, seed: 1 })
      .sort((a, b) => b.expected.replay.completed - a.expected.replay.completed);
    if (!sample) throw new Error("no sample");
    for (const name of ["portfolio", "profile", "transcript"] as const) await writeFile(files[name](), sample[name]);
  });

  it("is completed by running it again, wherever between two statements it was killed", async () => {
    const [killed, straight] = [await testDatabase(), await testDatabase()];
    const times = await untilDone(testApi(killed.database).services, rewardsApp(7));
    await rewardsApp(7)(testApi(straight.database).services);
    const expected = await brought(straight.database);
    expect(times).toBeGreaterThan(20);
    expect(expected.completions.length).toBeGreaterThan(3);
    expect(await brought(killed.database)).toEqual(expected);
  }, 60_000);

  it("is completed by running it again in batches of another size, when it was killed between two batches", async () => {
    const [killed, straight] = [await testDatabase(), await testDatabase()];
    const services = testApi(killed.database).services;
    let batches = 0;
    const advance = () => {
      batches += 1;
      if (batches === 6) throw new Killed();
    };
    await expect(rewardsApp(7, { ...silentProgress, advance })(services)).rejects.toThrow(Killed);
    await rewardsApp(3)(services);
    await rewardsApp(1_000)(testApi(straight.database).services);
    expect(await brought(killed.database)).toEqual(await brought(straight.database));
  }, 60_000);

  it("gives points once for each purchase of a purchase file", async () => {
    const file = join(folder, "purchases");
    const lines = Array.from({ length: 40 }, (_, index) => `${index % 7} 202101${10 + (index % 9)} 1 ${index % 3}.50`);
    await writeFile(file, lines.join("\n"));
    const [killed, straight] = [await testDatabase(), await testDatabase()];
    const run = (services: Services) => importPurchases(services, { file, batchLines: 9 });
    expect(await untilDone(testApi(killed.database).services, run)).toBeGreaterThan(5);
    await run(testApi(straight.database).services);
    const expected = await brought(straight.database);
    expect(expected.purchases).toHaveLength(40);
    expect(await brought(killed.database)).toEqual(expected);
  }, 60_000);
});

describe("importing what is there", () => {
  it("changes nothing when two imports of one file run at the same time", async () => {
    const file = join(folder, "twice");
    const lines = Array.from({ length: 300 }, (_, index) => `${index % 40} 20210110 1 ${index % 5}.00`);
    await writeFile(file, lines.join("\n"));
    const { database } = await testDatabase();
    const { services } = testApi(database);
    const run = () => importPurchases(services, { file, batchLines: 20 });
    const [one, other] = await Promise.all([run(), run()]);
    expect(one).toEqual(other);
    const before = await rowCounts(database);
    const [stored] = await database.app.execute(sql`
      select (select count(*)::int from alliance.purchases) as purchases,
        (select sum(available)::int from alliance.accounts) as points`);
    expect(stored).toEqual({ purchases: 300, points: 600 });
    expect(await run()).toEqual(one);
    expect(await rowCounts(database)).toEqual(before);
  }, 60_000);
});
