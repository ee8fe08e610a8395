/**
 * What matching costs a request: `matches(first: 10)` with 100,000 published rules beside the plain member query, on one
 * server in alternating turns. Prints one JSON line last; bench/README.md says of what.
 *
 *     npm run bench:match -- [--smoke] [--rounds N] [--seconds N] [--rules N] [--members N]
 */
import { parseArgs } from "node:util";
import { GlobalIds } from "../src/graphql/global-id";
import { allianceDialects, requestOf } from "./graphql/documents";
import { withBenchDatabase } from "./graphql/database";
import { LoadGenerator, type Measured } from "./graphql/load";
import { cpuMillisOfDatabase, usageOf } from "./graphql/process";
import { fullSize, idOf, smokeSize } from "./graphql/seed";
import { prepareGround, startAlliance, type BenchServer } from "./graphql/servers";
import { Seeded } from "../src/demo/seeded";
import { expectedMatches, seedMatching, type SeededMatching } from "./match/seed";

const { values } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    rounds: { type: "string" },
    seconds: { type: "string" },
    rules: { type: "string" },
    members: { type: "string" },
  },
});
const size = {
  ...(values.smoke ? smokeSize : fullSize),
  // How many members there are costs neither way anything: both read one by its key.
  members: Number(values.members ?? (values.smoke ? smokeSize.members : 20_000)),
  offers: Number(values.rules ?? (values.smoke ? 2_000 : 100_000)),
};
const wanted = {
  rounds: Number(values.rounds ?? (values.smoke ? 1 : 9)),
  seconds: Number(values.seconds ?? (values.smoke ? 0.5 : 2)),
  warmUpSeconds: values.smoke ? 0.5 : 6,
  connections: 32,
  requests: 5_000,
  compared: values.smoke ? 5 : 50,
};
const characterCount = values.smoke ? 100 : 2_000;
const poolSize = 8;

const matchesDocument = `query Matches($id: ID!, $scene: Scene, $channel: PurchaseChannel, $category: String,
  $city: String, $amount: MoneyInput) { member(id: $id) { status
  matches(first: 10, scene: $scene, channel: $channel, category: $category, city: $city, amount: $amount) {
    nodes { rank score { total } offer { code name kind merchant { code name } } } } } }`;
const countDocument = matchesDocument
  .replace("query Matches(", "query Count($after: Cursor, ")
  .replace("first: 10", "first: 100, after: $after")
  .replace(/nodes \{.*\} \} \} \}$/s, "nodes { rank } pageInfo { hasNextPage endCursor } } } }");

void withBenchDatabase(async (database, cleanup) => {
  console.log(`Seeding ${size.members.toLocaleString("en")} members and ${size.offers.toLocaleString("en")} rules …`);
  const seeded = await seedMatching(database.ownerUrl, size, characterCount);
  const server = await startAlliance(await prepareGround(database, cleanup), { poolSize });
  const generator = new LoadGenerator();
  cleanup.add(() => generator.close());
  const matchesPerMember = await compared(server, seeded, database.masterKey);
  const requests = { member: memberRequests(database.masterKey), matches: matchRequests(seeded, database.masterKey) };
  const ways = Object.keys(requests) as (keyof typeof requests)[];
  const measure = async (way: keyof typeof requests, seconds: number) => {
    const { url, tokens, pid } = server;
    const cpu = () => [usageOf(pid).cpuMillis, cpuMillisOfDatabase(database.name)];
    const before = cpu();
    const load = { url, tokens, requests: requests[way], connections: wanted.connections, seconds };
    const measured = await generator.measure(load);
    const [own = 0, databases = 0] = cpu().map(
      (millis, place) => ((millis - (before[place] ?? 0)) * 1000) / measured.requests,
    );
    return { ...measured, own, databases };
  };
  for (const way of ways) await measure(way, wanted.warmUpSeconds);
  const figures: Record<keyof typeof requests, Figures[]> = { member: [], matches: [] };
  for (let round = 0; round < wanted.rounds; round += 1) {
    for (const way of round % 2 === 0 ? ways : [...ways].reverse())
      figures[way].push(await measure(way, wanted.seconds));
    const [member, matches] = ways.map((way) => Math.round(figures[way].at(-1)?.perSecond ?? 0));
    console.log(`round ${round + 1} of ${wanted.rounds}, requests/s: member ${member}, matches ${matches}`);
  }
  for (const way of ways) console.log(lineOf(way, figures[way]));
  const ratios = figures.matches.map((each, round) => each.perSecond / (figures.member[round]?.perSecond ?? NaN));
  const megabytes = Math.round(usageOf(server.pid).residentBytes / 1_048_576);
  console.log(`The goal is 0.6; the server holds ${megabytes} MB.`);
  const matchesVsMember = Math.round(median(ratios) * 100) / 100;
  console.log(JSON.stringify({ matchesVsMember, rules: size.offers, members: size.members, matchesPerMember }));
});

