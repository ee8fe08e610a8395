import type { Action } from "../../src/auth/core/policy.table";
import type { PolicyRow } from "../../src/auth/core/policy";
import type { Services } from "../../src/context";
import { testApi } from "../support/api";
import { testDatabase } from "../support/database";
import { loosened, memberLoosenings } from "../support/loosened";
import { AccessWalk } from "../support/walk";
import { rowsWith } from "../support/walk-rows";
import { partnersOf, viewers, walkIds, type MemberName, type PartnerName, type Viewer } from "../support/walk-secrets";
import { seedWalkWorld, type WalkThing, type WalkWorld } from "../support/walk-world";

jest.setTimeout(180_000);

let services: Services;
let world: WalkWorld;
let walk: AccessWalk;

beforeAll(async () => {
  const { database } = await testDatabase();
  services = testApi(database).services;
  world = await seedWalkWorld(services);
  walk = new AccessWalk(services, world);
});

describe("queries", () => {
  test("tell no caller what is another's, by any way from any root", async () => {
    const { leaks, seen, blindSpots } = await walk.queries();
    expect(leaks).toEqual([]);
    expect(blindSpots).toEqual([]);
    // A secret that nobody came across would prove nothing by not leaking. Profiles in clear are no query's answer.
    const unseen = world.secrets.all.filter((secret) => !seen.has(secret) && !secret.what.endsWith("in clear"));
    expect(unseen.map((secret) => secret.what)).toEqual([]);
  });
});

/** Each loosening must come to light by what one viewer then reads. */
const loosenings: readonly [action: Action, viewer: string, row: PolicyRow][] = [
  ...memberLoosenings,
  ["tagDefinitions", "bank", { partner: { reach: "all" } }],
  ["Offer.unpublished", "bank", { partner: { reach: "all" } }],
  ["Program.valuePerPoint", "lin", { member: "all" }],
  ["Program.valuePerPoint", "RISK", { staff: ["RISK"] }],
  ["apiKeys", "bank", { partner: { reach: "all" } }],
  ["actors", "lin", { member: "all" }],
  ["auditLog", "bank", { partner: { reach: "all" } }],
];

describe("a policy that is loosened comes to light", () => {
  test.each(loosenings)("at %s for %s", async (action, name, row) => {
    await loosened(action, row, async () => {
      expect((await walk.queries({ who: viewersNamed(name), thorough: false })).leaks).not.toEqual([]);
    });
  });
});

describe("mutations", () => {
  test("that are loosened come to light by what they change", async () => {
    await loosened("updateMerchant", { partner: { reach: "all" } }, async () => {
      const before = await rowsWith(services.database, foreignTo("bank"));
      await walk.mutations(viewersNamed("bank"));
      expect(await rowsWith(services.database, foreignTo("bank"))).not.toEqual(before);
    });
  });

  test.each(["anonymous", "bank's clerk without scopes", "bank", "bank's key", "shop", "lin", "AUDITOR"])(
    "by %s change nothing that is another's and tell nothing of it",
    async (name) => {
      const foreign = foreignTo(name);
      const before = await rowsWith(services.database, foreign);
      const { leaks, blindSpots } = await walk.mutations(viewersNamed(name));
      expect(leaks).toEqual([]);
      expect(blindSpots).toEqual([]);
      expect(await rowsWith(services.database, foreign)).toEqual(before);
      expect(before.length).toBeGreaterThan(0);
    },
  );
});

function viewersNamed(name: string): Viewer[] {
  const found = viewers.filter((viewer) => viewer.name === name);
  if (found.length !== 1) throw new Error(`there is no viewer ${name}`);
  return found;
}

/** Texts that stand in rows which the viewer must leave alone: ids of others' things, codes of others' tags. */
function foreignTo(name: string): string[] {
  const isForeign = ({ partner, memberId }: WalkThing): boolean => {
    const member = (Object.keys(partnersOf) as MemberName[]).find((each) => walkIds[each] === memberId);
    const isForeignTo = (own: PartnerName, other: PartnerName) =>
      partner === other || (member !== undefined && !partnersOf[member].includes(own));
    switch (name) {
      case "bank":
      case "bank's key":
        return isForeignTo("bank", "shop");
      case "shop":
        return isForeignTo("shop", "bank");
      case "lin":
        return member !== undefined && member !== "lin";
      default:
        return true;
    }
  };
  // An account goes by its program's id and its member's.
  const things = world.things.filter((thing) => isForeign(thing) && (name !== "lin" || thing.type !== "Account"));
  // Tags and keys go by their codes and prefixes.
  const coded = name === "lin" ? undefined : name === "shop" ? "bank" : "shop";
  return [...things.map((thing) => thing.id), ...(coded ? [`"${coded}_`, `alk_00000000${coded}`] : [])];
}
