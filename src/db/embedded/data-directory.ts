import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { Binaries } from "./binaries";
import { EmbeddedDatabaseError, ifPresent } from "./failures";
import { serverEnvironment, type ServerUser } from "./server-user";

export const ownerRole = "alliance_owner";

/** The major version of the server that made the data; undefined when there is no data directory yet. */
export function readDataVersion(dataDirectory: string): number | undefined {
  if (!fs.existsSync(dataDirectory)) return undefined;
  const version = ifPresent(() => fs.readFileSync(path.join(dataDirectory, "PG_VERSION"), "utf8"));
  if (version === undefined) throw brokenData(dataDirectory, "its file PG_VERSION is missing");
  if (!/^\d+\s*$/.test(version)) throw brokenData(dataDirectory, "its file PG_VERSION does not hold a version");
  const control = ifPresent(() => fs.statSync(path.join(dataDirectory, "global", "pg_control")));
  if (!control || control.size === 0) throw brokenData(dataDirectory, "its file global/pg_control is missing or empty");
  return Number.parseInt(version, 10);
}

export function brokenData(dataDirectory: string, why: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    "DATA_DIRECTORY_BROKEN",
    `The data directory ${dataDirectory} is broken: ${why}; run \`npm run reset\` to begin anew.`,
  );
}

/**
 * Makes the data directory under another name and renames it when it is complete, so that a killed initdb leaves nothing
 * that looks like data. The locale is C and the encoding UTF-8: the only pair that sorts and compares the same in every
 * PostgreSQL from 15 on and on every system.
 */
export async function makeDataDirectory(
  dataDirectory: string,
  binaries: Binaries,
  user: ServerUser,
  ownerPassword: string,
): Promise<void> {
  sweepUnfinished(dataDirectory);
  const workshop = `${dataDirectory}-unfinished-${randomBytes(8).toString("hex")}`;
  fs.mkdirSync(workshop, { mode: 0o700 });
  const passwordFile = path.join(workshop, "password");
  fs.writeFileSync(passwordFile, ownerPassword, { mode: 0o600 });
  if (user.uid !== undefined) for (const item of [passwordFile, workshop]) fs.chownSync(item, user.uid, user.gid ?? -1);
  const made = path.join(workshop, "data");
  try {
    await runInitdb(made, passwordFile, binaries, user);
    fs.renameSync(made, dataDirectory);
  } finally {
    fs.rmSync(workshop, { recursive: true, force: true });
  }
}

async function runInitdb(made: string, passwordFile: string, binaries: Binaries, user: ServerUser): Promise<void> {
  const args = [`--pgdata=${made}`, `--username=${ownerRole}`, `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
  args.push("--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions");
  const options = { ...user, cwd: "/", env: serverEnvironment() };
  const child = spawn(path.join(binaries.directory, "initdb"), args, {
    ...options,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [complaint, exit] = await Promise.all([
    text(child.stderr),
    new Promise<number | string>((resolve) => {
      child.on("error", (error) => resolve(error.message));
      child.on("close", (code, signal) => resolve(code ?? `signal ${signal}`));
    }),
  ]);
  if (exit === 0) return;
  const line = complaint.split("\n").find((candidate) => /error|FATAL|could not/.test(candidate)) ?? complaint.trim();
  throw new EmbeddedDatabaseError(
    "SERVER_FAILED",
    `initdb of ${binaries.directory} could not make the data directory ${made}: ${line || exit}.`,
  );
}

/** Called under the installation's lock, so whoever was making these is dead, or its initdb an orphan that now fails. */
function sweepUnfinished(dataDirectory: string): void {
  const parent = path.dirname(dataDirectory);
  const prefix = `${path.basename(dataDirectory)}-unfinished-`;
  for (const entry of fs.readdirSync(parent)) {
    if (entry.startsWith(prefix)) fs.rmSync(path.join(parent, entry), { recursive: true, force: true, maxRetries: 3 });
  }
}
