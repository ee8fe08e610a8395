import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { EmbeddedDatabaseError, ifPresent } from "./failures";

/** Who the server runs as. PostgreSQL refuses to run as root, so root becomes somebody else for it. */
export interface ServerUser {
  /** Absent when the server runs as the caller. */
  uid?: number;
  gid?: number;
}

/**
 * The owner of an existing data directory comes first: root may join what an ordinary user of the same project made.
 * Else `postgres`, where it exists for just this, else `nobody`.
 */
export function chooseServerUser(dataDirectory: string): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const data = ifPresent(() => fs.statSync(dataDirectory));
  if (data && data.uid !== 0) return { uid: data.uid, gid: data.gid };
  for (const name of ["postgres", "nobody"]) {
    const user = lookUp(name);
    if (user && runAs(user, "/bin/sh", ["-c", "exit 0"]).status === 0) return user;
  }
  throw new EmbeddedDatabaseError(
    "NO_UNPRIVILEGED_USER",
    "PostgreSQL does not run as root, and root cannot become the user `postgres` or `nobody` here; start as an ordinary user or give a server by DATABASE_URL.",
  );
}

/** Whether the user may enter the directory, asked of the system itself: mode bits alone miss access lists and mounts. */
export function canEnter(user: ServerUser, directory: string): boolean {
  return runAs(user, "/bin/sh", ["-c", 'cd "$1"', "sh", directory]).status === 0;
}

/** The working directory is `/`, because the caller's may be closed to the user. */
export function runAs(user: ServerUser, command: string, args: string[]) {
  return spawnSync(command, args, { ...user, cwd: "/", encoding: "utf8", env: serverEnvironment() });
}

/** Nothing of the caller's PG* variables or locale reaches the server; its messages are read, so they are in English. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, LD_LIBRARY_PATH } = process.env;
  return { LC_ALL: "C", TZ: "UTC", ...(PATH && { PATH }), ...(LD_LIBRARY_PATH && { LD_LIBRARY_PATH }) };
}

function lookUp(name: string): ServerUser | undefined {
  const [uid, gid] = ["-u", "-g"].map((option) => spawnSync("id", [option, name], { encoding: "utf8" }));
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
