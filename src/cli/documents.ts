import path from "node:path";
import { readConfig } from "../config";
import type { Work } from "../context";
import { readDocumentId } from "../documents/core/document-id";
import type { ManifestEntry } from "../documents/core/manifest";
import { allTrustedDocuments } from "../documents/documents.queries";
import { findDocuments } from "../documents/find-documents";
import { registerDocument } from "../documents/register-document";
import { retireDocument } from "../documents/retire-document";
import { KnownDocuments } from "../graphql/documents";
import type { Alliance } from "../main";
import { buildAllianceSchema } from "../schema";
import { CommandRefusal, complain, exitCodes, print, readArguments, UsageError, type Command } from "./command";
import { withAlliance } from "./with-alliance";

const ownDocuments = path.resolve(__dirname, "..", "..", "schema", "operations");

export const command: Command = {
  usage: `Usage: npm run alliance -- documents register [--client NAME] [PATH…]
       npm run alliance -- documents list
       npm run alliance -- documents retire ID

Registers documents, so that apps execute them by id: the SHA-256 of their exact text. A PATH is a .graphql or .gql file, a
directory of them, or the manifest that a generator wrote: {"<id>": "<text>"} (persisted-documents.json) or Apollo's.
Without one, schema/operations. Each document is validated and held to the limits; those that are wrong are named and the
rest is registered, with exit code 1. Registering again changes nothing. NAME is the client project, "alliance" if it is
not given. Servers know a change within two seconds.`,

  async run(args) {
    const options = { client: { type: "string" } } as const;
    const { values, positionals } = readArguments(args, options, ["register, list or retire"], true);
    const [word, ...rest] = positionals;
    if (word !== "register" && values.client !== undefined) throw new UsageError("--client goes with register alone");
    if (word === "register") return register(clientName(values.client ?? "alliance"), rest);
    if (word === "list" && rest.length === 0) return withAlliance(list);
    if (word === "retire" && rest.length === 1) return retire(rest[0] ?? "");
    if (word === "list" || word === "retire")
      throw new UsageError(`${word} takes ${word === "list" ? "nothing" : "one ID"}`);
    throw new UsageError(`"${word}" is unknown, expected register, list or retire`);
  },
};

function clientName(given: string): string {
  if (/^[\w.@/-]{1,100}$/.test(given)) return given;
  throw new UsageError(`--client is "${given}", expected 1 to 100 letters, digits, "-", "_", ".", "@" or "/"`);
}

function workOf({ services }: Alliance): Work {
  const actor = { kind: "service", actorId: "command-line", name: "command-line" } as const;
  return { services, database: services.database, actor, now: services.clock() };
}

async function register(client: string, paths: readonly string[]): Promise<number> {
  const config = readConfig();
  const documents = new KnownDocuments(buildAllianceSchema(), config.limits);
  const places = paths.length > 0 ? paths : [ownDocuments];
  return withAlliance((alliance) => registerPlaces(workOf(alliance), { client, places, documents }), config);
}

/** Registers what lies there, tells each outcome, and answers the exit code. */
export async function registerPlaces(
  work: Work,
  wanted: { readonly client: string; readonly places: readonly string[]; readonly documents: KnownDocuments },
): Promise<number> {
  const { client, places, documents } = wanted;
  const counts = { registered: 0, unchanged: 0, refused: 0 };
  for (const place of places) {
    for (const entry of await findDocuments(place)) counts[await registerOne(work, entry, client, documents)] += 1;
  }
  print(`${counts.registered} registered, ${counts.unchanged} registered before, ${counts.refused} refused.`);
  return counts.refused > 0 ? exitCodes.failed : exitCodes.done;
}

async function registerOne(
  work: Work,
  entry: ManifestEntry,
  client: string,
  documents: KnownDocuments,
): Promise<"registered" | "unchanged" | "refused"> {
  if ("refusal" in entry) {
    complain(`${entry.place}: ${entry.refusal}`);
    return "refused";
  }
  const registration = await registerDocument(work, { text: entry.text, client, documents });
  if (registration.ok) {
    if (registration.outcome === "registered") print(`sha256:${registration.documentId} ${entry.place}`);
    return registration.outcome;
  }
  for (const { line, column, message } of registration.problems) {
    complain(`${entry.place}:${line}:${column}: ${message}`);
  }
  return "refused";
}

async function list({ services }: Alliance): Promise<number> {
  for (const row of await allTrustedDocuments(services.database.app)) {
    const state = row.retiredAt ? `retired ${row.retiredAt.toISOString()}` : "live";
    print(`sha256:${row.documentId} ${row.client} ${row.operations.join(",") || "(unnamed)"} ${state}`);
  }
  return exitCodes.done;
}

async function retire(given: string): Promise<number> {
  const documentId = readDocumentId(given);
  if (documentId === undefined) throw new UsageError(`"${given}" is no id, expected sha256: and 64 hex digits`);
  return withAlliance(async (alliance) => {
    const outcome = await retireDocument(workOf(alliance), documentId);
    if (outcome === "unknown") throw new CommandRefusal(`No document is registered as sha256:${documentId}.`);
    print(outcome === "retired" ? `sha256:${documentId} is retired.` : `sha256:${documentId} was retired before.`);
    return exitCodes.done;
  });
}
