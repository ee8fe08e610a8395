import type { Services } from "../../src/context";
import { Planner } from "../../src/graphql/plan/planner";
import { roomPlans } from "../../src/plans";
import { buildAllianceSchema } from "../../src/schema";
import { testApi } from "../support/api";
import { testDatabase } from "../support/database";
import { loosened, memberLoosenings } from "../support/loosened";
import { AccessWalk } from "../support/walk";
import { viewers, type Viewer } from "../support/walk-secrets";
import { seedWalkWorld, type WalkWorld } from "../support/walk-world";

/* The access walk along what plans know: the same secrets and viewers, answered by plans. */

jest.setTimeout(120_000);

let services: Services;
let world: WalkWorld;

beforeAll(async () => {
  const { database } = await testDatabase();
  services = testApi(database).services;
  world = await seedWalkWorld(services);
});

/** Anew each time: a planner keeps the plans that it made under a policy. */
const walk = () => new AccessWalk(services, world, new Planner(buildAllianceSchema(), roomPlans));

test("plans tell no caller what is another's, and say what the resolvers say", async () => {
  const { leaks, differences, blindSpots, seen, planned } = await walk().queries();
  expect(leaks).toEqual([]);
  expect(differences).toEqual([]);
  expect(blindSpots).toEqual([]);
  // What plans know is some 140 steps of the walk, however many roots without a plan there are beside.
  expect(planned).toBeGreaterThan(100);
  // Roots without a plan show these; all the rest must have been come across, or it would prove nothing by not leaking.
  const elsewhere = /value per point|draft's|next version's|the name of .* key|the subject of|audit entry/;
  const unseen = world.secrets.all.filter((secret) => !seen.has(secret) && !elsewhere.test(secret.what));
  expect(unseen.map(({ what }) => what)).toEqual([]);
});

describe("a policy that is loosened comes to light in what plans answer", () => {
  test.each(memberLoosenings)("at %s for %s", async (action, name, row) => {
    const who = viewers.filter((viewer) => viewer.name === name) as [Viewer];
    await loosened(action, row, async () => {
      const { leaks, planned } = await walk().queries({ who, thorough: false });
      expect(planned).toBeGreaterThan(0);
      expect(leaks).not.toEqual([]);
    });
  });
});
