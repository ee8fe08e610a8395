import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const debian = "/usr/lib/postgresql";

/** PostgreSQL's own benchmark, of the newest version that is installed; Debian's package `postgresql` brings it. */
export function findPgbench(): string {
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(debian, version, "bin", "pgbench")).find((path) => existsSync(path));
  if (!found) throw new Error("pgbench is not installed: apt-get install postgresql");
  return found;
}

/** Fills the tables of the TPC-B-like transaction; 100,000 accounts for each unit of scale. */
export async function fillPgbench(url: string, scale: number): Promise<void> {
  await run(findPgbench(), ["-i", "-q", "-s", String(scale), url], { maxBuffer: 1 << 26 });
}

/** Transactions a second of the built-in TPC-B-like script with prepared statements. */
export async function runPgbench(
  url: string,
  { clients, seconds }: { clients: number; seconds: number },
): Promise<number> {
  const args = ["-n", "-M", "prepared", "-c", String(clients), "-j", "2", "-T", String(seconds), url];
  const { stdout } = await run(findPgbench(), args, { maxBuffer: 1 << 26 });
  const rate = /tps = ([\d.]+)/.exec(stdout)?.[1];
  if (!rate) throw new Error(`pgbench told no rate: ${stdout}`);
  return Number(rate);
}
