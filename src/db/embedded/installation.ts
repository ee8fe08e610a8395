import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { EmbeddedDatabaseError, errorCode, ifPresent } from "./failures";
import { canEnter, chooseServerUser, runAs, type ServerUser } from "./server-user";

/**
 * Where an installation keeps its data directory, secrets, leases, log and (if it must) copies of the binaries.
 * Usually that is `<project>/.alliance/`. Where the server's user cannot work there, it is a directory elsewhere, named
 * by the file `<project>/.alliance/location`.
 */
export interface Installation {
  directory: string;
  dataDirectory: string;
  /** `<project>/.alliance`, always there: it holds the lock and, where needed, the pointer. */
  projectHome: string;
  user: ServerUser;
}

/** A directory that is not there is not made: where its name was mistyped, that would look like all data being gone. */
export function projectHomeOf(projectDirectory: string): string {
  if (!fs.existsSync(projectDirectory)) {
    const message = `There is no directory ${projectDirectory} to keep the database in; make it, or correct ALLIANCE_HOME.`;
    throw new EmbeddedDatabaseError("INSTALLATION_UNUSABLE", message);
  }
  return path.join(fs.realpathSync(projectDirectory), ".alliance");
}

export function openInstallation(projectHome: string, log: (line: string) => void): Installation {
  const known = findInstallation(projectHome);
  if (known) return known;
  const user = chooseServerUser(path.join(projectHome, "data"));
  if (canHold(projectHome, user)) return describe(projectHome, projectHome, user);
  const directory = makeElsewhere(projectHome, user);
  log(`The database's user cannot work below ${projectHome}; the data is kept in ${directory}.`);
  return describe(directory, projectHome, user);
}

/** The installation that is already there, if any. */
export function findInstallation(projectHome: string): Installation | undefined {
  const directory = readPointer(projectHome);
  if (directory === undefined) {
    if (!fs.existsSync(path.join(projectHome, "data"))) return undefined;
    return describe(projectHome, projectHome, chooseServerUser(path.join(projectHome, "data")));
  }
  claimElsewhere(directory, projectHome);
  return describe(directory, projectHome, chooseServerUser(path.join(directory, "data")));
}

/** The installation as far as it is this project's to remove: a pointer to nowhere or to another's is nobody's loss. */
export function findOwnInstallation(projectHome: string): Installation | undefined {
  const directory = readPointer(projectHome);
  if (directory === undefined) return findInstallation(projectHome);
  const ownership = ownershipOf(directory, projectHome);
  return ownership === "ours" || ownership === "moved along" ? findInstallation(projectHome) : undefined;
}

/** `.alliance` must let the server's user through to its data directory, but shows nobody what is in it. */
export function makeProjectHome(projectHome: string): void {
  fs.mkdirSync(projectHome, { recursive: true });
  try {
    fs.chmodSync(projectHome, 0o711);
  } catch {
    // Another user's, or a file system without permissions: the probe decides whether the server can work there.
  }
}

function describe(directory: string, projectHome: string, user: ServerUser): Installation {
  return { directory, dataDirectory: path.join(directory, "data"), projectHome, user };
}

/**
 * Tries out what the server will do: enter, write, and own a directory that is closed to others. A private home refuses
 * the first; mounted folders of another system often refuse the last, and PostgreSQL insists on it.
 */
function canHold(directory: string, user: ServerUser): boolean {
  const probe = path.join(directory, `probe-${randomBytes(8).toString("hex")}`);
  try {
    fs.mkdirSync(probe, { mode: 0o700 });
    if (user.uid !== undefined) fs.chownSync(probe, user.uid, user.gid ?? -1);
    const wrote = runAs(user, "/bin/sh", ["-c", 'cd "$1" && : > file && chmod 600 file', "sh", probe]);
    const made = fs.statSync(probe);
    return wrote.status === 0 && (made.mode & 0o777) === 0o700 && (user.uid === undefined || made.uid === user.uid);
  } catch (error) {
    if (["EPERM", "EINVAL", "ENOTSUP", "EOPNOTSUPP", "EACCES"].includes(errorCode(error) ?? "")) return false;
    throw error;
  } finally {
    fs.rmSync(probe, { recursive: true, force: true });
  }
}

const elsewhereName = /^merchant-alliance-[0-9a-f]{32}$/;

function makeElsewhere(projectHome: string, user: ServerUser): string {
  const durable = process.getuid?.() === 0 ? "/var/lib" : path.join(os.homedir(), ".local", "share");
  for (const parent of [durable, os.tmpdir()]) {
    if (!fs.existsSync(parent) || !canEnter(user, parent)) continue;
    const directory = path.join(fs.realpathSync(parent), `merchant-alliance-${randomBytes(16).toString("hex")}`);
    try {
      fs.mkdirSync(directory, { mode: 0o711 });
    } catch {
      continue;
    }
    fs.chmodSync(directory, 0o711);
    if (!canHold(directory, user)) {
      fs.rmSync(directory, { recursive: true });
      continue;
    }
    fs.writeFileSync(ownerFile(directory), projectHome);
    writePointer(projectHome, directory);
    return directory;
  }
  throw new EmbeddedDatabaseError(
    "INSTALLATION_UNUSABLE",
    `The database's user can work neither below ${projectHome} nor in ${durable} or ${os.tmpdir()}; move the project to a place that others may enter, or give a server by DATABASE_URL.`,
  );
}

type Ownership = "ours" | "moved along" | "gone" | { copiedFrom: string };

/**
 * The pointed-to directory names its project in turn. A project that was moved takes its directory along; one that was
 * copied must not share (and reset) the directory of the original.
 */
function ownershipOf(directory: string, projectHome: string): Ownership {
  if (!path.isAbsolute(directory) || !elsewhereName.test(path.basename(directory))) return "gone";
  const owner = ifPresent(() => fs.readFileSync(ownerFile(directory), "utf8").trim());
  if (owner === undefined) return "gone";
  if (owner === projectHome) return "ours";
  return readPointer(owner) === directory ? { copiedFrom: path.dirname(owner) } : "moved along";
}

function claimElsewhere(directory: string, projectHome: string): void {
  const ownership = ownershipOf(directory, projectHome);
  if (ownership === "ours") return;
  if (ownership === "moved along") return fs.writeFileSync(ownerFile(directory), projectHome);
  const pointer = pointerFile(projectHome);
  const what = ownership === "gone" ? "no installation is there" : `that belongs to ${ownership.copiedFrom}`;
  throw new EmbeddedDatabaseError(
    "INSTALLATION_UNUSABLE",
    `The data is in ${directory}, as ${pointer} says, but ${what}; run \`npm run reset\` here to begin anew.`,
  );
}

function readPointer(projectHome: string): string | undefined {
  return ifPresent(() => fs.readFileSync(pointerFile(projectHome), "utf8").trim()) || undefined;
}

function writePointer(projectHome: string, directory: string): void {
  const partial = `${pointerFile(projectHome)}.new`;
  fs.writeFileSync(partial, `${directory}\n`);
  fs.renameSync(partial, pointerFile(projectHome));
}

export function pointerFile(projectHome: string): string {
  return path.join(projectHome, "location");
}

function ownerFile(directory: string): string {
  return path.join(directory, "project");
}
