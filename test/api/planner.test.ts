import fc from "fast-check";
import type { GraphQLSchema } from "graphql";
import type { Actor } from "../../src/auth/core/actor";
import type { Services } from "../../src/context";
import { Planner } from "../../src/graphql/plan/planner";
import { roomPlans } from "../../src/plans";
import { buildAllianceSchema } from "../../src/schema";
import { testApi } from "../support/api";
import { badRequests } from "../support/bad-documents";
import { testDatabase } from "../support/database";
import { plannedFieldsOf, type PlannedFields } from "../support/planned-fields";
import { PlanningPair, type Way } from "../support/planning-pair";
import { documentOf, documentTapes, type DocumentPools } from "../support/random-documents";
import { poolsOf } from "../support/walk-pools";
import { viewers, type Viewer } from "../support/walk-secrets";
import { seedWalkWorld } from "../support/walk-world";

/*
 * The same requests to two servers, of which one plans: what comes off the socket is the same, byte by byte. More
 * documents, or others: RANDOM_DOCUMENTS=5000 RANDOM_SEED=7 npx jest test/api/planner.test
 */

const numRuns = Number(process.env["RANDOM_DOCUMENTS"] ?? 130);
const seed = Number(process.env["RANDOM_SEED"] ?? 20260601);
/** Asked of each document. */
const callersEach = 3;
const longestInUrl = 3_000;

jest.setTimeout(60_000 + numRuns * 600);

let schema: GraphQLSchema;
let pair: PlanningPair;
let pools: ReadonlyMap<Viewer, DocumentPools>;
let known: ReadonlyMap<Viewer, PlannedFields>;

const byName = (name: string): Viewer => viewers.find((viewer) => viewer.name === name) as Viewer;

beforeAll(async () => {
  const { database } = await testDatabase();
  const services: Services = testApi(database).services;
  const world = await seedWalkWorld(services);
  await services.catalogue.reload();
  schema = buildAllianceSchema();
  const entries = viewers.map(async (viewer) => [viewer, await poolsOf(viewer, schema, services, world)] as const);
  pools = new Map(await Promise.all(entries));
  const planner = new Planner(schema, roomPlans);
  known = new Map(viewers.map((viewer) => [viewer, plannedFieldsOf(schema, planner, viewer.actor)]));
  pair = await PlanningPair.serve(schema, services);
});
afterAll(() => pair.stop());

/** How the answers to random documents came about, by the kind of caller. */
type Ways = Record<Actor["kind"], Record<Way, number>>;

async function askRandomly(runs: number, preferred: (viewer: Viewer) => PlannedFields | undefined): Promise<Ways> {
  const none = () => ({ planned: 0, declined: 0, unplanned: 0 });
  const ways: Ways = { anonymous: none(), partner: none(), member: none(), staff: none(), service: none() };
  const callers = fc.shuffledSubarray([...viewers], { minLength: callersEach, maxLength: callersEach });
  const languages = fc.constantFrom("en", "zh-CN");
  const gets = fc.nat({ max: 3 }).map((n) => n === 3);
  const property = fc.asyncProperty(documentTapes, callers, languages, gets, async (tape, asking, language, byGet) => {
    for (const viewer of asking) {
      const document = documentOf(schema, pools.get(viewer) as DocumentPools, tape, preferred(viewer));
      const { source, ...rest } = document;
      // What comes by GET is planned inside Apollo, and what comes by POST in front of it.
      const get = byGet && source.length < longestInUrl ? ({ get: true } as const) : {};
      const request = { body: { query: source, ...rest }, language, ...get };
      const { first, planned, resolved, way } = await pair.ask(viewer, request);
      expect(first).toEqual(resolved);
      expect(planned).toEqual(resolved);
      ways[viewer.actor.kind][way] += 1;
    }
  });
  await fc.assert(property, { numRuns: runs, seed });
  return ways;
}

describe("random documents", () => {
  test("of whatever the schema has are answered as by the resolvers", async () => {
    const ways = await askRandomly(Math.ceil(numRuns / 3), () => undefined);
    const all = Object.values(ways);
    expect(sumOf(all, "planned")).toBeGreaterThan(numRuns / 60);
    expect(sumOf(all, "unplanned")).toBeGreaterThan(numRuns / 2);
  });

  test("of what plans know are answered as by the resolvers, and by plans mostly", async () => {
    const ways = await askRandomly(numRuns, (viewer) => known.get(viewer));
    const all = Object.values(ways);
    expect(sumOf(all, "planned")).toBeGreaterThan(numRuns * callersEach * 0.5);
    expect(sumOf(all, "declined")).toBeGreaterThan(numRuns / 10);
    // What plans know differs by the kind of caller, so none of them may pass by never being planned for.
    for (const kind of Object.values(ways)) expect(kind.planned).toBeGreaterThan(countOf(kind) * 0.3);
    for (const kind of ["partner", "member", "staff"] as const) expect(ways[kind].declined).toBeGreaterThan(0);
  });
});

function countOf({ planned, declined, unplanned }: Record<Way, number>): number {
  return planned + declined + unplanned;
}

function sumOf(ways: readonly Record<Way, number>[], way: Way): number {
  return ways.reduce((sum, each) => sum + each[way], 0);
}

describe("bad requests", () => {
  test.each(badRequests.map((request) => [request.name, request] as const))("%s", async (_name, request) => {
    for (const name of ["anonymous", "OPERATIONS", "bank", "lin"]) {
      const { first, planned, resolved } = await pair.ask(byName(name), request);
      expect(first).toEqual(resolved);
      expect(planned).toEqual(resolved);
    }
  });
});

test("the log says the same of every request so far", () => {
  const lines = pair.resolving.logged().map((line) => JSON.stringify(line));
  const twice = lines.flatMap((line) => [line, line]);
  expect(lines.length).toBeGreaterThan(numRuns * callersEach);
  // What the requests of one document log may be mixed, since two are asked at the same time.
  expect(
    pair.planning
      .logged()
      .map((line) => JSON.stringify(line))
      .sort(),
  ).toEqual(twice.sort());
});

test("random documents that are asked several times at once are answered as alone", async () => {
  const callers = fc.constantFrom(...viewers);
  const property = fc.asyncProperty(documentTapes, callers, async (tape, viewer) => {
    const { source, ...rest } = documentOf(schema, pools.get(viewer) as DocumentPools, tape, known.get(viewer));
    const request = { body: { query: source, ...rest } };
    const alone = await pair.planning.ask(viewer, request);
    // The first runs by itself, and those after it together.
    const together = await Promise.all(Array.from({ length: 6 }, () => pair.planning.ask(viewer, request)));
    for (const one of together) expect(one).toEqual(alone);
  });
  await fc.assert(property, { numRuns, seed });
});
