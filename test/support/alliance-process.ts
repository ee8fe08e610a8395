import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const project = path.join(__dirname, "..", "..");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real command line in a process of its own, with nothing of the test's environment but the path. */
export class AllianceProcess {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #stdout = "";
  #stderr = "";
  #isOver = false;

  constructor(args: readonly string[], environment: Record<string, string>, nodeOptions: readonly string[] = []) {
    const env = { PATH: process.env.PATH, PORT: "0", ALLIANCE_METRICS_PORT: "0", ...environment };
    this.#child = spawn(process.execPath, [...nodeOptions, path.join(project, "bin", "alliance.js"), ...args], {
      // Elsewhere than the project, as somebody may call it.
      cwd: os.tmpdir(),
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.on("data", (chunk) => this.#heard(() => (this.#stdout += String(chunk))));
    this.#child.stderr?.on("data", (chunk) => this.#heard(() => (this.#stderr += String(chunk))));
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (code, signal) => {
        this.#heard(() => (this.#isOver = true));
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  /** The end of what it said, where it has ended; undefined while it runs. */
  get lastWords(): string | undefined {
    return this.#isOver ? `${this.#stdout}${this.#stderr}`.slice(-4_000) : undefined;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves with the match as soon as either output has it; fails with all output where the process ends without. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#stdout) ?? pattern.exec(this.#stderr);
      if (match) return match;
      if (this.#isOver) throw new Error(`the process ended without ${pattern}:\n${this.#stdout}${this.#stderr}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  #heard(change: () => unknown): void {
    change();
    for (const tell of this.#waiting) tell();
    this.#waiting.clear();
  }
}

/** Runs a command to its end. */
export function runAlliance(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  return new AllianceProcess(args, environment).ended;
}

export interface Home {
  readonly directory: string;
  /** Removes the embedded database in it, and the directory. */
  remove(): Promise<void>;
}

/** A directory for an embedded database of its own; others may enter it, so that root's server can use it too. */
export function temporaryHome(): Home {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "alliance-home-"));
  fs.chmodSync(directory, 0o755);
  return {
    directory,
    remove: async () => {
      await runAlliance(["reset"], { ALLIANCE_HOME: directory });
      fs.rmSync(directory, { recursive: true, force: true });
    },
  };
}
