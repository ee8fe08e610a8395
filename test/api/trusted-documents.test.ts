import { buildSchema } from "graphql";
import { documentIdOf } from "../../src/documents/core/document-id";
import { DocumentMemory } from "../../src/documents/registered-documents";
import { registerDocument } from "../../src/documents/register-document";
import { retireDocument } from "../../src/documents/retire-document";
import { readConfig } from "../../src/config";
import { KnownDocuments } from "../../src/graphql/documents";
import { testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";
import { serve, type Reply, type Served } from "../support/served";

const schema = buildSchema(`
  type Query { member: Member  members(first: Int! = 20): MemberConnection }
  type Mutation { touch: Int }
  type Member { id: ID  friend: Member }
  type MemberConnection { nodes: [Member!]! }
`);

const screen = "query Screen { member { id } }";
const list = "query List($first: Int!) { members(first: $first) { nodes { id } } }";
const change = "mutation Touch { touch }";
const several = "query One { member { id } } query Two { member { friend { id } } }";
const unregistered = "query Own { member { friend { id } } }";

const operator = { authorization: "Bearer operator" };
const app = { authorization: "Bearer app" };
const marketer = { authorization: "Bearer marketer" };

let api: TestApi;
let statements = 0;
let now = new Date("2026-06-01T00:00:00Z");
const later = (millis: number) => (now = new Date(now.getTime() + millis));

beforeAll(async () => {
  const { database } = await testDatabase({ onStatement: () => (statements += 1) });
  api = testApi(database, () => now);
  for (const text of [screen, list, change, several]) await register(text);
});

const workOf = () => {
  const actor = { kind: "service", actorId: "command-line", name: "command-line" } as const;
  return { services: api.services, database: api.services.database, actor, now };
};
const register = (text: string) =>
  registerDocument(workOf(), { text, client: "test", documents: new KnownDocuments(schema, readConfig({}).limits) });

const memory = () => {
  const { database, clock, log } = api.services;
  return new DocumentMemory({ app: database.app, clock, log });
};
const open = (environment: Record<string, string> = {}) => serve(schema, environment, { registered: memory() });

const sha256 = (text: string) => `sha256:${documentIdOf(text)}`;
const persisted = (text: string, version = 1) => ({ persistedQuery: { version, sha256Hash: documentIdOf(text) } });
const codeOf = ({ json }: Reply) => json.errors?.[0]?.extensions.code;
const outcomeOf = (reply: Reply) => [reply.status, codeOf(reply)];

describe("a document asked by its id", () => {
  let served: Served;
  beforeAll(async () => {
    served = await open({ ALLIANCE_MAX_COST: "100" });
  });
  afterAll(() => served.stop());

  it("is executed with its variables and the operation that is named", async () => {
    expect((await served.post({ documentId: sha256(screen) }, operator)).json).toEqual({ data: { member: null } });
    const withVariables = { documentId: sha256(list), variables: { first: 3 } };
    expect((await served.post(withVariables, operator)).json).toEqual({ data: { members: null } });
    const second = await served.post({ documentId: sha256(several), operationName: "Two" }, operator);
    expect(second.json).toEqual({ data: { member: null } });
    expect(served.logged.at(-1)).toMatchObject({ operation: "Two" });
  });

  it("is found by the bare hash and in the form of Apollo's clients too", async () => {
    for (const body of [{ documentId: documentIdOf(screen) }, { extensions: persisted(screen) }]) {
      expect((await served.post(body, operator)).json).toEqual({ data: { member: null } });
    }
  });

  it("is executed by GET, but no mutation", async () => {
    const get = (parameters: Record<string, string>) =>
      fetch(`${served.url}/graphql?${new URLSearchParams(parameters).toString()}`, { headers: operator });
    const variables = JSON.stringify({ first: 2 });
    expect(await (await get({ documentId: sha256(list), variables })).json()).toEqual({ data: { members: null } });
    expect((await get({ extensions: JSON.stringify(persisted(screen)) })).status).toBe(200);
    expect((await get({ documentId: sha256(change) })).status).toBe(405);
    expect((await get({ documentId: sha256(unregistered) })).status).toBe(404);
  });

  it("is refused where nobody registered it, each form in its own words", async () => {
    const reply = await served.post({ documentId: sha256(unregistered) }, operator);
    expect(outcomeOf(reply)).toEqual([404, "PERSISTED_DOCUMENT_NOT_FOUND"]);
    expect(reply.json).not.toHaveProperty("data");
    const apollo = await served.post({ extensions: persisted(unregistered) }, operator);
    expect(outcomeOf(apollo)).toEqual([200, "PERSISTED_QUERY_NOT_FOUND"]);
    expect(apollo.json.errors?.[0]?.message).toBe("PersistedQueryNotFound");
  });

  it.each([
    ["is no id", { documentId: "screen" }],
    ["is an id in capitals", { documentId: documentIdOf(screen).toUpperCase() }],
    ["is a number", { documentId: 7 }],
    ["is of another text than the query", { documentId: sha256(screen), query: list }],
    ["is of another text than the query, in Apollo's form", { extensions: persisted(screen), query: list }],
    ["is of another version", { extensions: persisted(screen, 2) }],
    ["is without hash", { extensions: { persistedQuery: { version: 1 } } }],
    ["is another one in each form", { documentId: sha256(list), extensions: persisted(screen) }],
  ])("is refused where it %s", async (_what, body) => {
    expect(outcomeOf(await served.post(body, operator))).toEqual([400, "BAD_REQUEST"]);
  });

  it("may be sent with its own text, which registers nothing", async () => {
    const body = { query: unregistered, extensions: persisted(unregistered) };
    expect((await served.post(body, operator)).json).toEqual({ data: { member: null } });
    expect(codeOf(await served.post({ extensions: persisted(unregistered) }, operator))).toBe(
      "PERSISTED_QUERY_NOT_FOUND",
    );
  });

  it("is held to the cost of its variables like any other", async () => {
    const body = { documentId: sha256(list), variables: { first: 5_000 } };
    expect((await served.post(body, operator)).json.errors?.[0]?.extensions).toMatchObject({ limit: "cost" });
  });

  it("is no new document to pay for; one that was looked for in vain is", async () => {
    const paid = await open({ ALLIANCE_COST_PER_MINUTE: "12" });
    // 1 for the request, 1 for its object, and 10 more were it new.
    for (let i = 0; i < 3; i += 1) {
      expect((await paid.post({ documentId: sha256(screen) }, operator)).status).toBe(200);
    }
    expect((await paid.post({ documentId: sha256(unregistered) }, marketer)).status).toBe(404);
    expect((await paid.post({ documentId: sha256(unregistered) }, marketer)).status).toBe(404);
    expect((await paid.post({ documentId: sha256(unregistered) }, marketer)).status).toBe(429);
    await paid.stop();
  });
});

describe("callers to whom only registered documents are open", () => {
  let served: Served;
  beforeAll(async () => {
    served = await open({ ALLIANCE_TRUSTED_ONLY: "anonymous, client:app-ios", ALLIANCE_INTROSPECTION: "everyone" });
  });
  afterAll(() => served.stop());

  const required = [403, "TRUSTED_DOCUMENT_REQUIRED"];

  it("are those of the kinds and the clients that are named, and nobody else", async () => {
    const body = { query: unregistered };
    expect(outcomeOf(await served.post(body))).toEqual(required);
    expect(outcomeOf(await served.post(body, app))).toEqual(required);
    expect(outcomeOf(await served.post(body, operator))).toEqual([200, undefined]);
    expect(outcomeOf(await served.post(body, marketer))).toEqual([200, undefined]);
  });

  it("execute what is registered, by its id or by exactly its text", async () => {
    for (const body of [
      { documentId: sha256(screen) },
      { query: screen },
      { query: screen, documentId: sha256(screen) },
    ]) {
      expect((await served.post(body, app)).json).toEqual({ data: { member: null } });
    }
    expect(outcomeOf(await served.post({ query: `${screen} ` }, app))).toEqual(required);
  });

  it.each([
    ["introspection", { query: "{ __schema { queryType { name } } }" }],
    ["a text with its own hash", { query: unregistered, extensions: persisted(unregistered) }],
    ["a text with its own id", { query: unregistered, documentId: sha256(unregistered) }],
    ["no syntax", { query: "}" }],
    ["a batch", [{ query: unregistered }]],
    ["a query that is no text", { query: { kind: "Document" } }],
    ["nothing", {}],
  ])("are refused %s", async (_what, body) => {
    expect(outcomeOf(await served.post(body, app))).toEqual(required);
  });

  it("are refused by GET too, also where a parameter stands there twice", async () => {
    for (const search of [`query=${encodeURIComponent(unregistered)}`, "query={__typename}&query={__typename}"]) {
      expect((await fetch(`${served.url}/graphql?${search}`, { headers: app })).status).toBe(403);
    }
  });
});

describe("the memory of registered documents", () => {
  it("finds at once what is registered while it runs, and a second after somebody asked in vain", async () => {
    const documents = memory();
    const [first, second] = ["query First { member { id } }", "query Second { member { id } }"];
    await register(first);
    expect(await documents.textOf(documentIdOf(first))).toBe(first);
    await register(second);
    later(1_000);
    expect(await documents.textOf(documentIdOf(second))).toBe(second);
  });

  it("asks the database twice a second at most, whatever ids are made up", async () => {
    const documents = memory();
    await documents.textOf(documentIdOf("x"));
    const before = statements;
    for (let i = 0; i < 1_000; i += 1) expect(await documents.textOf(documentIdOf(`made up ${i}`))).toBeUndefined();
    expect(statements).toBe(before);
    later(600);
    await Promise.all(Array.from({ length: 100 }, (_, i) => documents.textOf(documentIdOf(`again ${i}`))));
    expect(statements).toBe(before + 1);
  });

  it("executes no longer what was retired, after ten seconds without a look before the first use", async () => {
    const documents = memory();
    const text = "query Retired { member { id } }";
    const id = documentIdOf(text);
    await register(text);
    expect(await documents.textOf(id)).toBe(text);
    expect(await retireDocument(workOf(), id)).toBe("retired");
    later(10_000);
    expect(await documents.textOf(id)).toBeUndefined();
    await register(text);
    later(10_000);
    expect(await documents.textOf(id)).toBe(text);
  });

  it("goes on with what it knows while the database does not answer", async () => {
    const { database, clock, log } = api.services;
    let broken = false;
    const app = new Proxy(database.app, {
      get: (target, name) => {
        if (broken) throw new Error("the database is away");
        return Reflect.get(target, name) as unknown;
      },
    });
    const documents = new DocumentMemory({ app, clock, log });
    expect(await documents.textOf(documentIdOf(screen))).toBe(screen);
    broken = true;
    later(20_000);
    expect(await documents.textOf(documentIdOf(screen))).toBe(screen);
  });
});
