import { type GraphQLSchema } from "graphql";
import { Writable } from "node:stream";
import type { Authentication } from "../../src/auth/authenticate";
import { anonymous, type Actor } from "../../src/auth/core/actor";
import { readConfig, type Config } from "../../src/config";
import type { RequestContext } from "../../src/context";
import type { RegisteredDocuments } from "../../src/documents/registered-documents";
import { GraphiqlPage } from "../../src/graphql/page";
import { serveGraphql } from "../../src/http/serve-graphql";
import { makeLog } from "../../src/observability/log";
import { Metrics } from "../../src/observability/metrics";
import { startServer, type RunningServer } from "../../src/server";

export interface Served extends RunningServer {
  /** Every line the server logged so far, parsed. */
  readonly logged: Record<string, unknown>[];
  readonly metrics: Metrics;
  /** Asks `/graphql` by POST as the named caller, or as nobody. */
  post(body: object | string, headers?: Record<string, string>): Promise<Reply>;
  stop(): Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly json: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: readonly { message: string; path?: unknown; extensions: Record<string, unknown> }[];
  };
}

/** `Authorization: Bearer operator` and so on; any other token is refused. */
const tokens: Record<string, Actor> = {
  operator: { kind: "staff", actorId: "operator", roles: new Set(["OPERATIONS"]) },
  app: { kind: "member", actorId: "lin", memberId: "01890000-0000-7000-8000-000000000101" },
  marketer: { kind: "staff", actorId: "marketer", roles: new Set(["MARKETER"]) },
};

/** What those tokens were issued to. */
const clients: Record<string, string> = { app: "app-ios", marketer: "back-office" };

/** A schema on a real socket with the real limits, masking and routes; callers and the context's rest are stand-ins. */
export async function serve(
  schema: GraphQLSchema,
  environment: Record<string, string> = {},
  given: {
    readonly readiness?: () => Promise<readonly string[]>;
    readonly pageTokens?: () => Promise<Record<string, string>>;
    readonly registered?: RegisteredDocuments;
  } = {},
): Promise<Served> {
  const config: Config = readConfig({ PORT: "0", ALLIANCE_METRICS_PORT: "0", ...environment });
  const logged: Record<string, unknown>[] = [];
  const log = makeLog({ level: "debug", format: "json" }, collector(logged));
  const metrics = new Metrics();
  const { registered } = given;
  const parts = { schema, config, log, metrics, authenticate, contextOf };
  const graphql = await serveGraphql({ ...parts, ...(registered ? { registered } : {}) });
  const server = await startServer({
    config,
    graphql: graphql.route,
    page: config.page ? new GraphiqlPage([{ query: "{ __typename }", as: "operator" }]) : undefined,
    pageTokens: given.pageTokens,
    readiness: given.readiness ?? (() => Promise.resolve([])),
    metrics,
    log,
  });
  return {
    ...server,
    logged,
    metrics,
    post: (body, headers = {}) => post(server.url, body, headers),
    stop: async () => {
      await server.drain();
      await graphql.stop();
    },
  };
}

function authenticate({ authorization }: { readonly authorization?: string | undefined }): Promise<Authentication> {
  if (authorization === undefined) return Promise.resolve({ ok: true, actor: anonymous });
  if (authorization === "Bearer broken") return Promise.reject(new Error("the database is away"));
  const actor = tokens[authorization.replace("Bearer ", "")];
  if (actor) return Promise.resolve({ ok: true, actor, client: clients[authorization.replace("Bearer ", "")] });
  return Promise.resolve({ ok: false, status: 401, code: "TOKEN_EXPIRED", message: "The bearer token has expired." });
}

function contextOf(request: Pick<RequestContext, "requestId" | "actor" | "locale">): RequestContext {
  return request as RequestContext;
}

async function post(url: string, body: object | string, headers: Record<string, string>): Promise<Reply> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, json: (await response.json()) as Reply["json"] };
}

export function collector(lines: Record<string, unknown>[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
}
