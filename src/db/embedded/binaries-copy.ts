import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { errorCode, ifPresent } from "./failures";

/**
 * npm packs no symbolic links, so the package lists those of its libraries in a file and a script makes them after the
 * installation. Where scripts are switched off, they are made here. False when they are missing and cannot be made.
 */
export function restoreLinks(binDirectory: string): boolean {
  const packageRoot = path.resolve(binDirectory, "..", "..");
  const list = ifPresent(() => fs.readFileSync(path.join(packageRoot, "native", "pg-symlinks.json"), "utf8"));
  const links = list === undefined ? [] : (JSON.parse(list) as { source: string; target: string }[]);
  for (const { source, target } of links) {
    const link = path.join(packageRoot, target);
    if (isLinkOrFile(link)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      if (errorCode(error) === "EEXIST") continue;
      if (["EACCES", "EPERM", "EROFS"].includes(errorCode(error) ?? "")) return false;
      throw error;
    }
  }
  return true;
}

/**
 * Copies binaries that the server's user cannot reach (or whose links cannot be made) into the installation, once: 60 MB
 * in about 0.1 s. The copy lies in a directory that only its maker can change, so nobody can slip other binaries in, and
 * is named by what it was copied from, so that a newer package is copied anew.
 */
export function makeReadableCopy(
  binDirectory: string,
  installationDirectory: string,
  log: (line: string) => void,
): string {
  const { size, mtimeMs } = fs.statSync(path.join(binDirectory, "postgres"));
  const origin = createHash("sha256").update(`${binDirectory}|${size}|${mtimeMs}`).digest("hex").slice(0, 16);
  const copy = path.join(installationDirectory, `binaries-${origin}`);
  // The package lists its links by paths that begin with "native", so that the copy keeps this name for any origin.
  const copiedBin = path.join(copy, "native", "bin");
  if (fs.existsSync(copy)) return copiedBin;
  sweepPartial(installationDirectory);
  log(`The database's user cannot use the binaries in ${binDirectory}; they are copied to ${copiedBin}.`);
  const partial = path.join(installationDirectory, `binaries-partial-${randomBytes(8).toString("hex")}`);
  for (const part of ["bin", "lib", "share", "pg-symlinks.json"]) {
    const from = path.resolve(binDirectory, "..", part);
    const options = { recursive: true, verbatimSymlinks: true, mode: fs.constants.COPYFILE_FICLONE };
    if (fs.existsSync(from)) fs.cpSync(from, path.join(partial, "native", part), options);
  }
  openForReading(partial);
  restoreLinks(path.join(partial, "native", "bin"));
  fs.renameSync(partial, copy);
  return copiedBin;
}

/** An installation with a strict umask leaves files that only their owner may read. */
function openForReading(directory: string): void {
  fs.chmodSync(directory, 0o755);
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const full = path.join(directory, entry.name);
    if (entry.isDirectory()) openForReading(full);
    else if (entry.isFile()) fs.chmodSync(full, fs.statSync(full).mode & 0o100 ? 0o755 : 0o644);
  }
}

function sweepPartial(installationDirectory: string): void {
  for (const entry of fs.readdirSync(installationDirectory)) {
    if (!entry.startsWith("binaries-partial-")) continue;
    fs.rmSync(path.join(installationDirectory, entry), { recursive: true, force: true });
  }
}

function isLinkOrFile(file: string): boolean {
  return ifPresent(() => fs.lstatSync(file)) !== undefined;
}
