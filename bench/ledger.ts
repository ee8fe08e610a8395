/**
 * What one command of the ledger costs, beside pgbench's TPC-B-like transaction on the same server, in rounds that
 * alternate: alone through the use case, through GraphQL, in batches, all at one merchant, and after ten million transfers.
 * fsync, synchronous_commit and full_page_writes are on. Prints one JSON line of ratios last; bench/README.md says of what.
 *
 *     npm run bench:ledger -- [--smoke] [--rounds N] [--seconds N] [--clients N] [--aged N]
 */
import "reflect-metadata";
import { parseArgs } from "node:util";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import postgres from "postgres";
import type { Services, Work } from "../src/context";
import { audienceServices } from "../src/audiences/audience-services";
import { openDatabase, type Database } from "../src/db/client";
import { doorsOf } from "../src/db/setup";
import { factsOf } from "../src/fact-rooms";
import { GlobalIds } from "../src/graphql/global-id";
import { newId } from "../src/kernel/ids";
import { points } from "../src/kernel/points";
import type { SpendCommand } from "../src/ledger/core/command";
import { postBatch } from "../src/ledger/post";
import { ruleRooms } from "../src/rule-rooms";
import { RuleStore } from "../src/rules/rule-store";
import { SimulationRunner } from "../src/simulations/simulation-runner";
import { CatalogueStore } from "../src/snapshot/catalogue-store";
import { spendPoints } from "../src/wallet/movements";
import { withBenchDatabases, type BenchDatabase } from "./graphql/database";
import { LoadGenerator } from "./graphql/load";
import { prepareGround, startAlliance, type BenchServer } from "./graphql/servers";
import { fillPgbench, runPgbench } from "./ledger/pgbench";
import { ageLedger, seedLedger, type SeededLedger } from "./ledger/seed";

const { values } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    rounds: { type: "string" },
    seconds: { type: "string" },
    clients: { type: "string" },
    aged: { type: "string" },
  },
});
const { smoke } = values;
const rounds = Number(values.rounds ?? (smoke ? 1 : 5));
const seconds = Number(values.seconds ?? (smoke ? 1 : 5));
const clients = Number(values.clients ?? 32);
const agedTransfers = Number(values.aged ?? (smoke ? 2_000 : 10_000_000));
const size = smoke ? { scale: 1, members: 1_000, merchants: 100 } : { scale: 100, members: 10_000, merchants: 1_000 };
const batch = 100;
/** Who send batches; each is compared with as many clients of pgbench, and with all of them. */
const batchCallers = 4;

const grant = `mutation Grant($input: GrantPointsInput!) { grantPoints(input: $input) { amount userErrors { code } } }`;

void withBenchDatabases(2, async ([rival, own], cleanup) => {
  if (!rival || !own) throw new Error("two databases were asked for");
  await requireDurability(own.ownerUrl);
  console.log(`Filling pgbench at scale ${size.scale} and ${size.members} members …`);
  await fillPgbench(rival.ownerUrl, size.scale);
  const seeded = await seedLedger(own.ownerUrl, size.members, size.merchants);
  const server = await startAlliance(await prepareGround(own, cleanup), { poolSize: 8, role: "OPERATIONS" });
  const database = openDatabase({ ...doorsOf({ ownerUrl: own.ownerUrl }), poolSize: 8 });
  cleanup.add(() => database.close());
  const generator = new LoadGenerator();
  cleanup.add(() => generator.close());
  const ledger = new Bench(seeded, await workOn(database, own), server, generator);
  const ways: Record<string, () => Promise<number>> = {
    tpcb: () => runPgbench(rival.ownerUrl, { clients, seconds }),
    tpcbOfFew: () => runPgbench(rival.ownerUrl, { clients: batchCallers, seconds }),
    single: () => ledger.single(seeded.merchantIds),
    graphql: () => ledger.graphql(own),
    batch: () => ledger.batches(),
    hotMerchant: () => ledger.single(seeded.merchantIds.slice(0, 1)),
  };
  const rates = await alternate(ways);
  console.log(`Writing ${agedTransfers.toLocaleString("en")} old transfers …`);
  await ageLedger(own.ownerUrl, agedTransfers, size.members);
  const aged = await alternate({
    tpcb: ways["tpcb"] as () => Promise<number>,
    single: () => ledger.single(seeded.merchantIds),
  });
  const cost = (of: Record<string, number[]>) =>
    median((of["tpcb"] ?? []).map((rate, round) => rate / (of["single"]?.[round] ?? NaN)));
  const ratio = (way: string, to: string) =>
    rounded(median((rates[way] ?? []).map((rate, round) => rate / (rates[to]?.[round] ?? NaN))));
  console.log(
    `Required: single 1.0, graphql 0.7, batch 8.0, hotMerchant 0.9 of single; aged at most 1.3 of what it cost before. batch is of ${batchCallers} clients of pgbench, as many as send batches; batchToAll of ${clients}.`,
  );
  console.log(
    JSON.stringify({
      single: ratio("single", "tpcb"),
      graphql: ratio("graphql", "tpcb"),
      batch: ratio("batch", "tpcbOfFew"),
      batchToAll: ratio("batch", "tpcb"),
      hotMerchant: ratio("hotMerchant", "single"),
      aged: rounded(cost(aged) / cost(rates)),
    }),
  );
});

