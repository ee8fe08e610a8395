import { spawnSync } from "node:child_process";
import fs from "node:fs";

/**
 * A process number alone says little: after a kill -9 or a reboot it belongs to somebody else. Together with the moment
 * the process started it names one process for good.
 */
export interface ProcessIdentity {
  pid: number;
  /** Opaque; equal for the same process, different for a later one of the same number; empty where it cannot be known. */
  startedAt: string;
}

export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, startedAt: startOf(pid) ?? "" };
}

/** Whether exactly this process still runs; where its start cannot be known, whether any process has its number. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (!isPidAlive(identity.pid)) return false;
  const started = startOf(identity.pid);
  return !started || !identity.startedAt || started === identity.startedAt;
}

/** A zombie counts as dead: under a container's first process, which never reaps, one can stay for ever. */
export function isPidAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const state = linuxStat(pid)?.[0];
  return state !== "Z" && state !== "X";
}

/**
 * Whether the process is a database server of this data directory. The server makes the data directory its working
 * directory, and comparing inodes holds even when the project was renamed under it; the command line is the fallback
 * where working directories cannot be read.
 */
export function servesDirectory(pid: number, directory: string): boolean {
  if (!isPidAlive(pid)) return false;
  try {
    const workingDirectory = fs.statSync(`/proc/${pid}/cwd`);
    const data = fs.statSync(directory);
    return workingDirectory.ino === data.ino && workingDirectory.dev === data.dev;
  } catch {
    return commandOf(pid).includes(`-D ${directory} `);
  }
}

function commandOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "";
  }
}

function startOf(pid: number): string | undefined {
  const ticks = linuxStat(pid)?.[19];
  if (ticks !== undefined) return `${bootId()}:${ticks}`;
  if (process.platform === "linux") return undefined;
  const listed = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", env: { LC_ALL: "C" } });
  return listed.stdout?.trim() || undefined;
}

/** The fields of /proc/<pid>/stat from the state on; the name before it may itself contain spaces and brackets. */
function linuxStat(pid: number): string[] | undefined {
  try {
    const line = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return line.slice(line.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** Start times count from the boot, so that the same count after a reboot must not look like the same process. */
function bootId(): string {
  try {
    return fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
