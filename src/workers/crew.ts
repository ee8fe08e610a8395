import cluster, { type Worker } from "node:cluster";
import type { Logger } from "pino";
import { pauseUnless } from "../jobs/pause-unless";
import { mostFailedStarts, noTroubles, pauseBeforeReplacing, troublesAfter } from "./core/replacement";
import type { FromWorker, Handover, ToWorker } from "./messages";

export interface CrewOptions {
  readonly size: number;
  readonly handover: Handover;
  /** How long a worker may take to finish before it is killed. */
  readonly drainMillis: number;
  readonly log: Logger;
}

/** The workers cannot be kept running, in one line. */
export class CrewFailure extends Error {
  override readonly name = "CrewFailure";
}

/** How a worker ended, and how long it had served before; undefined where it never did. */
interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly servedMillis: number | undefined;
}

/**
 * The worker processes of this primary one: so many places, each with a worker that is replaced when it ends. Workers run
 * the program that this process runs, with its arguments. Connections are dealt out in turn by this process; a worker
 * keeps a connection for as long as its client does.
 */
export class Crew {
  /** Resolves with the address as soon as a worker serves in every place for the first time. */
  readonly ready: Promise<string>;
  /** Rejects with a CrewFailure where the crew gives up; resolves when it was stopped and everybody is gone. */
  readonly over: Promise<void>;
  readonly #stopping = new AbortController();
  readonly #alive = new Set<Worker>();
  readonly #serving = new Set<Worker>();
  #tellReady: (url: string) => void = () => undefined;
  #replaced = 0;

  constructor(private readonly options: CrewOptions) {
    cluster.schedulingPolicy = cluster.SCHED_RR;
    this.ready = new Promise((resolve) => (this.#tellReady = resolve));
    // However this process ends, nobody is left who would hold the port.
    process.once("exit", () => this.#kill());
    const places = Array.from({ length: options.size }, () => this.#keepPlace());
    this.over = Promise.all(places).then(() => undefined);
    this.over.catch(() => undefined);
  }

  get serving(): readonly Worker[] {
    return [...this.#serving];
  }

  get replaced(): number {
    return this.#replaced;
  }

  /** Lets every worker finish what is under way, and kills those that take too long. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const worker of this.#alive) tell(worker, { kind: "drain" });
    const late = setTimeout(() => {
      this.options.log.error({ workers: this.#alive.size }, "workers did not finish in time and are killed");
      this.#kill();
    }, this.options.drainMillis);
    await this.over.catch(() => undefined);
    clearTimeout(late);
  }

  async #keepPlace(): Promise<void> {
    const { log } = this.options;
    const { signal } = this.#stopping;
    for (let troubles = noTroubles; !signal.aborted;) {
      const end = await this.#runWorker();
      if (signal.aborted) return;
      troubles = troublesAfter(troubles, end.servedMillis);
      // As long as another serves, a service that is short of a worker is better than none.
      if (troubles.failedStarts >= mostFailedStarts && this.#serving.size === 0) throw gaveUp(end);
      const pauseMillis = pauseBeforeReplacing(troubles);
      log.error({ code: end.code, signal: end.signal, ...troubles, pauseMillis }, "a worker ended and is replaced");
      await pauseUnless(signal, pauseMillis);
      if (!signal.aborted) this.#replaced += 1;
    }
  }

  async #runWorker(): Promise<End> {
    const worker = cluster.fork();
    let servesSince: number | undefined;
    this.#alive.add(worker);
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "awake") this.#greet(worker);
      if (message.kind !== "serving") return;
      servesSince = performance.now();
      this.#serving.add(worker);
      if (this.#serving.size === this.options.size) this.#tellReady(message.url);
    });
    const [code, signal] = await ended(worker);
    this.#alive.delete(worker);
    this.#serving.delete(worker);
    return { code, signal, servedMillis: servesSince === undefined ? undefined : performance.now() - servesSince };
  }

  /** A worker that wakes up when the crew is stopping missed the word; it is told now. */
  #greet(worker: Worker): void {
    const { handover } = this.options;
    tell(worker, this.#stopping.signal.aborted ? { kind: "drain" } : { kind: "serve", handover });
  }

  #kill(): void {
    for (const worker of this.#alive) worker.process.kill("SIGKILL");
  }
}

/** A worker that ended in the meantime is noticed by its end. */
export function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => undefined);
}

/** A process that could not even be started has an error and no exit. */
function ended(worker: Worker): Promise<[code: number | null, signal: string | null]> {
  return new Promise((resolve) => {
    worker.once("exit", (code: number | null, signal: string | null) => resolve([code, signal]));
    worker.on("error", () => {
      if (worker.process.pid === undefined) resolve([null, null]);
    });
  });
}

function gaveUp({ code, signal }: End): CrewFailure {
  const last = signal ? `by ${signal}` : `with code ${code}`;
  return new CrewFailure(
    `No worker serves, and ${mostFailedStarts} in a row ended before they did, the last ${last}: what they said stands above.`,
  );
}
