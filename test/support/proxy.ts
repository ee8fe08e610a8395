import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** How a connection ends for the client: in good order (FIN) or with an error (RST). */
export type Ending = "closed" | "reset";

/** Stands between a client and the database server and breaks their connection at a chosen word. */
export interface Proxy {
  /** The given database url, by way of the proxy. */
  readonly url: string;
  /** The next message of a client that contains the word is swallowed, and its connection ends. */
  cutBefore(word: string, ending?: Ending): void;
  /** The message reaches the server, the answer is swallowed, and the connection ends. */
  cutAfter(word: string, ending?: Ending): void;
  /** The message is handed to the server and the connection ends at once: the server may get to do it or not. */
  cutAt(word: string, ending?: Ending): void;
  close(): Promise<void>;
}

interface Cut {
  readonly word: string;
  readonly ending: Ending;
  readonly moment: "before" | "at" | "after";
}

export async function startProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const open = new Set<Socket>();
  let planned: Cut | undefined;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
      // A broken connection is what this is for; its close event follows and is passed on below.
      socket.on("error", () => undefined);
    }
    relay(client, upstream, (message) => {
      if (!planned || !message.includes(planned.word)) return undefined;
      const cut = planned;
      planned = undefined;
      return cut;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const plan =
    (moment: Cut["moment"]) =>
    (word: string, ending: Ending = "closed") => {
      planned = { word, ending, moment };
    };
  return {
    url: urlThrough(databaseUrl, (server.address() as AddressInfo).port),
    cutBefore: plan("before"),
    cutAt: plan("at"),
    cutAfter: plan("after"),
    close: () => closeAll(server, open),
  };
}

function relay(client: Socket, upstream: Socket, cutFor: (message: Buffer) => Cut | undefined): void {
  let swallowing: Cut | undefined;
  client.on("data", (message) => {
    const cut = cutFor(message);
    if (cut?.moment === "before") return end(client, upstream, cut.ending);
    if (cut?.moment === "after") swallowing = cut;
    upstream.write(message, () => {
      if (cut?.moment === "at") end(client, upstream, cut.ending);
    });
  });
  upstream.on("data", (answer) => {
    if (swallowing) end(client, upstream, swallowing.ending);
    else client.write(answer);
  });
  client.on("close", () => upstream.destroy());
  upstream.on("close", () => client.destroy());
}

function end(client: Socket, upstream: Socket, ending: Ending): void {
  if (ending === "reset") client.resetAndDestroy();
  else client.destroy();
  upstream.destroy();
}

function urlThrough(databaseUrl: string, port: number): string {
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return url.toString();
}

function closeAll(server: ReturnType<typeof createServer>, open: Set<Socket>): Promise<void> {
  for (const socket of open) socket.destroy();
  return new Promise((resolve) => server.close(() => resolve()));
}
