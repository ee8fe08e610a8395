import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { isLoopback, type Config } from "./config";
import type { GraphiqlPage, PageTokens } from "./graphql/page";
import { json, refusal, send, type Answer } from "./http/answer";
import type { GraphqlRoute } from "./http/graphql-route";
import { closeServer, listen, makeHttpServer, urlOf } from "./http/listening";
import { startMetricsServer } from "./http/serve-metrics";
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

/** Starts to listen. Throws a ListenError where the address is taken or not this machine's. */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const { config, metrics } = parts;
  const frontDoor = new FrontDoor(parts);
  const server = makeHttpServer((request, response) => void frontDoor.serve(request, response));
  await listen(server, config.host, config.port, "PORT");
  const metricsServer = await startMetricsServer(config.metrics, metrics.registry).catch(async (error: unknown) => {
    await closeServer(server);
    throw error;
  });
  let drained: Promise<void> | undefined;
  const drain = async () => {
    await frontDoor.drain();
    await Promise.all([closeServer(server), metricsServer?.close()]);
  };
  return {
    url: urlOf(server, config.host),
    metricsUrl: metricsServer?.url,
    drain: () => (drained ??= drain()),
  };
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

/** Does not keep the process alive by itself. */
function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000).unref());
}
