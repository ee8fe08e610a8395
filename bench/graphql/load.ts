import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { project, typescript } from "./process";

export interface Load {
  readonly url: string;
  /** Bearer tokens, one for each connection in turn. */
  readonly tokens: readonly string[];
  /** The bodies of POST requests, sent in this order, again from the first after the last. */
  readonly requests: readonly string[];
  readonly connections: number;
  readonly seconds: number;
}

export interface Measured {
  readonly requests: number;
  readonly perSecond: number;
  /** Latencies in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** What load-process.ts answers. */
export type LoadAnswer =
  { readonly ok: true; readonly measured: Measured } | { readonly ok: false; readonly why: string };

/**
 * Asks a server over keep-alive connections, each of which sends the next request when its answer has come. From one
 * process of its own, which stays for the next measurement, so that no server is measured with a cold one.
 */
export class LoadGenerator {
  readonly #process: ChildProcess;

  constructor() {
    this.#process = fork(join(__dirname, "load-process.ts"), { execArgv: typescript, cwd: project });
  }

  /** One at a time. Rejects where a connection fails or an answer is not one without errors. */
  measure(load: Load): Promise<Measured> {
    return new Promise((resolve, reject) => {
      const over = (code: number | null) => reject(new Error(`the load generator ended with ${code}`));
      this.#process.once("exit", over);
      this.#process.once("message", (answer: LoadAnswer) => {
        this.#process.off("exit", over);
        if (answer.ok) resolve(answer.measured);
        else reject(new Error(answer.why));
      });
      this.#process.send(load);
    });
  }

  close(): Promise<void> {
    if (this.#process.exitCode !== null) return Promise.resolve();
    return new Promise((done) => {
      this.#process.once("exit", () => done());
      this.#process.kill();
    });
  }
}
