import fs from "node:fs";
import path from "node:path";
import { lexicographicSortSchema, printSchema } from "graphql";
import { buildAllianceSchema } from "../schema";
import { CommandRefusal, complain, exitCodes, print, readArguments, UsageError, type Command } from "./command";
import { breakingChanges, committedSchemas, historyOf, isMarked } from "./schema-changes";

const project = path.resolve(__dirname, "..", "..");
const schemaFile = "schema/schema.graphql";
const marksFile = "schema/breaking-changes.md";

export const command: Command = {
  usage: `Usage: npm run alliance -- schema emit
       npm run alliance -- schema check

emit   writes ${schemaFile} as the code defines it.
check  ends with code 1 where that file is not what the code defines, or where a change breaks clients of the schema
       committed before, unless ${marksFile} has a line "BREAKING: <the change>" for it.`,

  async run(args) {
    const [step] = readArguments(args, {}, ["emit or check"]).positionals;
    if (step === "emit") return emit();
    if (step === "check") return check();
    throw new UsageError(`"${step}" is unknown, expected emit or check`);
  },
};

/** Sorted, so that the order in which rooms are loaded changes nothing. */
export function schemaText(): string {
  const note = "# Made of the code by `npm run schema`; not to be edited.\n\n";
  return `${note}${printSchema(lexicographicSortSchema(buildAllianceSchema()))}\n`;
}

function emit(): number {
  const file = path.join(project, schemaFile);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, schemaText());
  print(`Wrote ${schemaFile}.`);
  return exitCodes.done;
}

async function check(): Promise<number> {
  const text = schemaText();
  const file = path.join(project, schemaFile);
  if (!fs.existsSync(file) || fs.readFileSync(file, "utf8") !== text) {
    throw new CommandRefusal(`${schemaFile} is not what the code defines: run \`npm run schema\` and commit it.`);
  }
  const versions = committedSchemas(project, schemaFile, text);
  if (versions.length === 0) return nothingToCompare();
  const changes = await Promise.all(versions.map((before) => breakingChanges(before.text, text)));
  const marks = path.join(project, marksFile);
  const marked = fs.existsSync(marks) ? fs.readFileSync(marks, "utf8") : "";
  const unmarked = [...new Set(changes.flat())].filter((change) => !isMarked(change, marked));
  const revisions = versions.map(({ revision }) => revision).join(" and ");
  if (unmarked.length === 0) {
    print(`${schemaFile} is what the code defines, and breaks nothing of the version in ${revisions}.`);
    return exitCodes.done;
  }
  complain(`Clients of the schema in ${revisions} would break. Take it back, or add to ${marksFile}:`);
  for (const change of unmarked) complain(`BREAKING: ${change}`);
  return exitCodes.failed;
}

/** Where CI should have had a history, it must not look as if nothing was broken. */
function nothingToCompare(): number {
  const history = historyOf(project);
  if (history === "partial" && process.env["CI"] === "true") {
    throw new CommandRefusal(
      `${schemaFile} cannot be compared with an earlier version: the git history is not here; fetch it whole (\`git fetch --unshallow\`).`,
    );
  }
  const because = history === "none" ? "there is no git history here" : "no earlier version is committed";
  print(`${schemaFile} is what the code defines; ${because} to compare it with.`);
  return exitCodes.done;
}
