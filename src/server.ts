import { randomUUID } from "node:crypto";
import http, { type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { isLoopback, type Config } from "./config";
import type { GraphiqlPage, PageTokens } from "./graphql/page";
import { json, refusal, send, type Answer } from "./http/answer";
import type { GraphqlRoute } from "./http/graphql-route";
import type { Readiness } from "./observability/health";
import type { Metrics, RouteLabel } from "./observability/metrics";

export interface ServerParts {
  readonly config: Pick<Config, "host" | "port" | "drainSeconds" | "drainDelaySeconds" | "metrics">;
  readonly graphql: GraphqlRoute;
  readonly page: GraphiqlPage | undefined;
  /** What the page is given where only this machine can ask for it; undefined without development issuer. */
  readonly pageTokens: (() => Promise<PageTokens>) | undefined;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export interface RunningServer {
  /** `http://127.0.0.1:4000`, with the port that was really taken. */
  readonly url: string;
  readonly metricsUrl: string | undefined;
  /**
   * Stops taking work: `/readyz` says 503, requests under way are answered (for at most `drainSeconds`), and then every
   * connection is closed. Calling it again waits for the same end.
   */
  drain(): Promise<void>;
}

/** An address that cannot be listened on, in one line. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** Starts to listen. Throws a ListenError where the address is taken or not this machine's. */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const { config, metrics } = parts;
  const frontDoor = new FrontDoor(parts);
  const server = makeHttpServer((request, response) => void frontDoor.serve(request, response));
  await listen(server, config.host, config.port, "PORT");
  const metricsServer = makeHttpServer((request, response) => void serveMetrics(metrics, request, response));
  try {
    if (config.metrics.port > 0) {
      await listen(metricsServer, config.metrics.host, config.metrics.port, "ALLIANCE_METRICS_PORT");
    }
  } catch (error) {
    await closeServer(server);
    throw error;
  }
  let drained: Promise<void> | undefined;
  const drain = async () => {
    await frontDoor.drain();
    await Promise.all([closeServer(server), closeServer(metricsServer)]);
  };
  return {
    url: urlOf(server, config.host),
    metricsUrl: metricsServer.listening ? `${urlOf(metricsServer, config.metrics.host)}/metrics` : undefined,
    drain: () => (drained ??= drain()),
  };
}

/** Asks for the addresses and gives them back, to learn of a taken port before minutes are spent on a database. */
export async function refuseTakenPorts(config: Pick<Config, "host" | "port" | "metrics">): Promise<void> {
  const wanted: [string, number, string][] = [[config.host, config.port, "PORT"]];
  if (config.metrics.port > 0) wanted.push([config.metrics.host, config.metrics.port, "ALLIANCE_METRICS_PORT"]);
  for (const [host, port, name] of wanted) {
    const server = http.createServer();
    await listen(server, host, port, name);
    await closeServer(server);
  }
}

/** Knows the routes, counts what is under way, and how to stop. */
class FrontDoor {
  #underWay = 0;
  #stage: "open" | "leaving" | "refusing" = "open";
  #becameIdle: () => void = () => undefined;

  constructor(private readonly parts: ServerParts) {}

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const finished = this.parts.metrics.requestStarted();
    this.#underWay += 1;
    let route: RouteLabel = "other";
    response.once("close", () => {
      finished({ route, method: request.method ?? "", status: response.statusCode });
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#becameIdle();
    });
    const requestId = requestIdOf(request);
    response.setHeader("x-request-id", requestId);
    const pathname = (request.url ?? "/").split("?")[0] ?? "/";
    route = routeOf(pathname);
    const answer = await this.#answer(route, pathname, request, requestId).catch((error: unknown) => {
      this.parts.log.error({ requestId, err: error }, "request failed");
      return json(500, { error: `Internal error ${requestId}` });
    });
    // What a refused body still has to say is not waited for.
    const cutOff = request.method === "POST" && !request.complete;
    send(response, answer, cutOff || this.#stage !== "open");
  }

  async #answer(route: RouteLabel, pathname: string, request: IncomingMessage, requestId: string): Promise<Answer> {
    if (route === "graphql") {
      if (this.#stage !== "refusing") return this.parts.graphql(request, requestId);
      return refusal(503, "UNAVAILABLE", "The server is stopping; try again.", { "retry-after": "1" });
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      return json(405, { error: "Only GET is answered here." }, { allow: "GET, HEAD" });
    }
    if (pathname === "/healthz") return json(200, { status: "alive" });
    if (pathname === "/readyz") return this.#ready();
    return (
      (await this.#page(pathname, request)) ?? json(404, { error: "There is nothing here; GraphQL is at /graphql." })
    );
  }

  async #ready(): Promise<Answer> {
    const reasons = this.#stage === "open" ? await this.parts.readiness() : ["draining"];
    return reasons.length === 0 ? json(200, { status: "ready" }) : json(503, { status: "not ready", reasons });
  }

  async #page(pathname: string, request: IncomingMessage): Promise<Answer | undefined> {
    const { page, pageTokens, config } = this.parts;
    if (!page) return undefined;
    const trusted = pathname === "/" && isLoopback(config.host) && comesFromThisMachine(request);
    const tokens = trusted ? await pageTokens?.() : undefined;
    return page.answer(pathname, tokens ?? { operator: "" });
  }

  async drain(): Promise<void> {
    const { drainSeconds, drainDelaySeconds } = this.parts.config;
    this.#stage = "leaving";
    // For load balancers that go on sending until they have seen /readyz.
    if (drainDelaySeconds > 0) await pause(drainDelaySeconds);
    this.#stage = "refusing";
    await Promise.race([this.#idle(), pause(drainSeconds)]);
  }

  #idle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#becameIdle = resolve));
  }
}

