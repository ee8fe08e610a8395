import { documentNames, type DocumentName } from "../graphql/documents";
import type { ServerName } from "../graphql/servers";

/** One server under one load: medians over the rounds. */
export interface Figure {
  readonly server: ServerName;
  /** Server processes. */
  readonly workers: number;
  /** In the database. */
  readonly members: number;
  /** Each with one request under way. */
  readonly connections: number;
  readonly document: DocumentName;
  readonly perSecond: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
  /** Of all of the server's processes after the load; with several, the one that deals out connections included. */
  readonly residentMiB: number;
}

/** What bench/results/graphql-growth.json holds, and docs/images/graphql-growth.svg is drawn from. */
export interface Growth {
  /** Of the day in UTC. */
  readonly date: string;
  readonly node: string;
  readonly postgresql: string;
  readonly cores: number;
  /** What a reader must know of this run, by --note. */
  readonly note?: string;
  readonly rounds: number;
  readonly secondsEach: number;
  /** Connections to the database of each server process. */
  readonly poolSize: number;
  readonly sizes: readonly Readonly<Record<string, number>>[];
  readonly figures: readonly Figure[];
}

export type Axis = "members" | "connections" | "workers";

/** A figure without what was measured: which load it was. */
export type Load = Pick<Figure, "server" | Axis | "document">;

/**
 * What this server is compared at where another thing grows: one process, 32 connections or the nearest measured number
 * below, and the smallest database.
 */
export function baseOf({ figures }: Pick<Growth, "figures">): Pick<Figure, Axis> {
  const connections = valuesOf(figures, "connections");
  return {
    members: valuesOf(figures, "members")[0] ?? NaN,
    connections: connections.filter((count) => count <= 32).at(-1) ?? connections[0] ?? NaN,
    workers: valuesOf(figures, "workers")[0] ?? NaN,
  };
}

/** The values that were measured, growing. */
export function valuesOf(figures: readonly Figure[], axis: Axis): number[] {
  return [...new Set(figures.filter(({ server }) => server === "alliance").map((figure) => figure[axis]))].sort(
    (a, b) => a - b,
  );
}

export function figureOf(figures: readonly Figure[], load: Load): Figure | undefined {
  return figures.find((figure) =>
    (["server", "members", "connections", "workers", "document"] as const).every((key) => figure[key] === load[key]),
  );
}

export type Ratios = Readonly<Record<Axis, Readonly<Partial<Record<DocumentName, number>>>>>;

/** Throughput of this server at an axis' largest value, as a multiple of that at its smallest, all else at its base. */
export function ratiosOf(growth: Pick<Growth, "figures">): Ratios {
  const { figures } = growth;
  const base = baseOf(growth);
  const ratio = (axis: Axis, document: DocumentName) => {
    const values = valuesOf(figures, axis);
    const at = (value: number | undefined) =>
      figureOf(figures, { server: "alliance", document, ...base, [axis]: value ?? NaN })?.perSecond ?? NaN;
    return Math.round((at(values.at(-1)) / at(values[0])) * 100) / 100;
  };
  const ofAxis = (axis: Axis) => Object.fromEntries(documentNames.map((document) => [document, ratio(axis, document)]));
  return { members: ofAxis("members"), connections: ofAxis("connections"), workers: ofAxis("workers") };
}

const columns: readonly [title: string, width: number, of: (figure: Figure) => string][] = [
  ["document", -9, ({ document }) => document],
  ["members", 10, ({ members }) => members.toLocaleString("en")],
  ["server", -14, ({ server, workers }) => `  ${server}${workers > 1 ? ` × ${workers}` : ""}`],
  ["connections", 12, ({ connections }) => String(connections)],
  ["requests/s", 12, ({ perSecond }) => Math.round(perSecond).toLocaleString("en")],
  ["p50 ms", 9, ({ p50Millis }) => p50Millis.toFixed(1)],
  ["p99 ms", 9, ({ p99Millis }) => p99Millis.toFixed(1)],
  ["MiB", 7, ({ residentMiB }) => String(Math.round(residentMiB))],
];

export function tableOf(figures: readonly Figure[]): string {
  const cell = (text: string, width: number) => (width < 0 ? text.padEnd(-width) : text.padStart(width));
  const line = (texts: readonly string[]) => texts.map((text, place) => cell(text, columns[place]?.[1] ?? 0)).join("");
  const head = line(columns.map(([title]) => (title === "server" ? "  server" : title)));
  return [head, ...figures.map((figure) => line(columns.map(([, , of]) => of(figure))))].join("\n");
}
