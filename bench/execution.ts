/**
 * What compiling a query saves of its execution: the schema's own resolvers over rows in memory, executed by graphql-js
 * and by the compiled function in turns. No database, socket, parsing or validation, which cost both the same. Prints one
 * JSON line: how many times as fast the compiled function is, and as how many executions its compilation costs.
 *
 *     npm run bench:execution -- [--smoke]
 */
import "reflect-metadata";
import DataLoader from "dataloader";
import { execute, getOperationAST, Kind, parse, type DocumentNode, type OperationDefinitionNode } from "graphql";
import type { Actor } from "../src/auth/core/actor";
import type { RequestContext } from "../src/context";
import { CompiledExecution } from "../src/graphql/compiled";
import { connection, type AskedPage } from "../src/graphql/connection";
import { GlobalIds } from "../src/graphql/global-id";
import type { MemberRow } from "../src/members/members.queries";
import type { AccountRow, ProgramRow } from "../src/programs/programs.queries";
import { buildAllianceSchema } from "../src/schema";

const isSmoke = process.argv.includes("--smoke");
const rounds = isSmoke ? 3 : 41;
const accountsEach = 3;

/** A page as `MemberList` of schema/operations asks for it, a single member, and a page of plain fields alone. */
const documents: Readonly<Record<string, { readonly query: string; readonly first: number; readonly runs: number }>> = {
  member: {
    query: "query ($first: Int!) { members(first: $first) { nodes { id status locale joinedAt revision createdAt } } }",
    first: 1,
    runs: isSmoke ? 20 : 400,
  },
  list: {
    query: `query ($first: Int!) { members(first: $first) {
      nodes { id status joinedAt accounts { available program { code name } } }
      pageInfo { hasNextPage endCursor } } }`,
    first: 50,
    runs: isSmoke ? 5 : 20,
  },
  plainFields: {
    query: `query ($first: Int!) { members(first: $first) {
      nodes { status locale revision accounts { available held pending openedAt } } } }`,
    first: 50,
    runs: isSmoke ? 5 : 20,
  },
};

const at = new Date("2026-05-01T00:00:00Z");
const actor: Actor = { kind: "staff", actorId: "bench", roles: new Set(["OPERATIONS"]) };
const ids = new GlobalIds(Buffer.alloc(32, 7)).forActor(actor);
const members = Array.from({ length: 51 }, (_, number) => memberRow(number));
const programs = new Map(
  Array.from({ length: 20 }, (_, number) => programRow(number)).map((row) => [row.programId, row]),
);
const schema = buildAllianceSchema();
const compiled = new CompiledExecution(schema);

async function main(): Promise<void> {
  const members = schema.getQueryType()?.getFields()["members"];
  if (!members) throw new Error("there is no members field");
  // The page alone comes from here; everything below it is resolved as ever.
  members.resolve = (_root, { first }: { first: number }) => Promise.resolve(page(first));
  const ratios: Record<string, number> = {};
  for (const [name, { query, first, runs }] of Object.entries(documents)) {
    ratios[name] = await compare(name, parse(query), { first }, runs);
  }
  const [member, list] = [await compilation("member"), await compilation("list")];
  console.log(JSON.stringify({ ...ratios, compilation: { member, list } }));
}

async function compare(name: string, document: DocumentNode, variables: object, runs: number): Promise<number> {
  const ways = waysOf(document, variables);
  // What is asked for the first time is executed plainly.
  await ways.compiled();
  const [one, other] = [JSON.stringify(await ways.plain()), JSON.stringify(await ways.compiled())];
  if (one !== other) throw new Error(`${name}: the answers differ:\n${one}\n${other}`);
  const taken: Record<keyof typeof ways, number[]> = { plain: [], compiled: [] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const way of round % 2 ? (["plain", "compiled"] as const) : (["compiled", "plain"] as const)) {
      const each = await microsEach(ways[way], runs);
      if (round > 0) taken[way].push(each);
    }
  }
  const [plain, fast] = [median(taken.plain), median(taken.compiled)];
  console.log(`${name}: ${Math.round(plain)} µs plain, ${Math.round(fast)} µs compiled, ${one.length} characters`);
  return round2(plain / fast);
}

function waysOf(document: DocumentNode, variableValues: object) {
  const operation = operationOf(document);
  const variables = variableValues as Record<string, unknown>;
  return {
    plain: async () => (await execute({ schema, document, variableValues: variables, contextValue: context() })).data,
    compiled: async () => (await compiled.execute({ document, operation, variables, context: context() })).data,
  };
}

/** A document's compilation, as executions of it by graphql-js. */
async function compilation(name: string): Promise<number> {
  const { query, first } = documents[name] as { query: string; first: number };
  const [compiling, executing]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    // A document of its own each time, whose second execution compiles it.
    const ways = waysOf(parse(query), { first });
    await ways.compiled();
    const [second, third] = [await microsEach(ways.compiled, 1), await microsEach(ways.compiled, 1)];
    compiling.push(second - third);
    executing.push(await microsEach(ways.plain, 1));
  }
  console.log(`compiling ${name}: ${Math.round(median(compiling))} µs`);
  return round2(median(compiling) / median(executing));
}

async function microsEach(work: () => Promise<unknown>, runs: number): Promise<number> {
  const started = performance.now();
  for (let run = 0; run < runs; run += 1) await work();
  return ((performance.now() - started) * 1000) / runs;
}

/** As a request has it: loaders of its own, which answer from memory. */
function context(): RequestContext {
  const loaders = {
    aliasesOfMember: new DataLoader<string, string[]>((keys) => Promise.resolve(keys.map(() => []))),
    accountsByMember: new DataLoader<string, AccountRow[]>((keys) => Promise.resolve(keys.map(accountRows))),
    programById: { load: (id: string) => Promise.resolve(programs.get(id) ?? null) },
  };
  return { actor, ids, now: at, locale: "en", requestId: "bench", loaders } as unknown as RequestContext;
}

function page(first: number) {
  const seal = (keyset: readonly string[]) => ids.cursors.seal('["members"]', keyset);
  const request: AskedPage = { limit: first, after: null, seal };
  return connection(
    request,
    members.slice(0, first + 1),
    ({ memberId }) => [memberId],
    (row) => row,
  );
}

function memberRow(number: number): MemberRow {
  const row = { memberId: uuid(1, number), status: "ACTIVE", locale: "en", enrolledBy: uuid(2, 0), revision: 1 };
  return { ...row, joinedAt: at, createdAt: at, updatedAt: at } as MemberRow;
}

function accountRows(memberId: string): AccountRow[] {
  return Array.from({ length: accountsEach }, (_, number) => {
    const points = { available: 1000n, held: 0n, pending: 5n };
    return { memberId, programId: uuid(3, (number * 7) % 20), openedAt: at, ...points } as unknown as AccountRow;
  });
}

function programRow(number: number): ProgramRow {
  return { programId: uuid(3, number), code: `program-${number}`, name: { en: `Program ${number}` } } as ProgramRow;
}

function uuid(kind: number, number: number): string {
  return `01890000-0000-7000-800${kind}-${number.toString(16).padStart(12, "0")}`;
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const operation = getOperationAST(document);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("the document has no operation");
  return operation;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function round2(ratio: number): number {
  return Math.round(ratio * 100) / 100;
}

void main();
