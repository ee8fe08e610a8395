/**
 * How long the product's imports take beside plain ways to write the same rows, on an embedded server of the project's
 * own or the one that DATABASE_URL names. Prints one JSON line of ratios last; bench/README.md says of what.
 *
 *     npm run bench:import -- [--smoke]
 */
import "reflect-metadata";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import pino from "pino";
import postgres, { type Sql } from "postgres";
import type { Services } from "../src/context";
import { openDatabase, openDoor, type Database } from "../src/db/client";
import { withDatabase } from "../src/db/database-url";
import { doorsOf } from "../src/db/setup";
import { audienceServices } from "../src/audiences/audience-services";
import { factsOf } from "../src/fact-rooms";
import { GlobalIds } from "../src/graphql/global-id";
import { importPurchases } from "../src/import/import-purchases";
import { importRewardsApp } from "../src/import/import-rewards-app";
import { linesPerBatch } from "../src/import/read-lines";
import { insertPurchases } from "../src/purchases/insert-purchases";
import type { NewPurchase } from "../src/purchases/purchases.queries";
import { purchases } from "../src/purchases/purchases.tables";
import { ruleRooms } from "../src/rule-rooms";
import { RuleStore } from "../src/rules/rule-store";
import { SimulationRunner } from "../src/simulations/simulation-runner";
import { CatalogueStore } from "../src/snapshot/catalogue-store";
import { cloneDatabase, dropDatabase, ensureTemplate } from "../test/support/template-database";
import { joinTestServer } from "../test/support/test-server";

const isSmoke = process.argv.includes("--smoke");
const rounds = isSmoke ? 1 : 5;
const smokeLines = 2_000;
const demo = resolve(__dirname, "..", "demo");

async function main(): Promise<void> {
  const { server, leave } = await joinTestServer();
  const folder = await mkdtemp(join(tmpdir(), "bench-import-"));
  const admin = openDoor({ url: server.ownerUrl }, 1);
  const template = await ensureTemplate(server);
  const withFresh: WithFresh = async (work) => {
    const name = await cloneDatabase(admin, template);
    const ownerUrl = withDatabase(server.ownerUrl, name);
    const database = openDatabase({ ...doorsOf({ ...server, ownerUrl }), poolSize: 4 });
    const owner = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
    try {
      return await work({ database, owner, services: servicesOf(database) });
    } finally {
      await Promise.all([database.close(), owner.end()]);
      await dropDatabase(admin, name);
    }
  };
  try {
    const files = await inputFiles(folder);
    const ofPurchases = await measurePurchases(withFresh, files.purchases);
    const ofRewards = await measureRewards(withFresh, files);
    console.log(JSON.stringify({ purchases: ofPurchases, rewards: ofRewards }));
  } finally {
    await admin.$client.end();
    await rm(folder, { recursive: true });
    await leave();
  }
}

interface Fresh {
  readonly database: Database;
  readonly owner: Sql;
  readonly services: Services;
}
/** Runs work on a migrated, empty database, which is dropped afterwards. */
type WithFresh = <Value>(work: (fresh: Fresh) => Promise<Value>) => Promise<Value>;

function servicesOf(database: Database): Services {
  const masterKey = Buffer.alloc(32, 7);
  const log = pino({ level: "silent" });
  const catalogue = new CatalogueStore({ app: database.app, log });
  const clock = () => new Date("2026-06-01T00:00:00Z");
  const timeZone = "Asia/Shanghai";
  const facts = factsOf(database.app);
  const rules = new RuleStore({ catalogue, rooms: ruleRooms, log });
  const audiences = audienceServices();
  const simulations = new SimulationRunner({ app: database.app, clock, log });
  const ids = new GlobalIds(masterKey);
  const checkpointFolder = join(tmpdir(), "bench-checkpoints");
  const services = { database, catalogue, facts, rules, audiences, simulations, ids, masterKey, clock, timeZone, log };
  return { ...services, checkpointFolder };
}

interface Files {
  readonly purchases: string;
  readonly portfolio: string;
  readonly profile: string;
  readonly transcript: string;
}

async function inputFiles(folder: string): Promise<Files> {
  const portfolio = join(demo, "starbucks-portfolio.jsonl");
  const profile = join(demo, "starbucks-profile.jsonl.gz");
  const [sold, told] = ["cdnow-purchases.txt.gz", "starbucks-transcript-18h.jsonl.gz"] as const;
  if (!isSmoke) return { purchases: join(demo, sold), portfolio, profile, transcript: join(demo, told) };
  const cut = async (name: string) => {
    const lines = (await linesOf(join(demo, name))).slice(0, smokeLines);
    await writeFile(join(folder, name.replace(".gz", "")), lines.join("\n"));
    return join(folder, name.replace(".gz", ""));
  };
  // Members whole: the transcript may tell of any of them.
  return { purchases: await cut(sold), portfolio, profile, transcript: await cut(told) };
}

