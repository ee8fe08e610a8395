import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { exportCatalogue } from "../catalogue/export-catalogue";
import { applyCatalogueImport, planCatalogueImport } from "../catalogue/import-catalogue";
import { describePlan } from "../catalogue/core/import-plan";
import type { Services, Work } from "../context";
import { CommandRefusal, complain, exitCodes, print, readArguments, UsageError, type Command } from "./command";
import { withAlliance } from "./with-alliance";

export const command: Command = {
  usage: `Usage: npm run alliance -- catalogue export [--file FILE]
       npm run alliance -- catalogue import --file FILE [--apply]

Writes the catalogue (categories, partners, merchants, outlets, programs, tag definitions, offers) as JSON Lines, one
item a line, to the file or to standard output; or reads such a file. An import shows what it would change and changes
nothing, until --apply is given. What the file does not name stays as it is. Offers come in as drafts, for a second
person to approve. Ends with code 1 where a line was rejected or an item refused.`,

  async run(args) {
    const options = { file: { type: "string" }, apply: { type: "boolean" } } as const;
    const { values, positionals } = readArguments(args, options, ["export or import"]);
    const { file, apply } = values;
    if (positionals[0] === "export") return withAlliance(({ services }) => writeCatalogue(workOf(services), file));
    if (positionals[0] !== "import") throw new UsageError(`"${positionals[0]}" is unknown, expected export or import`);
    if (file === undefined) throw new UsageError("--file is missing");
    const text = await readText(file);
    return withAlliance(({ services }) => readCatalogueFile(workOf(services), text, apply ?? false));
  },
};

function workOf(services: Services): Work {
  const actor = { kind: "service", actorId: "command-line", name: "command-line" } as const;
  return { services, database: services.database, actor, now: services.clock() };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new CommandRefusal(`The file ${file} cannot be read: ${reasonOf(error)}.`);
  }
}

async function writeCatalogue(work: Work, file: string | undefined): Promise<number> {
  if (file === undefined) {
    for await (const line of exportCatalogue(work)) {
      if (!process.stdout.write(line)) await once(process.stdout, "drain");
    }
    return exitCodes.done;
  }
  try {
    await pipeline(exportCatalogue(work), createWriteStream(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new CommandRefusal(`The file ${file} cannot be written: ${reasonOf(error)}.`);
  }
  return exitCodes.done;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EISDIR: "it is a directory",
  EACCES: "access is denied",
  ENOSPC: "the disk is full",
};

function reasonOf(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}

async function readCatalogueFile(work: Work, text: string, apply: boolean): Promise<number> {
  const plan = await planCatalogueImport(work, text);
  print(describePlan(plan).join("\n"));
  if (!apply) {
    print("Nothing was changed; add --apply to change it.");
    return plan.rejected.length > 0 ? exitCodes.failed : exitCodes.done;
  }
  const { applied, refused } = await applyCatalogueImport(work, plan);
  for (const { line, reason } of refused) complain(`line ${line}: ${reason}`);
  print(`${applied.length} applied, ${refused.length} refused.`);
  return plan.rejected.length + refused.length > 0 ? exitCodes.failed : exitCodes.done;
}
