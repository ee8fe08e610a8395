import { Seeded } from "../../src/demo/seeded";
import { documentNames, requestOf, type Dialect, type DocumentName } from "./documents";
import type { LoadGenerator, Measured } from "./load";
import { cpuMillisOfDatabase, usageOf } from "./process";
import { idOf, isAddressed, type AllianceSize } from "./seed";
import { serverNames, type BenchServer, type ServerName } from "./servers";

/** A server asked in one way; the label tells two ways of one server apart. */
export interface Contestant {
  readonly label: string;
  readonly server: BenchServer;
  readonly dialect: Dialect;
}

export interface RoundsWanted {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly connections: number;
  /** The name of the database that all servers ask; without it what it takes is told as 0. */
  readonly database?: string;
}

export interface Figures extends Measured {
  /** Processor time for one request: of the server's own processes, and of its connections to PostgreSQL. */
  readonly cpuMicros: number;
  readonly databaseCpuMicros: number;
}

export type Rounds = Readonly<Record<DocumentName, Readonly<Record<string, readonly Figures[]>>>>;

/** How many different requests are sent, in the same order to every server. */
const requestCount = 5_000;
const pageSize = 50;

/**
 * Loads one server at a time. In every round all servers take their turns with each document, in another order than in
 * the round before, so that what else the machine does falls on all of them. Many short turns rather than few long ones:
 * ratios of neighbouring turns differ less.
 */
export async function runRounds(
  contestants: readonly Contestant[],
  generator: LoadGenerator,
  size: AllianceSize,
  wanted: RoundsWanted,
): Promise<Rounds> {
  const figures = Object.fromEntries(
    documentNames.map((document) => [document, Object.fromEntries(contestants.map(({ label }) => [label, []]))]),
  ) as unknown as Record<DocumentName, Record<string, Figures[]>>;
  const measure = async (contestant: Contestant, document: DocumentName, seconds: number) => {
    const { server, dialect } = contestant;
    const requests = memberIdsFor(document, size, requestCount).map((id) => requestOf(dialect, document, id));
    const { url, tokens, pid } = server;
    const { database } = wanted;
    const cpu = () => [usageOf(pid).cpuMillis, database === undefined ? 0 : cpuMillisOfDatabase(database)];
    const before = cpu();
    const load = { url, tokens, requests, connections: wanted.connections, seconds };
    const measured = await generator.measure(load).catch((cause: unknown) => {
      const why = server.lastWords() ?? "It still runs.";
      throw new Error(`${server.name} failed in ${document}. ${why}`, { cause });
    });
    const [cpuMicros = 0, databaseCpuMicros = 0] = cpu().map(
      (millis, place) => ((millis - (before[place] ?? 0)) * 1000) / measured.requests,
    );
    return { ...measured, cpuMicros, databaseCpuMicros };
  };
  for (const document of documentNames) {
    for (const contestant of contestants) await measure(contestant, document, wanted.warmUpSeconds);
  }
  for (let round = 0; round < wanted.rounds; round += 1) {
    const order = contestants.map((_, place) => contestants[(place + round) % contestants.length] as Contestant);
    for (const document of documentNames) {
      for (const contestant of order) {
        figures[document][contestant.label]?.push(await measure(contestant, document, wanted.seconds));
      }
      const told = contestants.map(({ label }) => `${label} ${whole(figures[document][label]?.at(-1)?.perSecond)}`);
      console.log(`round ${round + 1} of ${wanted.rounds}, ${document}, requests/s: ${told.join(", ")}`);
    }
  }
  return figures;
}

/** Whom the requests are about: chosen at random, the same at every run. A page must have all of its members left. */
export function memberIdsFor(document: DocumentName, { members }: AllianceSize, count: number): string[] {
  const seeded = new Seeded(1);
  const last = document === "list" ? members - pageSize - 1 : members - 1;
  const ids: string[] = [];
  while (ids.length < count) {
    const number = seeded.between(0, last);
    if (document !== "screen" || isAddressed(number)) ids.push(idOf("member", number));
  }
  return ids;
}

export type Ratios = Readonly<Record<DocumentName, Readonly<Record<Rival, number>>>>;
export type Rival = Exclude<ServerName, "alliance">;
export const rivals = serverNames.filter((name): name is Rival => name !== "alliance");

/** How many times as many requests this server answers in a second as each rival: the median over the rounds. */
export function ratiosOf(rounds: Rounds): Ratios {
  const ratio = (document: DocumentName, rival: Rival) => {
    const [own, others] = [rounds[document]["alliance"] ?? [], rounds[document][rival] ?? []];
    return round2(median(own.map((figures, round) => figures.perSecond / (others[round]?.perSecond ?? NaN))));
  };
  const ofDocument = (document: DocumentName) =>
    Object.fromEntries(rivals.map((rival) => [rival, ratio(document, rival)]));
  return Object.fromEntries(documentNames.map((document) => [document, ofDocument(document)])) as Ratios;
}

/** Medians over the rounds, a line for each document and server; the last columns are processor time for one request. */
export function tableOf(rounds: Rounds): string {
  const lines = documentNames.flatMap((document) =>
    Object.entries(rounds[document]).map(([label, all]) => {
      const of = (read: (figures: Figures) => number) => median(all.map(read));
      return [
        document.padEnd(10),
        label.padEnd(20),
        whole(of((one) => one.perSecond)).padStart(10),
        of((one) => one.p50)
          .toFixed(1)
          .padStart(9),
        of((one) => one.p99)
          .toFixed(1)
          .padStart(9),
        whole(of((one) => one.cpuMicros)).padStart(12),
        whole(of((one) => one.databaseCpuMicros)).padStart(14),
      ].join("");
    }),
  );
  const head = `${"document".padEnd(10)}${"server".padEnd(20)}requests/s   p50 ms   p99 ms   µs server   µs database`;
  return [head, ...lines].join("\n");
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function whole(figure: number | undefined): string {
  return Math.round(figure ?? NaN).toLocaleString("en");
}

function round2(figure: number): number {
  return Math.round(figure * 100) / 100;
}
