import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Binaries } from "./binaries";
import { brokenData } from "./data-directory";
import { EmbeddedDatabaseError } from "./failures";
import type { Installation } from "./installation";
import { findRunningServer, forgiveRecycledPid, untilReady } from "./running-server";
import { serverEnvironment } from "./server-user";

export interface StartedServer {
  port: number;
  /** Somebody else's server of this data directory was faster. */
  joined: boolean;
}

/** Starts the server on the remembered port, or on one picked by the system when that is taken. */
export async function startServer(
  installation: Installation,
  binaries: Binaries,
  rememberedPort: number | undefined,
  log: (line: string) => void,
): Promise<StartedServer> {
  let port = rememberedPort !== undefined && (await isFree(rememberedPort)) ? rememberedPort : await pickFreePort();
  if (rememberedPort !== undefined && port !== rememberedPort) {
    log(`Port ${rememberedPort} is taken by another program; the database uses ${port}.`);
  }
  for (let attempt = 1; ; attempt += 1) {
    forgiveRecycledPid(installation.dataDirectory);
    const outcome = await launch(installation, binaries, port);
    if (typeof outcome === "number") return { port: outcome, joined: false };
    const failure = classify(outcome);
    if (failure === "lockHeld") {
      const other = await untilReady(installation.dataDirectory, () => hasServer(installation));
      if (other) return { port: other.port, joined: true };
    }
    if (failure === "fatal" || attempt >= attempts) throw explain(outcome, installation);
    if (failure === "portTaken") port = await pickFreePort();
    // Backends of a killed server notice its death within a moment, and the new one waits for the last of them.
    else await delay(250);
  }
}

const attempts = 40;

/**
 * A development server: 200 connections for server, command line and parallel tests, memory for the demo alliance, but a
 * commit is a commit (synchronous_commit and fsync stay on). Replication is off, which makes bulk loads cheaper, and so is
 * JIT, which costs short statements more than it gives. Given as arguments, so that a new release changes them for
 * existing data too.
 */
function settings(port: number): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    password_encryption: "scram-sha-256",
    max_connections: 200,
    shared_buffers: "256MB",
    maintenance_work_mem: "128MB",
    max_wal_size: "2GB",
    wal_level: "minimal",
    max_wal_senders: 0,
    synchronous_commit: "on",
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    lc_messages: "C",
    logging_collector: "off",
    log_destination: "stderr",
    log_line_prefix: "%m [%p] ",
    cluster_name: "merchant-alliance",
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** The port when the server is ready, else what it said before it gave up. */
async function launch(installation: Installation, binaries: Binaries, port: number): Promise<number | string> {
  const { dataDirectory, user } = installation;
  const log = openLog(installation.directory);
  try {
    // A session of its own: Ctrl-C in the terminal must reach our process alone, which then stops the server in order.
    const child = spawn(path.join(binaries.directory, "postgres"), ["-D", dataDirectory, ...settings(port)], {
      ...user,
      cwd: "/",
      env: serverEnvironment(),
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    let ended: string | undefined;
    child.on("error", (error) => (ended = error.message));
    child.on("exit", (code, signal) => (ended = `it ended with ${code ?? signal}`));
    child.unref();
    const ready = await untilReady(dataDirectory, () => ended === undefined);
    if (ready && ready.pid === child.pid) return ready.port;
    if (ended === undefined) await once(child, "exit");
    return readFrom(log.file, log.begin) || (ended ?? "");
  } finally {
    fs.closeSync(log.fd);
  }
}

function hasServer(installation: Installation): boolean {
  return findRunningServer(installation.dataDirectory) !== undefined;
}

type Failure = "portTaken" | "lockHeld" | "orphanedBackends" | "fatal";

function classify(said: string): Failure {
  if (/could not bind|could not create any TCP\/IP sockets/.test(said)) return "portTaken";
  if (/lock file "postmaster.pid" already exists|lock file "postmaster.pid" is empty/.test(said)) return "lockHeld";
  if (/pre-existing shared memory block/.test(said)) return "orphanedBackends";
  return "fatal";
}

function explain(said: string, installation: Installation): EmbeddedDatabaseError {
  const line = said.split("\n").find((candidate) => /FATAL|PANIC/.test(candidate)) ?? said.trim().split("\n").at(-1);
  const reason = (line ?? "").replace(/^.*?(FATAL|PANIC):\s*/, "");
  if (
    /checkpoint record|could not (open|read|stat) (file|directory)|control file|incompatible with server|not a valid data/.test(
      reason,
    )
  ) {
    return brokenData(installation.dataDirectory, `the server says "${reason}"`);
  }
  return new EmbeddedDatabaseError(
    "SERVER_FAILED",
    `The database did not start: ${reason || "it said nothing"} (log: ${logFile(installation.directory)}).`,
  );
}

function logFile(installationDirectory: string): string {
  return path.join(installationDirectory, "logs", "postgres.log");
}

/** Begins the log anew when it has grown beyond 20 MB; the server itself never looks at its size. */
function openLog(installationDirectory: string): { file: string; fd: number; begin: number } {
  const file = logFile(installationDirectory);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const fd = fs.openSync(file, "a", 0o600);
  if (fs.fstatSync(fd).size > 20_000_000) fs.ftruncateSync(fd);
  return { file, fd, begin: fs.fstatSync(fd).size };
}

function readFrom(file: string, begin: number): string {
  return fs.readFileSync(file).subarray(begin).toString("utf8").trim();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

async function pickFreePort(): Promise<number> {
  const probe = net.createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
