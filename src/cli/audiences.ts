import { everyAudienceMember } from "../audiences/audience-members-page";
import { chunkHeads } from "../audiences/chunks.queries";
import { rebuildChunk, takeUpPending } from "../audiences/take-up";
import { uploadAudienceList, type ListedNumber } from "../audiences/upload-list";
import type { Services, Work } from "../context";
import { groupedInOrder } from "../db/in-order";
import { FileRefusal } from "../import/file-refusal";
import { inspectFile, readBatches, refuseUnreadable } from "../import/read-lines";
import { identitiesByMembers, membersByIds } from "../members/members.queries";
import { partnerByCode } from "../merchants/merchants.queries";
import { CommandRefusal, complain, exitCodes, print, readArguments, UsageError, type Command } from "./command";
import { withAlliance } from "./with-alliance";

const commandLine = { kind: "service", actorId: "command-line", name: "command-line" } as const;

export const command: Command = {
  usage: `Usage: npm run alliance -- audiences rebuild
       npm run alliance -- audiences export --code CODE [--partner CODE] [--csv]
       npm run alliance -- audiences upload --partner CODE FILE

rebuild  makes all chunks of members anew from what is stored of the members, one after another. It may run beside
         working servers and be stopped and begun again.
export   writes who is in the published audience now, a line each, to the standard output: the id, the language, and with
         --partner that partner's number. JSON lines, or with --csv comma separated.
upload   makes a list of the members whose numbers at the partner stand in the file, one a line, plain or gzip, for an
         audience to rest on. A line that names nobody is told and left out. Prints the id of the list.`,

  async run(args) {
    const work = readAudienceArguments(args);
    return withAlliance(({ services }) => work(services));
  },
};

/** What is to be done, read before anything is opened. */
export function readAudienceArguments(args: readonly string[]): (services: Services) => Promise<number> {
  const text = { type: "string" } as const;
  const options = { code: text, partner: text, csv: { type: "boolean" } } as const;
  const { values, positionals } = readArguments(args, options, ["rebuild, export or upload"], true);
  const { code, partner, csv = false } = values;
  const [verb, file, extra] = positionals;
  if (extra !== undefined) throw new UsageError(`"${extra}" is not expected here`);
  switch (verb) {
    case "rebuild":
      return rebuild;
    case "export":
      if (code === undefined) throw new UsageError("--code is missing");
      return (services) => exportMembers(services, { code, partner, csv });
    case "upload":
      if (partner === undefined || file === undefined) throw new UsageError("--partner and a file are needed");
      return (services) => upload(services, partner, file);
    default:
      throw new UsageError(`"${verb}" is unknown, expected rebuild, export or upload`);
  }
}

const workOf = (services: Services): Work => ({
  services,
  database: services.database,
  actor: commandLine,
  now: services.clock(),
});

async function rebuild(services: Services): Promise<number> {
  const work = { app: services.database.app, facts: services.facts, now: services.clock() };
  let members = 0;
  for (const { chunk } of await chunkHeads(work.app)) members += await rebuildChunk(work, chunk);
  while ((await takeUpPending(work)) > 0);
  print(`Rebuilt the chunks of ${members} members.`);
  return exitCodes.done;
}

interface WantedExport {
  readonly code: string;
  readonly partner: string | undefined;
  readonly csv: boolean;
}

async function exportMembers(services: Services, { code, partner, csv }: WantedExport): Promise<number> {
  const { audiencesByCode } = await services.catalogue.catchUp();
  const audience = audiencesByCode.get(code);
  if (audience?.state !== "PUBLISHED") throw new CommandRefusal(`No audience "${code}" is published.`);
  const reach = {
    kind: "partner",
    partnerId: partner === undefined ? "" : await partnerIdOf(services, partner),
  } as const;
  const ids = services.ids.forActor(commandLine);
  const { app } = services.database;
  const columns = ["id", "locale", ...(partner === undefined ? [] : ["number"])];
  if (csv) print(columns.join(","));
  let written = 0;
  for await (const page of everyAudienceMember(workOf(services), audience)) {
    const memberIds = page.map((each) => each.memberId);
    const members = await membersByIds(app, memberIds, { kind: "all" });
    const identities = partner === undefined ? [] : await identitiesByMembers(app, memberIds, reach);
    const numbers = groupedInOrder(memberIds, identities, (row) => row.memberId);
    const lines = memberIds.flatMap((memberId, place) => {
      const member = members.get(memberId);
      if (!member) return [];
      const id = ids.seal("Member", member.memberId, member.memberId);
      const number = partner === undefined ? {} : { number: numbers[place]?.[0]?.number ?? null };
      return [{ id, locale: member.locale, ...number }];
    });
    written += lines.length;
    await writeLines(lines.map((line) => (csv ? Object.values(line).map(quoted).join(",") : JSON.stringify(line))));
  }
  complain(`Wrote ${written} members of "${code}".`);
  return exitCodes.done;
}

/** A number may hold a comma or a quotation mark. */
function quoted(value: string | null): string {
  return value === null ? "" : /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Waits for a reader that is slower, so that an export of millions holds one page in memory. */
function writeLines(lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(lines.map((line) => `${line}\n`).join(""), (error) => (error ? reject(error) : resolve()));
  });
}

async function upload(services: Services, partner: string, path: string): Promise<number> {
  const partnerId = await partnerIdOf(services, partner);
  try {
    await refuseUnreadable(path);
    const file = await inspectFile(path);
    const uploaded = await uploadAudienceList(workOf(services), {
      partnerId,
      batches: numbersOf(readBatches(file), tellRefused),
      reason: "command line",
      onRefused: tellRefused,
    });
    if (!uploaded.ok) throw new CommandRefusal(uploaded.refusals.map(({ message }) => message).join(" "));
    const { listId, memberCount, refusedCount } = uploaded.value;
    complain(`${memberCount} members are on the list; ${refusedCount} lines name nobody.`);
    print(services.ids.forActor(commandLine).seal("AudienceList", listId));
    return exitCodes.done;
  } catch (error) {
    if (error instanceof FileRefusal) throw new CommandRefusal(error.message);
    throw error;
  }
}

const tellRefused = (line: number, message: string) => complain(`line ${line}: ${message}`);

type Lines = ReturnType<typeof readBatches>;

async function* numbersOf(batches: Lines, refuse: typeof tellRefused): AsyncGenerator<readonly ListedNumber[]> {
  for await (const batch of batches) {
    yield batch.flatMap(({ number: line, text, problem }): ListedNumber[] => {
      if (text === undefined) refuse(line, problem);
      return text === undefined ? [] : [{ line, number: text.trim() }];
    });
  }
}

async function partnerIdOf({ database }: Services, code: string): Promise<string> {
  const partner = await partnerByCode(database.app, code);
  if (!partner) throw new CommandRefusal(`The partner "${code}" was not found.`);
  return partner.partnerId;
}