/** Rounds in which all ways take their turn, every other round in the other order; the first is a warm-up. */
async function alternate(ways: Record<string, () => Promise<number>>): Promise<Record<string, number[]>> {
  const rates: Record<string, number[]> = {};
  for (let round = 0; round <= rounds; round += 1) {
    const turn = round % 2 === 0 ? Object.entries(ways) : Object.entries(ways).reverse();
    const told: string[] = [];
    for (const [name, measure] of turn) {
      const rate = await measure();
      told.push(`${name} ${Math.round(rate)}`);
      if (round > 0 || rounds === 0) (rates[name] ??= []).push(rate);
    }
    console.log(`${round === 0 ? "warm-up" : `round ${round} of ${rounds}`}, a second: ${told.join(", ")}`);
  }
  return rates;
}

class Bench {
  #turn = 0;

  constructor(
    readonly seeded: SeededLedger,
    readonly work: Work,
    readonly server: BenchServer,
    readonly generator: LoadGenerator,
  ) {}

  #member(): string {
    // A step that is prime to the number of members, so that all come up equally often and none twice in a row.
    this.#turn += 7_919;
    return this.seeded.memberIds[this.#turn % this.seeded.memberIds.length] as string;
  }

  /** One command after another from each client, through the use case: who may, where, whose, then the kernel. */
  async single(merchantIds: readonly string[]): Promise<number> {
    return this.#counted(clients, async () => {
      const merchantId = merchantIds[this.#turn % merchantIds.length] as string;
      const result = await spendPoints(
        { ...this.work, now: new Date() },
        {
          ...{ member: { memberId: this.#member() }, programId: this.seeded.programId, merchantId },
          idempotencyKey: newId(),
          lines: [{ line: null, amount: points(1n) }],
          cause: { kind: "CHECKOUT", id: "bench" },
        },
      );
      if (!result.ok) throw new Error(result.refusals[0]?.message);
      return 1;
    });
  }

  /** Batches of a hundred commands. */
  async batches(): Promise<number> {
    return this.#counted(batchCallers, async () => {
      const at = new Date();
      const commands = Array.from({ length: batch }, (): SpendCommand => ({
        ...{ command: "SPEND", memberId: this.#member(), programId: this.seeded.programId, idempotencyKey: newId() },
        ...{ actor: "bench", cause: { kind: "CHECKOUT", id: "bench" }, occurredAt: at, recordedAt: at },
        lines: [{ line: null, amount: points(1n) }],
        ...{ useOrder: "SOONEST", creditBucket: "MERCHANT_PAYABLE" },
      }));
      const results = await postBatch(this.work.services, commands);
      if (results.some((result) => result.outcome !== "DONE")) throw new Error("a command of a batch was not done");
      return batch;
    });
  }

  /** Mutations over HTTP, each with a key of its own. */
  async graphql({ masterKey }: BenchDatabase): Promise<number> {
    const ids = new GlobalIds(masterKey).forActor({ kind: "service", actorId: "bench", name: "bench" });
    const programId = ids.seal("Program", this.seeded.programId);
    const requests = Array.from({ length: Math.ceil(6_000 * seconds) }, () => {
      const memberId = this.#member();
      const member = { id: ids.seal("Member", memberId, memberId) };
      return JSON.stringify({
        query: grant,
        variables: { input: { member, programId, amount: "1", idempotencyKey: newId() } },
      });
    });
    const { url, tokens } = this.server;
    return (await this.generator.measure({ url, tokens, requests, connections: clients, seconds })).perSecond;
  }

  async #counted(callers: number, once: () => Promise<number>): Promise<number> {
    const began = performance.now();
    const until = began + seconds * 1_000;
    let done = 0;
    const caller = async () => {
      while (performance.now() < until) {
        const more = await once();
        done += more;
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    return (done * 1_000) / (performance.now() - began);
  }
}

async function workOn(database: Database, { masterKey }: BenchDatabase): Promise<Work> {
  const log = pino({ level: "silent" });
  const catalogue = new CatalogueStore({ app: database.app, log });
  await catalogue.catchUp();
  const [facts, ids, clock] = [factsOf(database.app), new GlobalIds(masterKey), () => new Date()];
  const rules = new RuleStore({ catalogue, rooms: ruleRooms, log });
  const services: Services = {
    ...{ database, catalogue, facts, rules, ids, masterKey, clock, log, timeZone: "Asia/Shanghai" },
    audiences: audienceServices(),
    simulations: new SimulationRunner({ app: database.app, clock, log }),
    checkpointFolder: join(tmpdir(), "bench-checkpoints"),
  };
  return { services, database, actor: { kind: "service", actorId: "bench", name: "bench" }, now: new Date() };
}

/** A ledger that a crash could lose would be no rival. */
async function requireDurability(url: string): Promise<void> {
  const owner = postgres(url, { max: 1 });
  const rows = await owner<{ name: string; setting: string }[]>`
    select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes')`;
  await owner.end();
  const off = rows.filter(({ setting }) => setting !== "on").map(({ name }) => name);
  if (off.length > 0) throw new Error(`${off.join(", ")} are off, expected on`);
}

function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
}

const rounded = (ratio: number) => Math.round(ratio * 100) / 100;
