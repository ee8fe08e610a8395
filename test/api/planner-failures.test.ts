import { sql } from "drizzle-orm";
import type { GraphQLSchema } from "graphql";
import type { Services } from "../../src/context";
import { openDoor, type Db } from "../../src/db/client";
import { column, extension, type RoomPlan } from "../../src/graphql/plan/fields";
import { instantSource } from "../../src/graphql/plan/sources";
import { roomPlans } from "../../src/plans";
import { buildAllianceSchema } from "../../src/schema";
import { testApi } from "../support/api";
import { testDatabase } from "../support/database";
import { executions, PlanningPair } from "../support/planning-pair";
import { serveWorld, type ServedWorld } from "../support/served-world";
import { viewers, type Viewer } from "../support/walk-secrets";
import { seedWalkWorld } from "../support/walk-world";

const byName = (name: string): Viewer => viewers.find((viewer) => viewer.name === name) as Viewer;
const lin = byName("lin");

let services: Services;
let schema: GraphQLSchema;
let owner: Db;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const { database, ownerUrl } = await testDatabase();
  services = testApi(database).services;
  await seedWalkWorld(services);
  await services.catalogue.reload();
  schema = buildAllianceSchema();
  owner = openDoor({ url: ownerUrl }, 1);
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await owner.$client.end({ timeout: 5 });
});

async function pairOver(over: Partial<Services> = {}): Promise<PlanningPair> {
  const pair = await PlanningPair.serve(schema, { ...services, ...over });
  stops.push(() => pair.stop());
  // The first answer of a media type is Apollo's.
  await pair.ask(lin, { body: { query: "{ viewer { kind } }" } });
  return pair;
}

/** What a server logged besides the lines of its requests. */
function saidBesides(server: ServedWorld): unknown[] {
  return server.logged().flatMap(({ level, msg }) => (msg === "graphql" ? [] : [`${String(level)} ${String(msg)}`]));
}

/** Asks both servers once, by the way given, and says what it left in log and metrics of the one that plans. */
async function askOnce(pair: PlanningPair, query: string, get?: true) {
  const [logged, others] = [saidBesides(pair.planning).length, saidBesides(pair.resolving).length];
  const before = await executions(pair.planning.metrics);
  const request = { body: { query }, ...(get ? { get } : {}) };
  const resolved = await pair.resolving.ask(lin, request);
  const planned = await pair.planning.ask(lin, request);
  const after = await executions(pair.planning.metrics);
  return {
    ...{ planned, resolved },
    declined: (after["declined"] ?? 0) - (before["declined"] ?? 0),
    said: saidBesides(pair.planning).slice(logged),
    saidWithout: saidBesides(pair.resolving).slice(others),
  };
}

const ways = [
  ["in front of Apollo", undefined],
  ["inside Apollo", true],
] as const;

