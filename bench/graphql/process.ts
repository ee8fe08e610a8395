import { spawn, type StdioOptions } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Cleanup } from "./database";

export const project = resolve(__dirname, "..", "..");
/** What Node needs to run a TypeScript file of the project. */
export const typescript = ["-r", "@swc-node/register"];

/** A catalogue of 100,000 rules is indexed first, which a busy machine takes its time for. */
const readyWithinMillis = 300_000;
const endsWithinMillis = 30_000;

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** How it ended by itself, with the end of its output; undefined while it runs. */
  lastWords(): string | undefined;
  stop(): Promise<void>;
}

/**
 * Starts a server and waits until its output names its address; the cleanup ends it where nobody did. All output goes to
 * the file, so that nobody has to read it while something is measured. An IPC channel is left open, by whose end a server
 * of the benchmark's own notices that the benchmark is gone.
 */
export async function startProcess(wanted: {
  readonly command?: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Its first group is the address. */
  readonly ready: RegExp;
  readonly outputFile: string;
  readonly cleanup: Cleanup;
}): Promise<ServerProcess> {
  const output = openSync(wanted.outputFile, "w");
  const stdio: StdioOptions = ["ignore", output, output, "ipc"];
  const env = { PATH: process.env.PATH, NODE_ENV: "production", ...wanted.env };
  const child = spawn(wanted.command ?? process.execPath, wanted.args, { cwd: project, env, stdio });
  closeSync(output);
  let ended: string | undefined;
  const end = new Promise<void>((done) => {
    child.once("exit", (code, signal) => done(void (ended = String(signal ?? code))));
  });
  const said = () => readFileSync(wanted.outputFile, "utf8");
  const lastWords = () => (ended === undefined ? undefined : `It ended by ${ended}:\n${said().slice(-4_000)}`);
  const stop = async () => {
    if (ended !== undefined) return;
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), endsWithinMillis);
    await end;
    clearTimeout(late);
  };
  // At once, so that it is ended also where the benchmark is stopped while it starts.
  wanted.cleanup.add(stop);
  for (const since = performance.now(); ; await pause(50)) {
    const url = wanted.ready.exec(said())?.[1];
    if (url !== undefined) return { url, pid: child.pid ?? 0, lastWords, stop };
    if (ended === undefined && performance.now() - since < readyWithinMillis) continue;
    await stop();
    throw new Error(`${wanted.args.join(" ")} did not start:\n${said().slice(-4_000)}`);
  }
}

export interface Usage {
  /** Processor time since the start. */
  readonly cpuMillis: number;
  /** Memory that lies in RAM; pages that several processes share count for each. */
  readonly residentBytes: number;
}

/** What a process and all that it started use; zeros where the machine has no /proc. */
export function usageOf(pid: number): Usage {
  const own = ownUsage(pid);
  return childrenOf(pid)
    .map(usageOf)
    .reduce(
      (sum, one) => ({
        cpuMillis: sum.cpuMillis + one.cpuMillis,
        residentBytes: sum.residentBytes + one.residentBytes,
      }),
      own,
    );
}

/**
 * Processor time of the database's connections since they were made; zero where PostgreSQL runs on another machine. It
 * names its processes by what they do: `postgres: cluster: user database address state`.
 */
export function cpuMillisOfDatabase(name: string): number {
  const backends = processIds().filter((pid) => {
    const title = readOrNothing(`/proc/${pid}/cmdline`);
    return title.startsWith("postgres: ") && title.includes(` ${name} `);
  });
  return backends.reduce((sum, pid) => sum + ownUsage(pid).cpuMillis, 0);
}

function processIds(): number[] {
  return existsSync("/proc") ? readdirSync("/proc").map(Number).filter(Number.isInteger) : [];
}

/** proc(5): the 14th and 15th field are ticks of a hundredth second, the 24th pages of 4 KiB; the name may hold blanks. */
function ownUsage(pid: number): Usage {
  const fields = readOrNothing(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  const [user, system, pages] = [fields[11], fields[12], fields[21]].map((field) => Number(field ?? 0));
  return { cpuMillis: ((user ?? 0) + (system ?? 0)) * 10, residentBytes: (pages ?? 0) * 4096 };
}

function childrenOf(pid: number): number[] {
  return readOrNothing(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
}

/** A process may end at any moment, and not every machine has /proc. */
function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