async function measurePurchases(withFresh: WithFresh, file: string): Promise<Record<string, number>> {
  return withFresh(async ({ database, owner, services }) => {
    const report = await importPurchases(services, { file });
    const rows = await database.app.select().from(purchases);
    await owner`create table public.floor (like alliance.purchases)`;
    const expected = `${report.purchases} ${report.purchaseTotalMinor}`;
    const mustHold = async (table: string, at: Sql) => {
      const [row] = await at.unsafe(`select count(*) || ' ' || sum(amount_minor) as said from ${table}`);
      if (row?.said !== expected) throw new Error(`${table} holds ${row?.said}, expected ${expected}`);
    };
    const onto = async (table: string, write: () => Promise<unknown>) => {
      await owner.unsafe(`truncate ${table} cascade`);
      const taken = await secondsOf(write);
      await mustHold(table, owner);
      return taken;
    };
    const medians = await alternating({
      import: () =>
        withFresh(async (fresh) => {
          const taken = await secondsOf(() => importPurchases(fresh.services, { file }));
          await mustHold("alliance.purchases", fresh.owner);
          return taken;
        }),
      batches: () => onto("alliance.purchases", () => inBatches(database, rows)),
      lineByLine: () => onto("alliance.purchases", () => lineByLine(owner, rows)),
      copy: () => onto("public.floor", () => copyInto(owner, "public.floor", rows.map(copyLine))),
    });
    const ratio = (name: keyof typeof medians) => round2(medians[name] / medians.lineByLine);
    return {
      lines: report.purchases,
      lineByLineSeconds: round2(medians.lineByLine),
      ...{ import: ratio("import"), batches: ratio("batches"), copy: ratio("copy") },
    };
  });
}

async function measureRewards(withFresh: WithFresh, files: Files): Promise<Record<string, number>> {
  const paths = [files.portfolio, files.profile, files.transcript];
  const lines = (await Promise.all(paths.map(linesOf))).flat();
  const { replay, events, purchaseTotalMinor } = await withFresh(({ services }) => importRewardsApp(services, files));
  const expected = `${events.received} ${purchaseTotalMinor} ${replay.completed}`;
  const medians = await alternating({
    import: () =>
      withFresh(async ({ services, owner }) => {
        const taken = await secondsOf(() => importRewardsApp(services, files));
        const [row] = await owner`select (select count(*) from alliance.offer_deliveries) || ' ' ||
          (select coalesce(sum(amount_minor), 0) from alliance.purchases) || ' ' ||
          (select count(*) from alliance.offer_completions) as said`;
        if (row?.said !== expected) throw new Error(`the database holds ${row?.said}, expected ${expected}`);
        return taken;
      }),
    copy: () =>
      withFresh(async ({ owner }) => {
        await owner`create table public.floor (line text)`;
        const escaped = lines.map((line) => line.replaceAll("\\", "\\\\"));
        const taken = await secondsOf(() => copyInto(owner, "public.floor", escaped));
        const [row] = await owner`select count(*)::int as lines from public.floor`;
        if (row?.lines !== lines.length) throw new Error(`${row?.lines} of ${lines.length} lines were copied`);
        return taken;
      }),
  });
  return {
    lines: lines.length,
    importSeconds: round2(medians.import),
    linesASecond: Math.round(lines.length / medians.import),
    importToCopy: round2(medians.import / medians.copy),
  };
}

async function inBatches({ app }: Database, rows: readonly NewPurchase[]): Promise<void> {
  for (let at = 0; at < rows.length; at += linesPerBatch)
    await insertPurchases(app, rows.slice(at, at + linesPerBatch));
}

/** One prepared statement for each line, all in one transaction: what a plain program would do. */
async function lineByLine(owner: Sql, rows: readonly NewPurchase[]): Promise<void> {
  await owner.begin(async (tx) => {
    for (const row of rows) {
      await tx`insert into alliance.purchases (member_id, purchase_id, merchant_id, outlet_id, channel, amount_minor,
        currency, quantity, occurred_at, recorded_at, source, source_reference, input_hash)
        values (${row.memberId}, ${row.purchaseId}, ${row.merchantId}, ${row.outletId ?? null}, ${row.channel},
        ${String(row.amountMinor)}, ${row.currency}, ${row.quantity ?? null}, ${row.occurredAt}, ${row.recordedAt},
        ${row.source}, ${row.sourceReference}, ${row.inputHash})`;
    }
  });
}

const columns = `member_id, purchase_id, merchant_id, channel, amount_minor, currency, quantity, occurred_at, recorded_at,
  source, source_reference, input_hash`;

function copyLine(row: NewPurchase): string {
  const { memberId, purchaseId, merchantId, channel, amountMinor, currency, quantity, source, sourceReference } = row;
  return [
    ...[memberId, purchaseId, merchantId, channel, amountMinor, currency, quantity ?? "\\N"],
    ...[row.occurredAt.toISOString(), row.recordedAt.toISOString(), source, sourceReference],
    `\\\\x${row.inputHash.toString("hex")}`,
  ].join("\t");
}

async function copyInto(owner: Sql, table: string, lines: readonly string[]): Promise<void> {
  const named = lines[0]?.includes("\t") ? `${table} (${columns})` : table;
  const into = await owner.unsafe(`copy ${named} from stdin`).writable();
  const finished = once(into, "finish");
  for (let at = 0; at < lines.length; at += linesPerBatch) {
    const text = `${lines.slice(at, at + linesPerBatch).join("\n")}\n`;
    if (!into.write(text)) await once(into, "drain");
  }
  into.end();
  await finished;
}

/** Medians in seconds over rounds in which the ways take turns, so that what else the machine does falls on all. */
async function alternating<Name extends string>(ways: Record<Name, () => Promise<number>>) {
  const taken = Object.fromEntries(Object.keys(ways).map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of Object.keys(ways) as Name[]) taken[name].push(await ways[name]());
  }
  const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  return Object.fromEntries(Object.keys(ways).map((name) => [name, median(taken[name as Name])])) as Record<
    Name,
    number
  >;
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - started) / 1e9;
}

async function linesOf(path: string): Promise<string[]> {
  const bytes = await readFile(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.replaceAll("\r", "").split("\n").filter(Boolean);
}

function round2(figure: number): number {
  return Math.round(figure * 100) / 100;
}

void main();
