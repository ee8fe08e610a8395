import { execFileSync } from "node:child_process";
import type * as Inspector from "@graphql-inspector/core";
import { buildSchema } from "graphql";
import { CommandRefusal } from "./command";

export interface CommittedSchema {
  readonly revision: string;
  readonly text: string;
}

/**
 * The version of the schema file that clients may know: the last commit's, or, where that is already the current one,
 * the one before the commit that brought it. Undefined without git or without an earlier version.
 */
export function committedSchema(project: string, file: string, current: string): CommittedSchema | undefined {
  for (const revision of revisionsOf(project, file)) {
    const text = git(project, "show", `${revision}:./${file}`);
    if (text !== undefined && text.trim() !== current.trim()) return { revision: revision.slice(0, 10), text };
  }
  return undefined;
}

/** In words, one a change, each in one line. */
export async function breakingChanges(before: string, after: string): Promise<string[]> {
  const { diff, CriticalityLevel } = inspector();
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes
    .filter((change) => change.criticality.level === CriticalityLevel.Breaking)
    .map((change) => change.message.replaceAll(/\s+/g, " "));
}

/** A mark is a line of its own that says what is broken, so that one mark does not excuse the next change. */
export function isMarked(change: string, marks: string): boolean {
  return marks.split("\n").some((line) => line.trim() === `BREAKING: ${change}`);
}

/** The two newest commits that touched the file. */
function revisionsOf(project: string, file: string): string[] {
  return (git(project, "log", "-2", "--format=%H", "--", file) ?? "").split("\n").filter(Boolean);
}

function git(project: string, ...args: string[]): string | undefined {
  try {
    return execFileSync("git", args, {
      cwd: project,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch {
    return undefined;
  }
}

/** A development dependency, so absent where the product is only run. */
function inspector(): typeof Inspector {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only where it is needed and there
    return require("@graphql-inspector/core") as typeof Inspector;
  } catch (error) {
    throw new CommandRefusal("schema check needs the development dependencies: run `npm ci` without --omit=dev.", {
      cause: error,
    });
  }
}
