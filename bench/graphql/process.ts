import { spawn, type StdioOptions } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Cleanup } from "./database";

export const project = resolve(__dirname, "..", "..");
/** What Node needs to run a TypeScript file of the project. */
export const typescript = ["-r", "@swc-node/register"];

const readyWithinMillis = 60_000;
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

/** proc(5): the 14th and 15th field are ticks of a hundredth second, the 24th pages of 4 KiB; the name may hold blanks. */
function ownUsage(pid: number): Usage {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    const [user, system, pages] = [fields[11], fields[12], fields[21]].map(Number);
    return { cpuMillis: ((user ?? 0) + (system ?? 0)) * 10, residentBytes: (pages ?? 0) * 4096 };
  } catch {
    return { cpuMillis: 0, residentBytes: 0 };
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
