import fs from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { chooseBinaries, type Binaries } from "./binaries";
import { makeDataDirectory, readDataVersion } from "./data-directory";
import { EmbeddedDatabaseError, withClearFailures } from "./failures";
import { makeProjectHome, openInstallation, projectHomeOf, type Installation } from "./installation";
import { withInstallationLock } from "./installation-lock";
import { liveLeases, takeLease, type Lease } from "./leases";
import { greetServer, isUnanswered, urlOf } from "./owner-connection";
import { findRunningServer, stopServer, untilReady } from "./running-server";
import { openSecrets, type Secrets } from "./secrets";
import { startServer } from "./start-server";

export { describeEmbeddedFailure, EmbeddedDatabaseError, type EmbeddedFailureCode } from "./failures";
export { resetEmbeddedDatabase } from "./reset";
export type { Secrets } from "./secrets";

export interface EmbeddedDatabase {
  /** Of the superuser that owns the schema; the database is `alliance` on 127.0.0.1. Carries the password. */
  ownerUrl: string;
  port: number;
  dataDirectory: string;
  /** A server that already ran was used. */
  joined: boolean;
  /** What the running server was started from. */
  binaries: Binaries;
  secrets: Secrets;
  /** The last process to leave stops the server; calling it again does nothing more. */
  leave(): Promise<void>;
}

/**
 * Makes sure that the project's own PostgreSQL server runs, and takes part in it. Several processes may do so at the
 * same moment. Throws an EmbeddedDatabaseError for everything that can be wrong with the machine.
 */
export async function joinEmbeddedDatabase(options: {
  projectDirectory: string;
  log?: (line: string) => void;
}): Promise<EmbeddedDatabase> {
  refusePlatform();
  const log = options.log ?? (() => undefined);
  const projectHome = projectHomeOf(options.projectDirectory);
  return underLock(projectHome, async () => {
    makeProjectHome(projectHome);
    const installation = openInstallation(projectHome, log);
    const major = readDataVersion(installation.dataDirectory);
    const secrets = openSecrets(installation.directory, major !== undefined);
    const { port, binaries, joined, lease } = await ensureAnsweringServer(installation, major, secrets, log);
    return {
      ownerUrl: urlOf(port, secrets.ownerPassword, "alliance"),
      port,
      dataDirectory: installation.dataDirectory,
      joined,
      binaries,
      secrets,
      leave: leaveOnce(installation, lease),
    };
  });
}

function refusePlatform(): void {
  if (process.platform !== "win32") return;
  throw new EmbeddedDatabaseError(
    "PLATFORM_UNSUPPORTED",
    "The embedded database does not run on Windows itself; use the Windows Subsystem for Linux, or give a server by DATABASE_URL.",
  );
}

function underLock<T>(projectHome: string, work: () => Promise<T>): Promise<T> {
  return withClearFailures(projectHome, () => withInstallationLock(projectHome, work));
}

/** What the next start and the next joiner need to know about the server. */
interface ServerNote {
  port: number;
  binaries: Binaries;
}

/** A server that was killed this moment still looks alive; then it is asked in vain, and another one is started. */
async function ensureAnsweringServer(
  installation: Installation,
  major: number | undefined,
  secrets: Secrets,
  log: (line: string) => void,
): Promise<ServerNote & { joined: boolean; lease: Lease }> {
  for (let attempt = 1; ; attempt += 1) {
    const known = attempt === 1 ? major : readDataVersion(installation.dataDirectory);
    const server = await ensureServer(installation, known, secrets, log);
    try {
      return { ...server, lease: await greetAndTakeLease(installation, server.port, secrets) };
    } catch (error) {
      if (attempt >= 20 || !server.joined || !isUnanswered(error)) throw error;
      await delay(100);
    }
  }
}

async function ensureServer(
  installation: Installation,
  major: number | undefined,
  secrets: Secrets,
  log: (line: string) => void,
): Promise<ServerNote & { joined: boolean }> {
  const { dataDirectory, user } = installation;
  const note = readNote(installation);
  const choose = () =>
    chooseBinaries({ major, dataDirectory, installationDirectory: installation.directory, user, log });
  const running = await untilReady(dataDirectory, () => findRunningServer(dataDirectory) !== undefined);
  if (running) return { port: running.port, binaries: note?.binaries ?? choose(), joined: true };

  const binaries = choose();
  if (major === undefined) {
    log(`Making a database with PostgreSQL ${binaries.version} in ${dataDirectory}.`);
    await makeDataDirectory(dataDirectory, binaries, user, secrets.ownerPassword);
  }
  const started = await startServer(installation, binaries, note?.port, log);
  writeNote(installation, { port: started.port, binaries });
  return { ...started, binaries };
}

/** A server that nobody will use after all must not be left running. */
async function greetAndTakeLease(installation: Installation, port: number, secrets: Secrets): Promise<Lease> {
  try {
    await greetServer(port, secrets.ownerPassword, installation.dataDirectory);
    return takeLease(installation.directory);
  } catch (error) {
    if (liveLeases(installation.directory).length === 0) await stopServer(installation.dataDirectory);
    throw error;
  }
}

function leaveOnce(installation: Installation, lease: Lease): () => Promise<void> {
  let leaving: Promise<void> | undefined;
  const leave = () =>
    underLock(installation.projectHome, async () => {
      lease.release();
      if (liveLeases(installation.directory).length === 0) await stopServer(installation.dataDirectory);
    });
  return () => (leaving ??= leave());
}

function readNote(installation: Installation): ServerNote | undefined {
  try {
    return JSON.parse(fs.readFileSync(noteFile(installation), "utf8")) as ServerNote;
  } catch {
    // Missing or torn: everything in it can be found out again.
    return undefined;
  }
}

function writeNote(installation: Installation, note: ServerNote): void {
  fs.writeFileSync(noteFile(installation), `${JSON.stringify(note)}\n`);
}

function noteFile(installation: Installation): string {
  return path.join(installation.directory, "server.json");
}
