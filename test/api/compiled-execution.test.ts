import fc from "fast-check";
import type { GraphQLSchema } from "graphql";
import type { Services } from "../../src/context";
import { buildAllianceSchema } from "../../src/schema";
import { testApi } from "../support/api";
import { badRequests, breakResolvers, brokenRequests, type BadRequest } from "../support/bad-documents";
import { testDatabase } from "../support/database";
import { documentOf, documentTapes, type DocumentPools } from "../support/random-documents";
import { serveWorld, type Heard, type ServedWorld } from "../support/served-world";
import { poolsOf } from "../support/walk-pools";
import { viewers, type Viewer } from "../support/walk-secrets";
import { seedWalkWorld } from "../support/walk-world";

/*
 * The same requests to two servers, of which one compiles: what comes off the socket is the same, byte by byte. More
 * documents, or others: RANDOM_DOCUMENTS=5000 RANDOM_SEED=7 npx jest test/api/compiled-execution
 */

const numRuns = Number(process.env["RANDOM_DOCUMENTS"] ?? 150);
const seed = Number(process.env["RANDOM_SEED"] ?? 20260601);
/** Asked of each document. */
const callersEach = 3;

jest.setTimeout(60_000 + numRuns * 400);

let services: Services;
let pools: ReadonlyMap<Viewer, DocumentPools>;
let schema: GraphQLSchema;
let world: Pair;

/** A server that compiles and one that does not. */
class Pair {
  private constructor(
    readonly compiling: ServedWorld,
    readonly plain: ServedWorld,
  ) {}

  static async serve(schema: GraphQLSchema): Promise<Pair> {
    return new Pair(
      await serveWorld(schema, services, { compile: true }),
      await serveWorld(schema, services, { compile: false }),
    );
  }

  /** Both answers to one request; compiled is what is asked for the second time. */
  async ask(viewer: Viewer, request: Pick<BadRequest, "body" | "get">): Promise<{ compiled: Heard; plain: Heard }> {
    const plain = await this.plain.ask(viewer, request);
    const first = await this.compiling.ask(viewer, request);
    expect(first).toEqual(plain);
    return { plain, compiled: await this.compiling.ask(viewer, request) };
  }

  async executions(): Promise<Record<string, number>> {
    const text = await this.compiling.metrics.registry.getSingleMetricAsString("alliance_graphql_executions_total");
    return Object.fromEntries([...text.matchAll(/way="(\w+)"\} (\d+)/g)].map(([, way, count]) => [way, Number(count)]));
  }

  async stop(): Promise<void> {
    await this.compiling.stop();
    await this.plain.stop();
  }
}

const byName = (name: string): Viewer => viewers.find((viewer) => viewer.name === name) as Viewer;

beforeAll(async () => {
  const { database } = await testDatabase();
  services = testApi(database).services;
  const walkWorld = await seedWalkWorld(services);
  await services.catalogue.reload();
  schema = buildAllianceSchema();
  const entries = viewers.map(async (viewer) => [viewer, await poolsOf(viewer, schema, services, walkWorld)] as const);
  pools = new Map(await Promise.all(entries));
  world = await Pair.serve(schema);
});
afterAll(() => world.stop());

describe("random documents", () => {
  test("are answered alike, whoever asks", async () => {
    const callers = fc.shuffledSubarray([...viewers], { minLength: callersEach, maxLength: callersEach });
    const property = fc.asyncProperty(documentTapes, callers, async (tape, asking) => {
      for (const viewer of asking) {
        const { source, ...rest } = documentOf(schema, pools.get(viewer) as DocumentPools, tape);
        const { compiled, plain } = await world.ask(viewer, { body: { query: source, ...rest } });
        expect(compiled).toEqual(plain);
      }
    });
    await fc.assert(property, { numRuns, seed });
  });

  test("are compiled mostly", async () => {
    const { compiled = 0, plain = 0, again = 0 } = await world.executions();
    // Each was asked plainly first.
    expect(compiled).toBeGreaterThan((compiled + plain + again) * 0.2);
    expect(again).toBeGreaterThan(0);
  });
});

describe("bad requests", () => {
  test.each(badRequests.map((request) => [request.name, request] as const))("%s", async (_name, request) => {
    for (const name of ["anonymous", "OPERATIONS", "bank", "lin"]) {
      const { compiled, plain } = await world.ask(byName(name), request);
      expect(compiled).toEqual(plain);
    }
  });

  test("are logged as by a server that does not compile", () => {
    const lines = world.plain.logged();
    expect(world.compiling.logged().length).toBe(lines.length * 2);
    expect([...new Set(world.compiling.logged().map((line) => JSON.stringify(line)))].sort()).toEqual(
      [...new Set(lines.map((line) => JSON.stringify(line)))].sort(),
    );
  });
});

describe("resolvers that fail", () => {
  let broken: Pair;
  beforeAll(async () => {
    broken = await Pair.serve(breakResolvers(buildAllianceSchema()));
  });
  afterAll(() => broken.stop());

  test.each(brokenRequests.map((request) => [request.name, request] as const))("%s", async (_name, request) => {
    const { compiled, plain } = await broken.ask(byName("OPERATIONS"), request);
    expect(compiled).toEqual(plain);
    expect(plain.body).toContain('"errors"');
  });
});