describe("a plan that the database fails", () => {
  const screen = "{ viewer { member { id locale profile { displayName } accounts { available } } } }";

  test.each(ways)("since the vault's door is closed, is answered by the resolvers (%s)", async (_where, get) => {
    const vault = openDoor({ url: "postgres://nobody@127.0.0.1:1/nothing" }, 1);
    stops.push(() => vault.$client.end({ timeout: 1 }));
    const pair = await pairOver({ database: { ...services.database, vault } });
    const { planned, resolved, declined, said, saidWithout } = await askOnce(pair, screen, get);
    expect(planned).toEqual(resolved);
    expect(planned.status).toBe(200);
    expect(planned.body).toContain('"profile":null');
    expect(planned.body).toContain('"available":');
    expect(planned.body).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/);
    expect(declined).toBe(1);
    expect(said).toEqual(["warn a plan failed", ...saidWithout]);
    expect(saidWithout).toHaveLength(1);
  });

  test.each(ways)("since a table is away, is answered by the resolvers (%s)", async (_where, get) => {
    const pair = await pairOver();
    const query = "{ viewer { member { id tags { code } } } }";
    await owner.execute(sql`alter table alliance.member_tags rename to member_tags_away`);
    try {
      const { planned, resolved, declined, said, saidWithout } = await askOnce(pair, query, get);
      expect(planned).toEqual(resolved);
      expect(planned.body).toContain('"tags":null');
      expect(planned.body).not.toContain("member_tags");
      expect(declined).toBe(1);
      expect(said).toEqual(["warn a plan failed", ...saidWithout]);
    } finally {
      await owner.execute(sql`alter table alliance.member_tags_away rename to member_tags`);
    }
    const { planned, declined, said } = await askOnce(pair, query, get);
    expect(planned.body).not.toContain('"errors"');
    expect([declined, said]).toEqual([0, []]);
  });

  test("alone, is answered without an error", async () => {
    const broken: RoomPlan = {
      extensions: [
        extension("Member", () => ({
          locale: column(instantSource(sql`now() + interval '1 s' * (1 / (now() - now() > '1 s')::int)`)),
        })),
      ],
    };
    const world = await serveWorld(schema, services, { compile: true, plans: [...roomPlans, broken] });
    const pair = await pairOver();
    stops.push(() => world.stop());
    const query = "{ viewer { member { id locale } } }";
    for (const expected of [1, 2, 3]) {
      expect(await world.ask(lin, { body: { query } })).toEqual(await pair.resolving.ask(lin, { body: { query } }));
      expect((await executions(world.metrics))["declined"]).toBe(expected);
      expect(saidBesides(world)).toEqual(Array.from({ length: expected }, () => "warn a plan failed"));
    }
  });
});

describe("operations that are declined", () => {
  test("are counted once", async () => {
    const pair = await pairOver();
    for (const query of [
      "{ viewer { member { purchases(first: 101) { nodes { id } } } } }",
      "{ viewer { member { id } } }",
      "{ partners { id } }",
    ]) {
      await pair.ask(lin, { body: { query } });
    }
    const counted = async ({ metrics }: ServedWorld) => {
      const found = await metrics.registry.getSingleMetric("alliance_graphql_operations_total")?.get();
      return (found?.values ?? []).map(({ labels, value }) => ({ ...labels, value }));
    };
    const once = await counted(pair.resolving);
    expect(once.length).toBe(2);
    expect(await counted(pair.planning)).toEqual(once.map((each) => ({ ...each, value: each.value * 2 })));
  });
});

describe("the cost budget", () => {
  const chen = byName("chen");
  const documents: readonly [name: string, query: string, viewer: Viewer][] = [
    ["a planned query", "{ viewer { member { id accounts { available } } } }", lin],
    ["a declined query", "{ viewer { member { id accounts { available } } } }", chen],
    ["a query that is refused in part", "{ viewer { member { purchases(first: 101) { nodes { id } } } } }", lin],
    [
      "a query without a plan",
      "{ viewer { member { id } } partners { id merchants(first: 5) { nodes { id } } } }",
      lin,
    ],
    [
      "a query that costs too much",
      "{ merchants(first: 100) { nodes { outlets(first: 100) { nodes { code } } } } }",
      lin,
    ],
    ["a query that is not valid", "{ viewer { nothing } }", lin],
  ];

  test.each(documents)("lets %s in as often as without a planner", async (_name, query, viewer) => {
    const environment = { ALLIANCE_COST_PER_MINUTE: "300", ALLIANCE_MAX_COST: "200" };
    const planning = await serveWorld(schema, services, { compile: true, plans: roomPlans, environment });
    const resolving = await serveWorld(schema, services, { compile: false, environment });
    stops.push(
      () => planning.stop(),
      () => resolving.stop(),
    );
    const statuses = async (server: ServedWorld) => {
      const heard: number[] = [];
      for (let count = 0; count < 400; count++) {
        const { status } = await server.ask(viewer, { body: { query } });
        heard.push(status);
        if (status === 429) break;
      }
      return heard;
    };
    const heard = await statuses(resolving);
    expect(heard.at(-1)).toBe(429);
    expect(await statuses(planning)).toEqual(heard);
  });
});
