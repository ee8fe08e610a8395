import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { EmbeddedDatabaseError, errorCode, ifPresent } from "./failures";
import { identifyProcess, isRunning, type ProcessIdentity } from "./process-identity";

const pollMs = 25;

/**
 * Lets one process at a time change an installation, and survives a kill -9 at any moment.
 *
 * The lock is a directory holding one file, which names its holder. A process prepares such a directory under a name of
 * its own and renames it to `lock`; the system refuses that while `lock` has anything in it, so that a lock never exists
 * without its complete holder. A dead holder's lock is broken by removing that holder's file by its unique name: if
 * somebody else has taken the lock since, the name is not there and nothing happens. (A lock file made by open('wx')
 * has both gaps: it is empty for a moment, and two who break it at once can remove each other's.)
 */
export async function withInstallationLock<T>(
  directory: string,
  work: () => Promise<T>,
  patienceMs = 120_000,
): Promise<T> {
  const holderFile = await acquire(directory, patienceMs);
  try {
    return await work();
  } finally {
    release(directory, holderFile);
  }
}

async function acquire(directory: string, patienceMs: number): Promise<string> {
  const name = randomUUID();
  const deadline = performance.now() + patienceMs;
  for (;;) {
    if (tryToTake(directory, name)) {
      sweepPrepared(directory);
      return path.join(lockOf(directory), name);
    }
    const holder = breakIfStale(directory);
    if (holder === undefined) continue;
    if (performance.now() > deadline) {
      throw new EmbeddedDatabaseError(
        "INSTALLATION_BUSY",
        `Process ${holder.pid} has been starting or stopping the embedded database for too long; stop it and try again.`,
      );
    }
    await delay(pollMs);
  }
}

function tryToTake(directory: string, name: string): boolean {
  const prepared = path.join(directory, `lock-${name}`);
  fs.mkdirSync(prepared, { recursive: true, mode: 0o755 });
  try {
    fs.writeFileSync(path.join(prepared, name), JSON.stringify(identifyProcess(process.pid)));
    fs.renameSync(prepared, lockOf(directory));
    return true;
  } catch (error) {
    fs.rmSync(prepared, { recursive: true, force: true });
    if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes(errorCode(error) ?? "")) return false;
    throw error;
  }
}

/** The live holder; undefined when there is none (any more), so that it is worth trying again at once. */
function breakIfStale(directory: string): ProcessIdentity | undefined {
  const name = ifPresent(() => fs.readdirSync(lockOf(directory)))?.[0];
  if (name === undefined) return undefined;
  const file = path.join(lockOf(directory), name);
  const holder = readHolder(file);
  if (holder && isRunning(holder)) return holder;
  fs.rmSync(file, { force: true });
  return undefined;
}

/** A holder that cannot be read was cut off by a crash of the machine: it was complete before it became the lock. */
function readHolder(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as ProcessIdentity;
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function release(directory: string, holderFile: string): void {
  fs.rmSync(holderFile, { force: true });
  try {
    fs.rmdirSync(lockOf(directory));
  } catch {
    // Another process has taken the emptied directory already, or the whole installation was removed.
  }
}

/** Removes what processes prepared that were killed before their rename. */
function sweepPrepared(directory: string): void {
  for (const entry of fs.readdirSync(directory)) {
    if (!entry.startsWith("lock-")) continue;
    const holder = readHolder(path.join(directory, entry, entry.slice("lock-".length)));
    if (holder && !isRunning(holder)) fs.rmSync(path.join(directory, entry), { recursive: true, force: true });
  }
}

function lockOf(directory: string): string {
  return path.join(directory, "lock");
}
