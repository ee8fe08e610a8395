import { sql } from "drizzle-orm";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importPurchases } from "../../src/import/import-purchases";
import { testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";
import { rowCounts } from "../support/import-row-counts";

const demoFile = join(__dirname, "..", "..", "demo", "cdnow-purchases.txt.gz");

describe("the file of the music store", () => {
  it("comes in exactly, to the cent, and a second time changes nothing", async () => {
    const { database } = await testDatabase();
    const { services } = testApi(database);
    const report = await importPurchases(services, { file: demoFile });
    expect(report).toEqual({
      purchases: 69_659,
      customers: 23_544,
      items: 167_881,
      purchaseTotalMinor: "250031563",
      currency: "USD",
      firstDay: "2021-01-01",
      lastDay: "2022-06-30",
      rejected: [],
    });
    const [stored] = await database.app.execute(sql`
      select count(*)::int as purchases, sum(amount_minor)::text as bought, sum(quantity)::int as items,
        count(*) filter (where amount_minor = 0)::int as free, count(distinct member_id)::int as customers,
        sum(amount_minor / 100)::text as points, (select sum(available)::text from alliance.accounts) as credited
      from alliance.purchases`);
    expect(stored).toEqual({
      purchases: 69_659,
      bought: "250031563",
      items: 167_881,
      free: 80,
      customers: 23_544,
      points: stored?.credited,
      credited: expect.stringMatching(/^24\d{5}$/),
    });
    const before = await rowCounts(database);
    expect(await importPurchases(services, { file: demoFile, batchLines: 5_000 })).toEqual(report);
    expect(await rowCounts(database)).toEqual(before);
  }, 120_000);
});

describe("a purchase file", () => {
  let folder: string;
  let services: TestApi["services"];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "import-purchases-"));
    ({ services } = testApi((await testDatabase()).database));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const written = async (name: string, lines: readonly string[]) => {
    await writeFile(join(folder, name), lines.join("\n"));
    return join(folder, name);
  };

  it("loses no good line to the bad ones around it", async () => {
    const file = await written("mixed", [
      "1 20210101 1 10.00",
      "",
      "1 20210101 1 10.00",
      "2 20211301 1 10.00",
      "2 20260602 1 10.00",
      "2 20210102 2 5.50",
    ]);
    const report = await importPurchases(services, { file });
    expect(report).toMatchObject({ purchases: 3, customers: 2, items: 4, purchaseTotalMinor: "2550" });
    expect(report.rejected).toEqual([
      { file: "purchases", line: 2, reason: "the line is empty, expected customer, yyyymmdd, quantity and amount" },
      { file: "purchases", line: 4, reason: 'date is "20211301", expected a day as yyyymmdd' },
      { file: "purchases", line: 5, reason: "date is 2026-06-02, expected a day that is not in the future" },
    ]);
  });

  it("leaves one entry in the partner's chain and one event for a run, which only count", async () => {
    const file = await written("counted", ["77 20210101 2 10.00", "78 20210101 1 10.00", "nonsense"]);
    const { app } = services.database;
    const traces = async () => ({
      audited: await app.execute<{ stream: string; after: unknown }>(
        sql`select stream, after from alliance.audit_entries where action = 'importPurchases' order by sequence`,
      ),
      told: await app.execute<{ payload: unknown }>(
        sql`select payload from alliance.catalogue_outbox where type = 'import.completed' order by event_id`,
      ),
    });
    const before = await traces();
    await importPurchases(services, { file });
    const after = await traces();
    const counts = { purchases: 2, customers: 2, items: 3, rejected: 1 };
    expect(after.audited.slice(before.audited.length)).toEqual([
      { stream: expect.stringMatching(/^partner:/), after: counts },
    ]);
    expect(after.told.slice(before.told.length)).toEqual([{ payload: expect.objectContaining({ counts }) }]);
  });

  it("reads amounts in the currency it is told", async () => {
    const file = await written("yen", ["1 20210101 1 1000", "1 20210101 1 10.50"]);
    const report = await importPurchases(services, { file, currency: "JPY" });
    expect(report).toMatchObject({ purchases: 1, purchaseTotalMinor: "1000", currency: "JPY" });
    expect(report.rejected).toHaveLength(1);
  });

  it("is refused with one line where merchant or program do not exist or the money does not fit", async () => {
    const file = await written("good", ["1 20210101 1 10.00"]);
    await expect(importPurchases(services, { file, merchant: "nobody" })).rejects.toThrow(
      'The merchant "nobody" does not exist; create it first, or leave out --merchant.',
    );
    await expect(importPurchases(services, { file, program: "nothing" })).rejects.toThrow(
      'The program "nothing" does not exist; create it first, or leave out --program.',
    );
    await expect(importPurchases(services, { file, program: "encore", currency: "CNY" })).rejects.toThrow(
      /^The program "encore" counts in USD, the file's purchases are in CNY/,
    );
  });
});
