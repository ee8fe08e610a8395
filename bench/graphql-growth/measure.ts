import { documentNames, requestOf, type DocumentName } from "../graphql/documents";
import type { LoadGenerator } from "../graphql/load";
import { usageOf } from "../graphql/process";
import { memberIdsFor } from "../graphql/run";
import type { GrowthContestant } from "./contestants";
import type { GrowthOptions } from "./options";
import type { Figure } from "./results";

const bytesPerMiB = 1_048_576;

/**
 * Loads one server at a time. In every round all servers of both databases take their turn, in another order than in the
 * round before, so that what else the machine does falls on all of them.
 *
 * Each turn asks for other members than the one before: the larger database must not be measured by the part of it that
 * lies in memory already.
 */
export async function measureGrowth(
  contestants: readonly GrowthContestant[],
  generator: LoadGenerator,
  options: GrowthOptions,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const turn = turnsOf(generator, options);
  for (const document of documentNames) {
    for (const contestant of contestants) {
      await turn(contestant, document, Math.max(...options.connections), options.warmUpSeconds);
    }
    for (const connections of options.connections) {
      const taken = new Map<GrowthContestant, Figure[]>(contestants.map((contestant) => [contestant, []]));
      for (let round = 0; round < options.rounds; round += 1) {
        for (let place = 0; place < contestants.length; place += 1) {
          const contestant = contestants[(place + round) % contestants.length] as GrowthContestant;
          taken.get(contestant)?.push(await turn(contestant, document, connections, options.seconds));
        }
      }
      figures.push(...[...taken.values()].map(medianOf));
      console.log(`${document} at ${connections} connections is measured.`);
    }
  }
  return figures;
}

type Turn = (
  contestant: GrowthContestant,
  document: DocumentName,
  connections: number,
  seconds: number,
) => Promise<Figure>;

function turnsOf(generator: LoadGenerator, { requests, rounds, connections }: GrowthOptions): Turn {
  const turns = rounds * connections.length + 1;
  const taken = new Map<string, number>();
  return async ({ label, server, dialect, size, workers }, document, lines, seconds) => {
    const key = `${label} ${document}`;
    const number = taken.get(key) ?? 0;
    taken.set(key, number + 1);
    const ids = memberIdsFor(document, size, requests * turns).slice(requests * number, requests * (number + 1));
    const { url, tokens, pid } = server;
    const bodies = ids.map((id) => requestOf(dialect, document, id));
    const load = { url, tokens, requests: bodies, connections: lines, seconds };
    const measured = await generator.measure(load).catch((cause: unknown) => {
      throw new Error(`${key} failed. ${server.lastWords() ?? "The server still runs."}`, { cause });
    });
    return {
      ...{ server: server.name, workers, members: size.members, connections: lines, document },
      ...{ perSecond: measured.perSecond, p50Millis: measured.p50, p99Millis: measured.p99 },
      residentMiB: usageOf(pid).residentBytes / bytesPerMiB,
    };
  };
}

/** Of each figure by itself; memory is that of the last round, since it only grows. */
function medianOf(rounds: readonly Figure[]): Figure {
  const last = rounds.at(-1) as Figure;
  const median = (of: (figure: Figure) => number) =>
    [...rounds].map(of).sort((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? NaN;
  return {
    ...last,
    perSecond: round1(median((figure) => figure.perSecond)),
    p50Millis: round2(median((figure) => figure.p50Millis)),
    p99Millis: round2(median((figure) => figure.p99Millis)),
    residentMiB: round1(last.residentMiB),
  };
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
