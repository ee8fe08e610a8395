import fs from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { EmbeddedDatabaseError, ifPresent } from "./failures";
import { isPidAlive, servesDirectory } from "./process-identity";

/** What `postmaster.pid` says; the server writes it line by line as it starts. */
export interface RunningServer {
  pid: number;
  port: number | undefined;
  status: "starting" | "ready" | "stopping";
}

const pollMs = 20;

/** The server of this data directory, whoever started it; undefined when none runs, whatever the file says. */
export function findRunningServer(dataDirectory: string): RunningServer | undefined {
  const lines = ifPresent(() => fs.readFileSync(pidFile(dataDirectory), "utf8"))?.split("\n") ?? [];
  const pid = Number.parseInt(lines[0] ?? "", 10);
  if (!servesDirectory(pid, dataDirectory)) return undefined;
  const port = Number.parseInt(lines[3] ?? "", 10);
  const status = (lines[7] ?? "").trim();
  return {
    pid,
    port: port > 0 ? port : undefined,
    status: status === "ready" ? "ready" : status === "stopping" ? "stopping" : "starting",
  };
}

/**
 * A killed server leaves its process number behind. When another process has it now, PostgreSQL refuses to start. The
 * number is then replaced by one that no process can have; the rest of the file stays, because from it the new server
 * sees whether orphaned backends of the old one still work on the data.
 */
export function forgiveRecycledPid(dataDirectory: string): void {
  const content = ifPresent(() => fs.readFileSync(pidFile(dataDirectory), "utf8"));
  if (content === undefined) return;
  if (content.trim() === "") return forgiveEmptyFile(dataDirectory);
  const pid = Number.parseInt(content, 10);
  if (!isPidAlive(pid) || servesDirectory(pid, dataDirectory)) return;
  fs.writeFileSync(pidFile(dataDirectory), content.replace(/^\d+/, "2147483647"));
}

/** Left by a crash between making the file and writing it; PostgreSQL refuses to judge, since it may be just starting. */
function forgiveEmptyFile(dataDirectory: string): void {
  const made = ifPresent(() => fs.statSync(pidFile(dataDirectory)))?.mtimeMs ?? Infinity;
  if (Date.now() - made > 5_000) fs.rmSync(pidFile(dataDirectory), { force: true });
}

/** Waits for a server that is starting or recovering; undefined when it stopped instead. */
export async function untilReady(
  dataDirectory: string,
  stillWanted: () => boolean,
  patienceMs = 300_000,
): Promise<(RunningServer & { port: number }) | undefined> {
  const deadline = performance.now() + patienceMs;
  while (stillWanted()) {
    const server = findRunningServer(dataDirectory);
    if (server?.status === "ready" && server.port !== undefined) return { ...server, port: server.port };
    if (performance.now() > deadline) {
      throw new EmbeddedDatabaseError("SERVER_FAILED", `The database in ${dataDirectory} did not become ready.`);
    }
    await delay(pollMs);
  }
  return undefined;
}

/**
 * Fast shutdown: open connections are ended, what is committed is safe. A server that does not obey within 30 s is told
 * to drop everything; it then recovers at the next start.
 */
export async function stopServer(dataDirectory: string): Promise<void> {
  const server = findRunningServer(dataDirectory);
  if (!server) return;
  signal(server.pid, "SIGINT");
  const immediateAt = performance.now() + 30_000;
  let told = false;
  while (servesDirectory(server.pid, dataDirectory)) {
    if (!told && performance.now() > immediateAt) {
      signal(server.pid, "SIGQUIT");
      told = true;
    }
    await delay(pollMs);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function pidFile(dataDirectory: string): string {
  return path.join(dataDirectory, "postmaster.pid");
}