function routeOf(pathname: string): RouteLabel {
  if (pathname === "/graphql") return "graphql";
  if (pathname === "/" || pathname.startsWith("/assets/")) return "page";
  return pathname === "/healthz" || pathname === "/readyz" ? "health" : "other";
}

/**
 * True where no other machine and no foreign page can be the reader: the connection and the name asked for are this
 * machine's (a name that was made to point here by its owner is not), and no proxy stands in between.
 */
function comesFromThisMachine(request: IncomingMessage): boolean {
  const { headers, socket } = request;
  const proxied = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"].some(
    (name) => headers[name],
  );
  const address = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  const host = (headers.host ?? "").replace(/:\d+$/, "");
  return !proxied && isLoopback(address) && isLoopback(host);
}

/** The caller's own id of the request where it is short and plain, so that logs of both sides meet; else a new one. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
}

async function serveMetrics(metrics: Metrics, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { registry } = metrics;
  if (request.url?.split("?")[0] !== "/metrics") return send(response, json(404, { error: "Only /metrics." }), false);
  try {
    const body = await registry.metrics();
    send(response, { status: 200, headers: { "content-type": registry.contentType }, body }, false);
  } catch {
    send(response, json(500, { error: "The metrics could not be collected." }), false);
  }
}

/** The time limits stop clients that send a head or a body drop by drop. */
function makeHttpServer(handler: http.RequestListener): Server {
  return http.createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 30_000, maxHeaderSize: 16_384 },
    handler,
  );
}

async function listen(server: Server, host: string, port: number, variable: string): Promise<void> {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: bare, port }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    throw new ListenError(listenFailure(error as NodeJS.ErrnoException, host, port, variable), { cause: error });
  }
}

function listenFailure(error: NodeJS.ErrnoException, host: string, port: number, variable: string): string {
  const hostVariable = variable === "PORT" ? "HOST" : "ALLIANCE_METRICS_HOST";
  switch (error.code) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is in use by another program: stop that one, or set ${variable} to another port.`;
    case "EACCES":
      return `Port ${port} on ${host} may not be used by this user: set ${variable} to a port above 1023.`;
    default:
      return `${host} cannot be listened on (${error.code ?? error.message}): set ${hostVariable} to an address of this machine.`;
  }
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

/** Does not keep the process alive by itself. */
function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000).unref());
}
