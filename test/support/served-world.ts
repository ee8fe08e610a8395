import type { GraphQLSchema } from "graphql";
import { readConfig } from "../../src/config";
import { requestContext, type Services } from "../../src/context";
import type { RoomPlan } from "../../src/graphql/plan/fields";
import { serveGraphql } from "../../src/http/serve-graphql";
import { makeLog } from "../../src/observability/log";
import { Metrics } from "../../src/observability/metrics";
import { startServer } from "../../src/server";
import type { BadRequest } from "./bad-documents";
import { collector } from "./served";
import { viewers, type Viewer } from "./walk-secrets";

/** An answer as it came off the socket, without what is new in every answer. */
export interface Heard {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | null>>;
  /** As text, since the order of keys is part of it; ids of masked errors are all the same. */
  readonly body: string;
}

export interface WorldRequest extends Pick<BadRequest, "body" | "get"> {
  /** `Accept-Language`; English where it is not given. */
  readonly language?: string;
}

export interface ServedWorld {
  readonly metrics: Metrics;
  /** What the server logged of the requests so far, without times and ids. */
  readonly logged: () => Record<string, unknown>[];
  ask(viewer: Viewer, request: WorldRequest): Promise<Heard>;
  stop(): Promise<void>;
}

/** The real route on a real socket over a test database, without authentication: a token is the name of a viewer. */
export async function serveWorld(
  schema: GraphQLSchema,
  services: Services,
  options: {
    readonly compile: boolean;
    readonly plans?: readonly RoomPlan[];
    /** Who may call; the viewers of the access walk where they are not given. */
    readonly callers?: readonly Viewer[];
    readonly environment?: Readonly<Record<string, string>>;
  },
): Promise<ServedWorld> {
  const unlimited = { PORT: "0", ALLIANCE_METRICS_PORT: "0", ALLIANCE_COST_PER_MINUTE: "0" };
  const config = readConfig({ ...unlimited, ...options.environment });
  const lines: Record<string, unknown>[] = [];
  const log = makeLog({ level: "info", format: "json" }, collector(lines));
  const metrics = new Metrics();
  const graphql = await serveGraphql({
    ...{ schema, config, log, metrics, ...options },
    authenticate: ({ authorization }) => {
      const viewer = (options.callers ?? viewers).find(({ name }) => `Bearer ${name}` === authorization);
      if (!viewer) throw new Error(`nobody is called ${authorization}`);
      return Promise.resolve({ ok: true, actor: viewer.actor });
    },
    contextOf: (request) => requestContext(services, request),
  });
  const parts = { page: undefined, pageTokens: undefined, readiness: () => Promise.resolve([]) };
  const server = await startServer({ config, graphql: graphql.route, metrics, log, ...parts });
  return {
    metrics,
    logged: () =>
      lines.map(({ level, msg, status, kind, operation, cost, codes }) => {
        return { level, msg, status, kind, operation, cost, codes };
      }),
    ask: (viewer, request) => ask(server.url, viewer, request),
    stop: async () => {
      await server.drain();
      await graphql.stop();
    },
  };
}

async function ask(url: string, { name }: Viewer, { body, get, language = "en" }: WorldRequest): Promise<Heard> {
  const accept = "application/graphql-response+json";
  const headers = { authorization: `Bearer ${name}`, accept, "accept-language": language };
  const response = get
    ? await fetch(`${url}/graphql?${parametersOf(body).toString()}`, { headers })
    : await fetch(`${url}/graphql`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
  const text = await response.text();
  const told = ["content-type", "cache-control", "allow", "retry-after", "www-authenticate", "content-length"];
  return {
    status: response.status,
    headers: Object.fromEntries(told.map((each) => [each, response.headers.get(each)])),
    body: text.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, "<id>"),
  };
}

function parametersOf(body: Readonly<Record<string, unknown>>): URLSearchParams {
  const texts = Object.entries(body).map(([key, value]): [string, string] => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return new URLSearchParams(texts);
}
