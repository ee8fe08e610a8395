/**
 * The process that makes the load (load.ts): raw sockets and just enough of HTTP/1.1, since what it costs is missing to
 * the server that it measures on the same machine. Takes one Load after the other.
 */
import { connect, type Socket } from "node:net";
import type { Load, LoadAnswer, Measured } from "./load";

process.on("message", (load: Load) => {
  run(load).then(
    (measured) => answer({ ok: true, measured }),
    (error: unknown) => answer({ ok: false, why: error instanceof Error ? error.message : String(error) }),
  );
});
process.once("disconnect", () => process.exit(0));

function answer(message: LoadAnswer): void {
  process.send?.(message);
}

async function run(load: Load): Promise<Measured> {
  const latencies: number[] = [];
  const heads = Array.from({ length: load.connections }, (_, place) => headOf(load, place));
  const bodies = load.requests.map((text) => Buffer.from(text));
  const startedAt = performance.now();
  const endsAt = startedAt + load.seconds * 1000;
  let next = 0;
  const oneConnection = async (head: string) => {
    const line = new Line(load.url);
    try {
      while (performance.now() < endsAt) {
        const body = bodies[next++ % bodies.length] as Buffer;
        const sentAt = performance.now();
        await line.ask(head, body);
        latencies.push(performance.now() - sentAt);
      }
    } finally {
      line.close();
    }
  };
  await Promise.all(heads.map(oneConnection));
  const seconds = (performance.now() - startedAt) / 1000;
  latencies.sort((a, b) => a - b);
  const quantile = (part: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? 0;
  const requests = latencies.length;
  return { requests, perSecond: requests / seconds, p50: quantile(0.5), p99: quantile(0.99) };
}

function headOf({ url, tokens }: Load, place: number): string {
  const { host, pathname } = new URL(url);
  const token = tokens[place % tokens.length];
  const lines = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    "content-type: application/json",
    "accept: application/json",
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
  ];
  return `${lines.join("\r\n")}\r\ncontent-length: `;
}

const blankLine = "\r\n\r\n";
const lastChunk = Buffer.from("0\r\n\r\n");
const none = Buffer.alloc(0);

/** What most answers fit into, read at once. */
const readAtOnce = 65_536;

/** One keep-alive connection with one request under way at most. It reads into the same memory again and again. */
class Line {
  readonly #socket: Socket;
  /** The beginning of an answer whose end is still to come. */
  #received: Buffer = none;
  #waiting: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    const onread = {
      buffer: Buffer.alloc(readAtOnce),
      callback: (length: number, bytes: Uint8Array) => {
        this.#take(Buffer.from(bytes.buffer, bytes.byteOffset, length));
        return true;
      },
    };
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true, onread });
    this.#socket.on("error", (error) => this.#waiting?.reject(error));
    this.#socket.on("close", () => this.#waiting?.reject(new Error(`${url} closed the connection`)));
  }

  ask(head: string, body: Buffer): Promise<void> {
    this.#socket.cork();
    this.#socket.write(`${head}${body.length}${blankLine}`);
    this.#socket.write(body);
    this.#socket.uncork();
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const isGood = judged(received);
    if (isGood === undefined) {
      // The memory of the chunk is read into again.
      this.#received = received === chunk ? Buffer.from(chunk) : received;
      return;
    }
    this.#received = none;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (isGood) waiting?.resolve();
    else waiting?.reject(new Error(`an answer that is none: ${received.toString("utf8", 0, 2_000)}`));
  }
}

/** Whether the answer is one without errors; undefined where a part of it is still to come. */
function judged(received: Buffer): boolean | undefined {
  const headEnd = received.indexOf(blankLine);
  if (headEnd < 0) return undefined;
  const head = received.toString("latin1", 0, headEnd);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  const bodyStart = headEnd + blankLine.length;
  // JSON text holds no line break of its own, so that nothing but the last chunk ends like it.
  const isWhole =
    length === undefined
      ? received.subarray(-lastChunk.length).equals(lastChunk)
      : received.length >= bodyStart + Number(length);
  if (!isWhole) return undefined;
  return head.startsWith("HTTP/1.1 200 ") && !received.includes('"errors":[', bodyStart);
}
