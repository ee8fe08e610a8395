import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** Routes and operation kinds are few and fixed: a label never holds an id, a name or a path that a caller chose. */
export type RouteLabel = "graphql" | "page" | "health" | "other";

/**
 * What the process counts, in Prometheus' words. Durations are in seconds. Event-loop lag, memory and garbage collection
 * come from prom-client's defaults.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Histogram<"route" | "method" | "status">;
  readonly #operations: Counter<"kind" | "outcome">;
  readonly #executions: Counter<"way">;
  readonly #inFlight: Gauge;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#requests = new Histogram({
      name: "alliance_http_request_duration_seconds",
      help: "HTTP requests by route, method and status, from the first byte of the head to the last of the answer.",
      labelNames: ["route", "method", "status"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    });
    this.#operations = new Counter({
      name: "alliance_graphql_operations_total",
      help: "GraphQL operations by kind (query, mutation, none where it could not be told) and outcome (ok, errors).",
      labelNames: ["kind", "outcome"],
      registers,
    });
    this.#executions = new Counter({
      name: "alliance_graphql_executions_total",
      help:
        "How operations were executed: planned; declined by a plan, and then one of the others; compiled; plain by " +
        "graphql-js; again by graphql-js after a compiled try.",
      labelNames: ["way"],
      registers,
    });
    this.#inFlight = new Gauge({
      name: "alliance_http_requests_in_flight",
      help: "HTTP requests under way.",
      registers,
    });
  }

  /** Counts a request from now on; the answer is called once, when it has been sent or its connection broke. */
  requestStarted(): (request: { route: RouteLabel; method: string; status: number }) => void {
    const startedAt = performance.now();
    this.#inFlight.inc();
    return ({ route, method, status }) => {
      this.#inFlight.dec();
      const seconds = (performance.now() - startedAt) / 1000;
      this.#requests.observe({ route, method: knownMethods.has(method) ? method : "other", status }, seconds);
    };
  }

  countOperation(kind: string | undefined, hasErrors: boolean): void {
    this.#operations.inc({ kind: kind ?? "none", outcome: hasErrors ? "errors" : "ok" });
  }

  countExecution(way: "planned" | "declined" | "compiled" | "plain" | "again"): void {
    this.#executions.inc({ way });
  }

  /** Watches the published rules in memory as they are scraped; workers have an index each. */
  watchRules(size: () => RuleCounts): void {
    const registers = [this.registry];
    new Gauge({
      name: "alliance_rules",
      help: "Published rules in the index: all, those valid now, and changes of the catalogue that are not in it yet.",
      labelNames: ["state"],
      // Each process has all of them.
      aggregator: "max",
      registers,
      collect() {
        const { rules, posted, waiting } = size();
        for (const [state, count] of Object.entries({ all: rules, valid: posted, waiting })) this.set({ state }, count);
      },
    });
    new Gauge({
      name: "alliance_rules_index_bytes",
      help: "Memory of the index of published rules.",
      registers,
      collect() {
        this.set(size().bytes);
      },
    });
  }

  /** `ageSeconds` tells for how long the catalogue in memory has not been known to be the newest. */
  watchCatalogue(ageSeconds: () => number): void {
    new Gauge({
      name: "alliance_catalogue_age_seconds",
      help: "How long ago the catalogue in memory was last known to be the newest; of several processes the oldest.",
      aggregator: "max",
      registers: [this.registry],
      collect() {
        this.set(ageSeconds());
      },
    });
  }

  /**
   * Watches the database as it is scraped. postgres.js shows nothing of its pool, so a statement is timed through it: its
   * duration includes the wait for a free connection, and is what grows first when the pool is too small.
   */
  watchDatabase(database: { readonly poolSize: number; readonly connections: () => Promise<ConnectionCount[]> }): void {
    const registers = [this.registry];
    const probe = sharedProbe(database.connections);
    const pool = { name: "alliance_database_pool_size", help: "Connections the pool may open.", registers };
    new Gauge(pool).set(database.poolSize);
    new Gauge({
      name: "alliance_database_up",
      help: "1 where the database answered the scrape.",
      aggregator: "min",
      registers,
      async collect() {
        this.set((await probe()).up);
      },
    });
    new Gauge({
      name: "alliance_database_answer_seconds",
      help: "How long one statement took at the scrape, with the wait for a free connection.",
      aggregator: "max",
      registers,
      async collect() {
        this.set((await probe()).seconds);
      },
    });
    new Gauge({
      name: "alliance_database_connections",
      help: "Connections of this application's role on the server, by state, of all its processes.",
      // Each process counts those of all.
      aggregator: "max",
      labelNames: ["state"],
      registers,
      async collect() {
        const { connections } = await probe();
        this.reset();
        for (const { state, count } of connections) this.set({ state }, count);
      },
    });
  }
}

export interface RuleCounts {
  readonly rules: number;
  readonly posted: number;
  readonly waiting: number;
  readonly bytes: number;
}

interface Probe {
  readonly up: 0 | 1;
  readonly seconds: number;
  readonly connections: readonly ConnectionCount[];
}

/** The gauges of one scrape are collected side by side and share one statement. */
function sharedProbe(connections: () => Promise<ConnectionCount[]>): () => Promise<Probe> {
  let running: Promise<Probe> | undefined;
  const ask = async (): Promise<Probe> => {
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1000;
    try {
      return { up: 1, connections: await connections(), seconds: seconds() };
    } catch {
      // A scrape reports that the database is away; it must not fail itself.
      return { up: 0, connections: [], seconds: seconds() };
    }
  };
  return () => (running ??= ask().finally(() => (running = undefined)));
}

export interface ConnectionCount {
  readonly state: string;
  readonly count: number;
}

const knownMethods = new Set(["GET", "POST", "HEAD", "OPTIONS"]);
