/**
 * Claims on one hot benefit beside claims on ten thousand different ones, by 32 clients on one and on two servers, in rounds
 * that alternate; then a stock that runs out while one of two servers is killed. Prints one JSON line last: the rate on the
 * hot benefit as a part of the rate on the many (the lower of one and two servers), and units that were given out too often,
 * or lost, doubled or kept back while somebody was told sold out. bench/README.md says of what.
 *
 *     npm run bench:claims -- [--smoke] [--rounds N] [--seconds N] [--clients N] [--benefits N] [--scarce N]
 */
import "reflect-metadata";
import { fork, type ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import postgres from "postgres";
import { newId } from "../src/kernel/ids";
import type { AnsweredClaim, AskedClaim } from "./claims/server";
import { scarceBenefitId, seedClaims, type Target } from "./claims/seed";
import { withBenchDatabase, type BenchDatabase, type Cleanup } from "./graphql/database";
import { project, typescript } from "./graphql/process";

const { values } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    rounds: { type: "string" },
    seconds: { type: "string" },
    clients: { type: "string" },
    benefits: { type: "string" },
    scarce: { type: "string" },
  },
});
const { smoke } = values;
const rounds = Number(values.rounds ?? (smoke ? 1 : 6));
const seconds = Number(values.seconds ?? (smoke ? 1 : 4));
const clients = Number(values.clients ?? 32);
const size = {
  benefits: Number(values.benefits ?? (smoke ? 200 : 10_000)),
  scarce: Number(values.scarce ?? (smoke ? 150 : 3_000)),
};
const required = 0.9;

void withBenchDatabase(async (database, cleanup) => {
  console.log(`Filling ${size.benefits} benefits and as many members …`);
  await seedClaims(database.ownerUrl, size);
  const servers = await Promise.all([0, 1].map(() => startClaimServer(database, cleanup)));
  const bench = new Bench(servers);
  const ratios = { oneServer: await bench.ratio(1), twoServers: await bench.ratio(2) };
  const { oversold, undersold, ...told } = await runOut(bench, database);
  console.log(JSON.stringify({ ...ratios, ...told }));
  console.log(`Required: hotVsUniform ${required}; nothing oversold or undersold.`);
  const hotVsUniform = Math.min(ratios.oneServer, ratios.twoServers);
  console.log(JSON.stringify({ hotVsUniform, oversold, undersold }));
  if (oversold > 0 || undersold > 0 || (!smoke && hotVsUniform < required)) process.exitCode = 1;
});

/** What the clients know of a server: it answers, or it is gone and takes what it was asked with it. */
class ClaimServer {
  isGone = false;
  #number = 0;
  readonly #waiting = new Map<number, (outcome: string) => void>();

