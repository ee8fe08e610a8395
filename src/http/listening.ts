import http, { type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Config } from "../config";

/** An address that cannot be listened on, in one line. */
export class ListenError extends Error {
  override readonly name = "ListenError";
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

/** The time limits stop clients that send a head or a body drop by drop. */
export function makeHttpServer(handler: http.RequestListener): Server {
  return http.createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 30_000,
      maxHeaderSize: 16_384,
      connectionsCheckingInterval: 5_000,
    },
    handler,
  );
}

export async function listen(server: Server, host: string, port: number, variable: string): Promise<void> {
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

export function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;
}

export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
