import type { IncomingMessage, ServerResponse } from "node:http";
import { json, send } from "./answer";
import { closeServer, listen, makeHttpServer, urlOf } from "./listening";

/** Where the text of a scrape comes from: a process's own registry, or what several processes count together. */
export interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string>;
}

export interface MetricsServer {
  /** `http://127.0.0.1:9464/metrics`, with the port that was really taken. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts to answer scrapes; undefined where the port is 0, which switches them off. Throws a ListenError. */
export async function startMetricsServer(
  { host, port }: { readonly host: string; readonly port: number },
  source: MetricsSource,
): Promise<MetricsServer | undefined> {
  if (port === 0) return undefined;
  const server = makeHttpServer((request, response) => void serveMetrics(source, request, response));
  await listen(server, host, port, "ALLIANCE_METRICS_PORT");
  return { url: `${urlOf(server, host)}/metrics`, close: () => closeServer(server) };
}

async function serveMetrics(source: MetricsSource, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.split("?")[0] !== "/metrics") return send(response, json(404, { error: "Only /metrics." }), false);
  try {
    const body = await source.metrics();
    send(response, { status: 200, headers: { "content-type": source.contentType }, body }, false);
  } catch {
    send(response, json(500, { error: "The metrics could not be collected." }), false);
  }
}