interface Figures extends Measured {
  /** Processor time for one request, in microseconds. */
  readonly own: number;
  readonly databases: number;
}

function* memberNumbers(): Generator<number> {
  const seeded = new Seeded(1);
  for (let each = 0; each < wanted.requests; each += 1) yield seeded.between(0, size.members - 1);
}

/** The plain member query of bench:graphql. */
function memberRequests(masterKey: Buffer): string[] {
  const { plain } = allianceDialects(masterKey);
  return [...memberNumbers()].map((number) => requestOf(plain, "member", idOf("member", number)));
}

function matchRequests(seeded: SeededMatching, masterKey: Buffer): string[] {
  return [...memberNumbers()].map((number) =>
    JSON.stringify({ query: matchesDocument, variables: variablesOf(seeded, masterKey, number) }),
  );
}

/** Each member in the moment that was generated with what it has. */
function variablesOf({ characters }: SeededMatching, masterKey: Buffer, number: number): object {
  const ids = new GlobalIds(masterKey).forActor({ kind: "staff", actorId: "bench", roles: new Set(["SUPPORT"]) });
  const id = idOf("member", number);
  return { id: ids.seal("Member", id, id), ...characters[number % characters.length]?.moment };
}

/** Throws where the server finds another number of matches than the reference evaluator; answers how many on average. */
async function compared(server: BenchServer, seeded: SeededMatching, masterKey: Buffer): Promise<number> {
  let total = 0;
  for (let number = 0; number < wanted.compared; number += 1) {
    const found = await countOf(server, variablesOf(seeded, masterKey, number));
    const character = seeded.characters[number % seeded.characters.length];
    const expected = character ? expectedMatches(seeded, character, new Date()) : 0;
    if (found !== expected) throw new Error(`member ${number} has ${found} matches, expected ${expected}`);
    total += found;
  }
  console.log(`${wanted.compared} members match what the reference evaluator says.`);
  return Math.round(total / wanted.compared);
}

async function countOf(server: BenchServer, variables: object): Promise<number> {
  let after: string | null = null;
  for (let count = 0; ;) {
    const [token] = server.tokens;
    const response = await fetch(server.url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: countDocument, variables: { ...variables, after } }),
    });
    const answer = (await response.json()) as CountAnswer;
    if (!answer.data?.member) throw new Error(JSON.stringify(answer));
    const { nodes, pageInfo } = answer.data.member.matches;
    count += nodes.length;
    if (!pageInfo.hasNextPage) return count;
    after = pageInfo.endCursor;
  }
}

interface CountAnswer {
  readonly data?: {
    readonly member: {
      readonly matches: {
        readonly nodes: readonly unknown[];
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
      };
    } | null;
  };
}

function lineOf(way: string, all: readonly Figures[]): string {
  const of = (read: (figures: Figures) => number) => median(all.map(read));
  return (
    `${way.padEnd(8)} ${Math.round(of((one) => one.perSecond))} requests/s, p50 ${of((one) => one.p50).toFixed(1)} ms, ` +
    `p99 ${of((one) => one.p99).toFixed(1)} ms, ${Math.round(of((one) => one.own))} µs server, ` +
    `${Math.round(of((one) => one.databases))} µs database`
  );
}

function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
}
