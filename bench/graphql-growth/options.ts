import { join } from "node:path";
import { parseArgs } from "node:util";
import { project } from "../graphql/process";

export interface GrowthOptions {
  readonly members: readonly number[];
  readonly connections: readonly number[];
  readonly workers: readonly number[];
  readonly rivals: readonly Rival[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Connections to the database of each server process. */
  readonly poolSize: number;
  readonly merchants: number;
  readonly offers: number;
  /** Different requests of one turn. */
  readonly requests: number;
  readonly membersCompared: number;
  /** Where the figures are written; nowhere where it is undefined. */
  readonly file: string | undefined;
  readonly note: string | undefined;
}

export const rivals = ["sql", "postgraphile"] as const;
export type Rival = (typeof rivals)[number];

const committed = join(project, "bench", "results", "graphql-growth.json");

const full: GrowthOptions = {
  ...{ members: [10_000, 1_000_000], connections: [8, 32, 128], workers: [1, 2], rivals },
  ...{ rounds: 3, seconds: 4, warmUpSeconds: 5, poolSize: 8 },
  ...{ merchants: 1_000, offers: 5_000, requests: 20_000, membersCompared: 50 },
  file: committed,
  note: undefined,
};

const smoke: GrowthOptions = {
  ...full,
  ...{ members: [200, 1_000], connections: [2, 8], rivals: ["sql"], rounds: 1, seconds: 0.1, warmUpSeconds: 0.1 },
  ...{ merchants: 20, offers: 100, requests: 500, membersCompared: 5 },
  file: undefined,
};

export function readOptions(): GrowthOptions {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      smoke: { type: "boolean", default: false },
      ...{ members: text, connections: text, workers: text, rivals: text, rounds: text, seconds: text },
      ...{ file: text, note: text },
    },
  });
  const base = values.smoke ? smoke : full;
  return {
    ...base,
    members: numbers("members", values.members) ?? base.members,
    connections: numbers("connections", values.connections) ?? base.connections,
    workers: numbers("workers", values.workers) ?? base.workers,
    rivals: rivalsOf(values.rivals) ?? base.rivals,
    rounds: numbers("rounds", values.rounds)?.[0] ?? base.rounds,
    seconds: numbers("seconds", values.seconds)?.[0] ?? base.seconds,
    // What was not measured as it should be is not committed by mistake.
    note: values.note,
    file: values.file ?? (isFull(values) ? base.file : undefined),
  };
}

function isFull(values: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(values).every((name) => name === "smoke");
}

/** `10000,1000000`, growing. A page of fifty must have its members, and every second member its deliveries. */
function numbers(name: string, text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined;
  const found = text.split(",").map(Number);
  const least = name === "members" ? 200 : 0;
  if (found.every((value) => value > 0 && value >= least)) return found.sort((a, b) => a - b);
  throw new Error(`--${name} is "${text}", expected numbers${least ? ` from ${least}` : ""}, separated by commas`);
}

function rivalsOf(text: string | undefined): Rival[] | undefined {
  if (text === undefined) return undefined;
  const names = text === "none" ? [] : text.split(",");
  const known = rivals.filter((name) => names.includes(name));
  if (known.length === names.length) return known;
  throw new Error(`--rivals is "${text}", expected none or some of ${rivals.join(",")}`);
}
