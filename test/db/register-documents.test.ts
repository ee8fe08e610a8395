import { sql } from "drizzle-orm";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { verifyAudit } from "../../src/audit/verify-audit";
import { command, registerPlaces } from "../../src/cli/documents";
import { readConfig } from "../../src/config";
import { openDoor, type Db } from "../../src/db/client";
import { documentIdOf } from "../../src/documents/core/document-id";
import { allTrustedDocuments } from "../../src/documents/documents.queries";
import { trustedDocuments } from "../../src/documents/documents.tables";
import { retireDocument } from "../../src/documents/retire-document";
import { KnownDocuments } from "../../src/graphql/documents";
import { buildAllianceSchema } from "../../src/schema";
import { testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";

const documents = new KnownDocuments(buildAllianceSchema(), readConfig({}).limits);
const screen = "query Screen {\n  viewer {\n    kind\n  }\n}\n";
const other = "query Other { viewer { kind } }";

let api: TestApi;
let folder: string;
let now: Date;

let owner: Db;

beforeAll(async () => {
  const test = await testDatabase();
  api = testApi(test.database, () => now);
  owner = openDoor({ url: test.ownerUrl }, 1);
});
afterAll(() => owner.$client.end());

beforeEach(async () => {
  now = new Date("2026-06-01T00:00:00Z");
  await owner.execute(
    sql`truncate alliance.trusted_documents, alliance.catalogue_outbox, alliance.audit_entries, alliance.audit_heads`,
  );
  folder = await mkdtemp(path.join(tmpdir(), "documents-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const workOf = () => {
  const actor = { kind: "service", actorId: "command-line", name: "command-line" } as const;
  return { services: api.services, database: api.services.database, actor, now };
};

const write = async (name: string, text: string | Buffer) => {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
};

/** What the command says and ends with. */
async function register(places: readonly string[], client = "shop") {
  const lines: string[] = [];
  const heard = (text: unknown) => lines.push(String(text).trimEnd().replaceAll(`${folder}/`, "")) > 0;
  const spies = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, "write").mockImplementation(heard));
  try {
    return { code: await registerPlaces(workOf(), { client, places, documents }), lines };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const rows = () => allTrustedDocuments(api.services.database.app);
const traces = async () => {
  const { app } = api.services.database;
  const audited = await app.execute(
    sql`select action, resource from alliance.audit_entries where stream = 'documents' order by sequence`,
  );
  const told = await app.execute(sql`select type, payload from alliance.catalogue_outbox order by event_id`);
  return { audited: [...audited], told: [...told] };
};

describe("the command documents register", () => {
  it("registers the good files of a directory, and names the bad ones by place and reason", async () => {
    await write("screens/screen.graphql", screen);
    await write("b.gql", other);
    await write("broken.graphql", "query Broken {\n  viewer { nope }\n}");
    await write("deep.graphql", `query Deep ${"{ viewer ".repeat(13)}{ kind }${"}".repeat(13)}`);
    await write("fragment.graphql", "fragment F on Viewer { kind }");
    await write("latin.graphql", Buffer.from([0x7b, 0xff, 0x7d]));
    await write("syntax.graphql", "query {\n  viewer {");
    await write("node_modules/lib/skipped.graphql", "nonsense");
    const { code, lines } = await register([folder]);
    expect(code).toBe(1);
    expect(lines).toEqual([
      `sha256:${documentIdOf(other)} b.gql`,
      'broken.graphql:2:12: Cannot query field "nope" on type "Viewer".',
      "deep.graphql:1:1: Query depth limit of 12 exceeded, found 14.",
      'fragment.graphql:1:1: Fragment "F" is never used.',
      "latin.graphql: cannot be read: it is not UTF-8",
      `sha256:${documentIdOf(screen)} screens/screen.graphql`,
      expect.stringMatching(/^syntax\.graphql:2:11: Syntax Error: /),
      "2 registered, 0 registered before, 5 refused.",
    ]);
    expect(await rows()).toMatchObject([
      { text: other, operations: ["Other"], client: "shop", registeredAt: now, retiredAt: null },
      { text: screen, operations: ["Screen"] },
    ]);
  });

  it("leaves an audit entry and an event for each document, in a chain that is whole", async () => {
    await register([await write("screen.graphql", screen)]);
    const documentId = documentIdOf(screen);
    expect(await traces()).toEqual({
      audited: [{ action: "registerDocument", resource: `TrustedDocument:${documentId}` }],
      told: [{ type: "document.registered", payload: { documentId, client: "shop" } }],
    });
    expect(await verifyAudit(api.services.database.app)).toMatchObject({ entries: 1, problems: 0 });
  });

  it("changes nothing when it is given the same again, by another client too", async () => {
    const file = await write("screen.graphql", screen);
    await register([file]);
    const before = [await rows(), await traces()];
    now = new Date("2026-07-01T00:00:00Z");
    expect(await register([file], "another")).toEqual({
      code: 0,
      lines: ["0 registered, 1 registered before, 0 refused."],
    });
    expect([await rows(), await traces()]).toEqual(before);
  });

  it("takes the manifests of generators, and refuses an id that is not its text's", async () => {
    const generated = await write(
      "persisted-documents.json",
      JSON.stringify({ [documentIdOf(screen)]: screen, abc: other }),
    );
    const operations = [{ id: documentIdOf(other), name: "Other", type: "query", body: other }];
    const apollo = { format: "apollo-persisted-query-manifest", version: 1, operations };
    const { code, lines } = await register([generated, await write("manifest.json", JSON.stringify(apollo))]);
    expect(code).toBe(1);
    expect(lines).toEqual([
      `sha256:${documentIdOf(screen)} persisted-documents.json#${documentIdOf(screen)}`,
      expect.stringContaining("persisted-documents.json#abc: the id is not the SHA-256 of its text"),
      `sha256:${documentIdOf(other)} manifest.json#${documentIdOf(other)}`,
      "2 registered, 0 registered before, 1 refused.",
    ]);
  });

  it.each([
    ["missing.graphql", undefined, "missing.graphql: cannot be read: it does not exist"],
    ["list.json", "[1]", 'list.json: is no manifest, expected {"<id>": "<text>"} or Apollo\'s'],
    ["broken.json", "{", expect.stringMatching(/^broken\.json: cannot be read: .*JSON/)],
  ])("refuses %s", async (name, text, line) => {
    if (text !== undefined) await write(name, text);
    expect(await register([path.join(folder, name)])).toEqual({
      code: 1,
      lines: [line, "0 registered, 0 registered before, 1 refused."],
    });
  });

  it("refuses a directory without documents", async () => {
    expect((await register([folder])).lines[0]).toBe(`${folder}: holds no .graphql or .gql file`);
  });

  it("registers what schema/operations holds, all of it", async () => {
    const { code, lines } = await register([path.join(__dirname, "../../schema/operations")]);
    expect(code).toBe(0);
    expect(lines.at(-1)).toMatch(/^2\d registered, 0 registered before, 0 refused\.$/);
  });

  it.each([
    [["register", "--client", "a b"], '--client is "a b"'],
    [["list", "x"], "list takes nothing"],
    [["retire"], "retire takes one ID"],
    [["retire", "x"], '"x" is no id'],
    [["remove", "x"], '"remove" is unknown'],
    [["list", "--client", "x"], "--client goes with register alone"],
    [[], "register, list or retire is missing"],
  ])("refuses the words %j", async (words, message) => {
    await expect(command.run(words)).rejects.toThrow(message);
  });
});

describe("retiring a document", () => {
  it("leaves its traces once, and registering brings it back", async () => {
    const file = await write("screen.graphql", screen);
    const documentId = documentIdOf(screen);
    await register([file]);
    expect(await retireDocument(workOf(), documentId)).toBe("retired");
    expect(await retireDocument(workOf(), documentId)).toBe("unchanged");
    expect(await rows()).toMatchObject([{ retiredAt: now }]);
    expect((await register([file])).lines.at(-1)).toBe("1 registered, 0 registered before, 0 refused.");
    expect(await rows()).toMatchObject([{ retiredAt: null }]);
    const { audited, told } = await traces();
    expect(audited.map(({ action }) => action)).toEqual(["registerDocument", "retireDocument", "registerDocument"]);
    expect(told.map(({ type }) => type)).toEqual(["document.registered", "document.retired", "document.registered"]);
  });

  it("knows no document that was never registered", async () => {
    expect(await retireDocument(workOf(), documentIdOf("x"))).toBe("unknown");
  });
});

describe("the table", () => {
  it("holds no text under another id than its own", async () => {
    const row = { documentId: documentIdOf(other), text: screen, operations: [], client: "x", registeredAt: now };
    await expect(api.services.database.app.insert(trustedDocuments).values(row)).rejects.toMatchObject({
      cause: { constraint_name: "trusted_documents_id" },
    });
  });
});
