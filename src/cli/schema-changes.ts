import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type * as Inspector from "@graphql-inspector/core";
import { buildSchema } from "graphql";
import { CommandRefusal } from "./command";

export interface CommittedSchema {
  readonly revision: string;
  readonly text: string;
}

/**
 * The versions of the schema file that clients may know, none of them the current one: that of the commit where this
 * branch left the main one, since a branch may break clients in any of its commits, and the newest on this branch.
 * Empty where the file was never another one.
 */
export function committedSchemas(project: string, file: string, current: string): CommittedSchema[] {
  const found: CommittedSchema[] = [];
  for (const revision of [mergeBase(project), lastOther(project, file, current)]) {
    const text = revision && git(project, "show", `${revision}:./${file}`);
    if (!revision || !text || text.trim() === current.trim()) continue;
    if (!found.some((each) => each.text === text)) found.push({ revision: revision.slice(0, 10), text });
  }
  return found;
}

/**
 * What there is to compare with: a `whole` history, a `partial` one (a shallow clone, no commit, or no git to read it
 * with), or `none`, as in a copy made by `git archive`.
 */
export function historyOf(project: string): "whole" | "partial" | "none" {
  if (!fs.existsSync(path.join(project, ".git"))) return "none";
  if (git(project, "rev-parse", "--verify", "HEAD") === undefined) return "partial";
  return git(project, "rev-parse", "--is-shallow-repository")?.trim() === "false" ? "whole" : "partial";
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

const mainBranches = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/** Where this branch left the first of the main branches that there is. */
function mergeBase(project: string): string | undefined {
  const main = mainBranches.find((name) => git(project, "rev-parse", "--verify", `${name}^{commit}`) !== undefined);
  return main && git(project, "merge-base", "HEAD", main)?.trim();
}

/** The newest commit that left the file other than it is now, and a schema: half of one was nobody's. */
function lastOther(project: string, file: string, current: string): string | undefined {
  const touched = (git(project, "log", "--format=%H", "--", file) ?? "").split("\n").filter(Boolean);
  return touched.find((revision) => {
    const text = git(project, "show", `${revision}:./${file}`);
    return text !== undefined && text.trim() !== current.trim() && isSchema(text);
  });
}

function isSchema(text: string): boolean {
  try {
    buildSchema(text);
    return true;
  } catch {
    return false;
  }
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