  constructor(readonly child: ChildProcess) {
    child.on("message", (answer: AnsweredClaim) => this.#settle(answer.number, answer.outcome));
    child.once("exit", () => {
      this.isGone = true;
      for (const number of [...this.#waiting.keys()]) this.#settle(number, "gone");
    });
  }

  claim(asked: Omit<AskedClaim, "number">): Promise<string> {
    if (this.isGone) return Promise.resolve("gone");
    this.#number += 1;
    const number = this.#number;
    return new Promise((answer) => {
      this.#waiting.set(number, answer);
      this.child.send({ ...asked, number } satisfies AskedClaim, (error) => error && this.#settle(number, "gone"));
    });
  }

  #settle(number: number, outcome: string): void {
    this.#waiting.get(number)?.(outcome);
    this.#waiting.delete(number);
  }
}

async function startClaimServer(database: BenchDatabase, cleanup: Cleanup): Promise<ClaimServer> {
  const { ownerUrl, appUrl, vaultUrl, masterKey } = database;
  const env = {
    ...{ PATH: process.env["PATH"], NODE_ENV: "production", DATABASE_URL: ownerUrl },
    // Not among those of the project's own alliance, which has another key.
    ALLIANCE_CHECKPOINTS: join(tmpdir(), "bench-claims-checkpoints"),
    ...(appUrl && vaultUrl ? { ALLIANCE_APP_DATABASE_URL: appUrl, ALLIANCE_VAULT_DATABASE_URL: vaultUrl } : {}),
    ...{
      ALLIANCE_MASTER_KEY: masterKey.toString("base64url"),
      ALLIANCE_DATABASE_POOL_SIZE: "12",
      ALLIANCE_LOG_LEVEL: "error",
    },
    ALLIANCE_OIDC_ISSUERS: JSON.stringify([]),
  };
  const child = fork(join(__dirname, "claims", "server.ts"), { execArgv: typescript, cwd: project, env });
  cleanup.add(async () => void child.kill("SIGKILL"));
  await new Promise<void>((ready, fail) => {
    child.once("message", () => ready());
    child.once("exit", (code) => fail(new Error(`a server ended by ${code} before it was ready`)));
  });
  return new ClaimServer(child);
}

class Bench {
  #turn = 0;

  constructor(readonly servers: readonly ClaimServer[]) {}

  /** A step that is prime to the number of members, so that all come up equally often and none twice in a row. */
  nextMember(): number {
    this.#turn += 7_919;
    return 1 + (this.#turn % size.benefits);
  }

  /** The median over the rounds, of which the first is a warm-up. */
  async ratio(count: number): Promise<number> {
    const ratios: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const order: Target[] = round % 2 === 0 ? ["uniform", "hot"] : ["hot", "uniform"];
      const rates = new Map<Target, number>();
      for (const target of order) rates.set(target, await this.#rate(count, target));
      const [hot, uniform] = [rates.get("hot") ?? NaN, rates.get("uniform") ?? NaN];
      const name = round === 0 ? "warm-up" : `round ${round} of ${rounds}`;
      console.log(`${count} server(s), ${name}, a second: hot ${Math.round(hot)}, uniform ${Math.round(uniform)}`);
      if (round > 0) ratios.push(hot / uniform);
    }
    return Math.round(median(ratios) * 100) / 100;
  }

  async #rate(count: number, target: Target): Promise<number> {
    const began = performance.now();
    const until = began + seconds * 1_000;
    let done = 0;
    const client = async (place: number) => {
      const server = this.servers[place % count] as ClaimServer;
      while (performance.now() < until) {
        const outcome = await server.claim({ target, member: this.nextMember(), key: newId() });
        if (outcome !== "done") throw new Error(`a claim came to: ${outcome}`);
        done += 1;
      }
    };
    await Promise.all(Array.from({ length: clients }, (_, place) => client(place)));
    return (done * 1_000) / (performance.now() - began);
  }
}

/**
 * Everybody claims until the stock is sold out; in the middle one of two servers is killed, and its clients go to the
 * other, with the same keys for what was not answered.
 */
async function runOut(bench: Bench, { ownerUrl }: BenchDatabase) {
  const [stays, dies] = bench.servers as [ClaimServer, ClaimServer];
  const granted = new Set<string>();
  let firstSoldOut = Infinity;
  let grantedAfterSoldOut = 0;
  let resent = 0;
  const client = async (place: number) => {
    let server = place % 2 === 0 ? stays : dies;
    for (;;) {
      const asked = { target: "scarce", member: bench.nextMember(), key: newId() } as const;
      const began = performance.now();
      let outcome = await server.claim(asked);
      while (outcome === "gone") {
        server = stays;
        resent += 1;
        outcome = await server.claim(asked);
      }
      if (outcome === "OUT_OF_STOCK") {
        firstSoldOut = Math.min(firstSoldOut, performance.now());
        return;
      }
      if (outcome !== "done") throw new Error(`a claim came to: ${outcome}`);
      granted.add(asked.key);
      if (began > firstSoldOut) grantedAfterSoldOut += 1;
      if (granted.size >= size.scarce / 2 && !dies.isGone && !dies.child.killed) dies.child.kill("SIGKILL");
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, place) => client(place)));
  const owner = postgres(ownerUrl, { max: 1 });
  const rows = await owner<{ key: string }[]>`
    select idempotency_key as key from alliance.redemptions where benefit_id = ${scarceBenefitId} and not is_fence`;
  const [stock] = await owner<{ taken: number }[]>`
    select taken from alliance.benefit_stocks where benefit_id = ${scarceBenefitId}`;
  await owner.end();
  const stored = new Set(rows.map(({ key }) => key));
  const lost = [...granted].filter((key) => !stored.has(key)).length;
  const unknown = [...stored].filter((key) => !granted.has(key)).length;
  return {
    oversold: Math.max(0, rows.length - size.scarce) + Math.max(0, (stock?.taken ?? 0) - size.scarce),
    undersold: Math.max(0, size.scarce - rows.length) + grantedAfterSoldOut + lost + unknown,
    ...{ units: size.scarce, granted: granted.size, stored: rows.length, grantedAfterSoldOut, lost, unknown, resent },
  };
}

function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
}
