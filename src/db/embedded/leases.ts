import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { errorCode, ifPresent } from "./failures";
import { identifyProcess, isRunning, type ProcessIdentity } from "./process-identity";

/**
 * Who uses the server: one file per join. All of these are called under the installation's lock, so that nobody joins
 * between "I am the last" and "stop".
 */
export interface Lease {
  release(): void;
}

export function takeLease(installationDirectory: string): Lease {
  const directory = leasesOf(installationDirectory);
  fs.mkdirSync(directory, { recursive: true });
  const file = path.join(directory, `${process.pid}-${randomUUID()}.json`);
  fs.writeFileSync(file, JSON.stringify(identifyProcess(process.pid)));
  return { release: () => fs.rmSync(file, { force: true }) };
}

/** The processes that use the server now; leases of processes that died without leaving are removed. */
export function liveLeases(installationDirectory: string): ProcessIdentity[] {
  const directory = leasesOf(installationDirectory);
  const names = ifPresent(() => fs.readdirSync(directory)) ?? [];
  return names.flatMap((name) => {
    const file = path.join(directory, name);
    const holder = readLease(file);
    if (holder && isRunning(holder)) return [holder];
    fs.rmSync(file, { force: true });
    return [];
  });
}

function readLease(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as ProcessIdentity;
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function leasesOf(installationDirectory: string): string {
  return path.join(installationDirectory, "leases");
}