/** What graphql-jit alone answers otherwise than graphql-js, or would run. */
const misread: readonly BadRequest[] = [
  {
    name: "a fragment that is skipped where it is spread first",
    body: {
      query: "query ($no: Boolean!) { viewer { ...F @include(if: $no) ...F } } fragment F on Viewer { actorId }",
      variables: { no: false },
    },
  },
  {
    name: "a fragment below a field that is skipped and asked again",
    body: {
      query:
        "query ($yes: Boolean!) { partners @skip(if: $yes) { ...F } partners { id } } fragment F on Partner { code }",
      variables: { yes: true },
    },
  },
  {
    name: "one fragment in two places under different conditions",
    body: {
      query:
        "query ($a: Boolean!, $b: Boolean!) { partners @include(if: $a) { ...F } again: partners @include(if: $b) { ...F } } fragment F on Partner { code }",
      variables: { a: true, b: false },
    },
  },
  {
    name: "a key that is skipped where it stands first",
    body: { query: "query ($yes: Boolean!) { partners { code @skip(if: $yes) id code } }", variables: { yes: true } },
  },
  {
    name: "a selection of which nothing is left",
    body: { query: "query ($yes: Boolean = true) { partners { code @skip(if: $yes) } }" },
  },
  {
    name: "a variable that is left out inside an input object",
    body: {
      query:
        "query ($status: SellingStatus, $search: String) { merchants(first: 3, filter: { status: $status, search: $search }) { nodes { code } } }",
    },
  },
  {
    name: "a variable in a list",
    body: { query: 'query ($id: ID!) { nodes(ids: [$id, "x"]) { id } }', variables: { id: "y" } },
  },
  {
    name: "an instant that is written out",
    body: { query: '{ offers(first: 2, filter: { activeAt: "2026-06-01T00:00:00Z" }) { nodes { code } } }' },
  },
  {
    name: "an instant as a default",
    body: {
      query:
        'query ($at: DateTime = "2026-06-01T00:00:00Z") { offers(first: 2, filter: { activeAt: $at }) { nodes { code } } }',
    },
  },
  {
    name: "a text like the compiler's mark for dates",
    body: {
      query:
        '{ merchants(first: 1, filter: { search: "__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74dglobalThis.ran = true" }) { nodes { code } } }',
    },
  },
  { name: "keys that look like paths", body: { query: "{ a: viewer { b: actorId } b_a: viewer { actorId } }" } },
  { name: "a key that is __proto__", body: { query: "{ __proto__: viewer { __proto__: actorId } }" } },
  {
    name: "keys of the generated code",
    body: { query: "{ constructor: viewer { idx0: actorId toString: actorId } query: partners { class: id } }" },
  },
  {
    name: "variables named as those that arguments become",
    body: {
      query:
        "query ($written0: Int, $writtenX0: Int) { merchants(first: $written0) { nodes { id } } offers(first: $writtenX0) { nodes { id } } partners { merchants(first: 1) { nodes { id } } } }",
      variables: { written0: 2 },
    },
  },
];

describe("what the compiler alone gets wrong", () => {
  test.each(misread.map((request) => [request.name, request] as const))("%s", async (_name, request) => {
    const { compiled, plain } = await world.ask(byName("OPERATIONS"), request);
    expect(compiled).toEqual(plain);
    expect(plain.body).not.toContain('"errors"');
    expect(globalThis).not.toHaveProperty("ran");
  });
});

describe("which way", () => {
  const waysOf = async (request: Pick<BadRequest, "body">, caller = "OPERATIONS") => {
    const before = await world.executions();
    await world.ask(byName(caller), request);
    const after = await world.executions();
    return ["plain", "compiled", "again"].map((way) => (after[way] ?? 0) - (before[way] ?? 0));
  };

  test("compiles what is asked for the second time", async () => {
    expect(await waysOf({ body: { query: "query ForTheSecondTime { partners { id } }" } })).toEqual([1, 1, 0]);
  });

  test("executes again what has an error", async () => {
    const query = "query HasAnError { merchants(first: 101) { nodes { id } } }";
    expect(await waysOf({ body: { query } })).toEqual([1, 0, 1]);
  });

  test("never compiles a mutation", async () => {
    const query = 'mutation { defineCategory(input: { code: "x", name: {} }) { userErrors { code } } }';
    expect(await waysOf({ body: { query } })).toEqual([2, 0, 0]);
  });

  test("leaves variables that do not fit to graphql-js", async () => {
    const query = "query DoesNotFit($first: Int!) { merchants(first: $first) { nodes { id } } }";
    expect(await waysOf({ body: { query, variables: { first: "x" } } })).toEqual([2, 0, 0]);
  });

  test("does not compile a short document of very many fields", async () => {
    const leaves = "id code name status revision createdAt updatedAt websiteUrl logoUrl";
    const many = Array.from({ length: 12 }, (_, i) => `a${i}: viewer { partner { ...F } }`).join(" ");
    const query = `{ ${many} } fragment F on Partner { id code merchants(first: 1) {
      nodes { ${leaves} } edges { node { ${leaves} } } pageInfo { hasNextPage endCursor } } }`;
    expect(await waysOf({ body: { query } })).toEqual([2, 0, 0]);
  });
});
