import { eq } from "drizzle-orm";
import type { Services } from "../../src/context";
import { openDoor } from "../../src/db/client";
import { newId } from "../../src/kernel/ids";
import type { MinorUnits } from "../../src/kernel/money";
import type { Points } from "../../src/kernel/points";
import { identities, identityLookup } from "../../src/members/members.tables";
import { offerActivations, offerDeliveries } from "../../src/offers/offers.tables";
import { accounts } from "../../src/programs/programs.tables";
import { purchases } from "../../src/purchases/purchases.tables";
import { buildAllianceSchema } from "../../src/schema";
import { testApi } from "../support/api";
import { testDatabase } from "../support/database";
import { PlanningPair } from "../support/planning-pair";
import type { ServedWorld, WorldRequest } from "../support/served-world";
import { viewers, walkIds, type Viewer } from "../support/walk-secrets";
import { seedWalkWorld } from "../support/walk-world";

/*
 * What random documents come across too seldom: reading on with a cursor of the other way, the largest amounts, histories
 * of merged members and numbers that are between two members.
 */

const byName = (name: string): Viewer => viewers.find((viewer) => viewer.name === name) as Viewer;
const largest = 2n ** 63n - 1n;
const beyondDoubles = 9_007_199_254_740_993n;

let services: Services;
let pair: PlanningPair;

const idFor = (viewer: Viewer, name: keyof typeof walkIds) =>
  services.ids.forActor(viewer.actor).seal("Member", walkIds[name], walkIds[name]);

beforeAll(async () => {
  const { database, ownerUrl } = await testDatabase();
  services = testApi(database).services;
  await seedWalkWorld(services);
  await addHistory();
  await fillAccounts(ownerUrl);
  await services.catalogue.reload();
  pair = await PlanningPair.serve(buildAllianceSchema(), services);
  // The first answer of a media type is Apollo's.
  await pair.ask(byName("lin"), { body: { query: "{ viewer { kind } }" } });
});
afterAll(() => pair.stop());

/** Lin buys and is offered more: some of it at the same instant, one of it for more than a double holds. */
async function addHistory(): Promise<void> {
  const { app } = services.database;
  const isLins = eq(purchases.memberId, walkIds.lin);
  const [purchase] = await app.select().from(purchases).where(isLins);
  const [delivery] = await app.select().from(offerDeliveries).where(eq(offerDeliveries.memberId, walkIds.lin));
  const [activation] = await app.select().from(offerActivations).where(eq(offerActivations.memberId, walkIds.lin));
  if (!purchase || !delivery || !activation) throw new Error("Lin has no history to copy");
  for (const place of [0, 1, 2, 3, 4, 5, 6]) {
    const at = new Date(Date.UTC(2026, 4, 2 + Math.floor(place / 3), 12, 0, 0, place % 3 === 0 ? 250 : 500));
    const amountMinor = (place === 0 ? beyondDoubles : 100n) as MinorUnits;
    await app
      .insert(purchases)
      .values({ ...purchase, purchaseId: newId(), sourceReference: newId(), occurredAt: at, amountMinor });
    const deliveryId = newId();
    const lapsesAt = new Date(place % 2 === 0 ? "2027-05-01T00:00:00Z" : "2026-05-20T00:00:00Z");
    await app
      .insert(offerDeliveries)
      .values({ ...delivery, deliveryId, sourceReference: deliveryId, deliveredAt: at, lapsesAt });
    // A version is activated once; nobody asks here what these say.
    const offerVersion = place + 2;
    await app
      .insert(offerActivations)
      .values({ ...activation, activationId: newId(), activatedAt: at, deliveryId, offerVersion });
  }
}

/** More than the ledger would ever let stand together, past the kernel: each number by itself has to come through. */
async function fillAccounts(ownerUrl: string): Promise<void> {
  const owner = openDoor({ url: ownerUrl }, 1);
  await owner
    .update(accounts)
    .set({ available: largest as Points, held: largest as Points, pending: (largest - 1n) as Points })
    .where(eq(accounts.memberId, walkIds.lin));
  await owner.$client.end({ timeout: 5 });
}

async function plannedData(viewer: Viewer, request: WorldRequest): Promise<string> {
  const { first, planned, resolved, way } = await pair.ask(viewer, request);
  expect(first).toEqual(resolved);
  expect(planned).toEqual(resolved);
  expect(way).toBe("planned");
  return planned.body;
}

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string };
}

const pageParts = "nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

describe("cursors are the same with and without a planner", () => {
  const connections: readonly [name: string, viewer: string, field: string, atLeast: number][] = [
    ["a member's purchases", "lin", "purchases(first: 2, after: $after)", 8],
    ["purchases of a window", "lin", 'purchases(first: 2, after: $after, filter: { from: "2026-05-02T00:00:00Z" })', 7],
    ["deliveries", "lin", "offerDeliveries(first: 3, after: $after)", 8],
    ["open deliveries", "lin", "offerDeliveries(first: 1, after: $after, state: OPEN)", 4],
    ["lapsed deliveries", "lin", "offerDeliveries(first: 2, after: $after, state: LAPSED)", 3],
    ["activations", "lin", "activations(first: 2, after: $after)", 8],
    ["purchases as a partner sees them", "bank", "purchases(first: 2, after: $after)", 8],
    ["deliveries as support sees them", "SUPPORT", "offerDeliveries(first: 2, after: $after)", 8],
  ];

  test.each(connections)("%s", async (_name, viewerName, field, atLeast) => {
    const viewer = byName(viewerName);
    const own = viewer.actor.kind === "member";
    const query = own
      ? `query ($after: Cursor) { viewer { member { page: ${field} { ${pageParts} } } } }`
      : `query ($after: Cursor, $id: ID!) { member(id: $id) { page: ${field} { ${pageParts} } } }`;
    const variables = own ? {} : { id: idFor(viewer, "lin") };
    const pageOf = (data: Answer) => (own ? data.viewer?.member : data.member)?.page;
    await readThrough(viewer, query, variables, pageOf, atLeast);
  });

  test.each([
    ["SUPPORT", 4],
    ["bank", 2],
    ["shop", 3],
    ["service", 4],
  ])("members as %s sees them", async (viewerName, atLeast) => {
    const query = `query ($after: Cursor) { page: members(first: 1, after: $after) { ${pageParts} } }`;
    await readThrough(byName(viewerName), query, {}, (data) => data.page, atLeast);
  });

  interface Answer {
    readonly viewer?: { readonly member?: { readonly page?: Page } };
    readonly member?: { readonly page?: Page };
    readonly page?: Page;
  }

  /** To the end, each page by the other way than the one before; and then once more with the ways changed. */
  async function readThrough(
    viewer: Viewer,
    query: string,
    given: object,
    pageOf: (data: Answer) => Page | undefined,
    atLeast: number,
  ): Promise<void> {
    const lists: string[][] = [];
    for (const turns of [[pair.planning, pair.resolving], [pair.resolving, pair.planning], [pair.resolving]]) {
      const ids: string[] = [];
      for (let after: string | null = null, turn = 0; turn < 50; turn++) {
        const body = { query, variables: { ...given, after } };
        if (turns.length > 1) await plannedData(viewer, { body });
        const page: Page | undefined = pageOf(
          await dataOf(turns[turn % turns.length] as ServedWorld, viewer, { body }),
        );
        if (!page) throw new Error("there is no page");
        ids.push(...page.nodes.map(({ id }) => id));
        after = page.pageInfo.endCursor;
        if (!page.pageInfo.hasNextPage) break;
      }
      lists.push(ids);
    }
    expect(lists[0]).toEqual(lists[2]);
    expect(lists[1]).toEqual(lists[2]);
    expect(new Set(lists[2]).size).toBe(lists[2]?.length);
    expect(lists[2]?.length).toBeGreaterThanOrEqual(atLeast);
  }

  test("a cursor of another member, filter or connection opens neither way", async () => {
    const viewer = byName("SUPPORT");
    const query = (field: string) => `query ($after: Cursor, $id: ID!) { member(id: $id) { page: ${field} {
      ${pageParts} } } }`;
    const ask = (field: string, variables: object) => pair.ask(viewer, { body: { query: query(field), variables } });
    const lin = { id: idFor(viewer, "lin") };
    const open = await dataOf(pair.planning, viewer, {
      body: { query: query("purchases(first: 1, after: $after)"), variables: lin },
    });
    const after = open.member?.page?.pageInfo.endCursor;
    expect(after).toBeTruthy();
    for (const [field, variables] of [
      ["purchases(first: 1, after: $after)", { id: idFor(viewer, "wang"), after }],
      ["purchases(first: 1, after: $after, filter: {})", { ...lin, after }],
      ["offerDeliveries(first: 1, after: $after)", { ...lin, after }],
    ] as const) {
      const { planned, resolved, way } = await ask(field, variables);
      expect(planned).toEqual(resolved);
      expect(way).toBe("declined");
      expect(planned.body).toContain("BAD_USER_INPUT");
    }
  });

  async function dataOf(server: ServedWorld, viewer: Viewer, request: WorldRequest): Promise<Answer> {
    const { body } = await server.ask(viewer, request);
    return (JSON.parse(body) as { readonly data: Answer }).data;
  }
});

describe("amounts", () => {
  test("come out exactly, however large", async () => {
    const query = `{ viewer { member { accounts { available held pending }
      purchases(first: 20) { nodes { amount { amountMinor currency } } } } } }`;
    const text = await plannedData(byName("lin"), { body: { query } });
    expect(text).toContain(`{"available":"${largest}","held":"${largest}","pending":"${largest - 1n}"}`);
    expect(text).toContain(`{"amountMinor":"${beyondDoubles}","currency":"CNY"}`);
  });

  test("are added up exactly", async () => {
    const query = `{ viewer { member { offerDeliveries(first: 20) { nodes {
      progress { spent { amountMinor } remaining { amountMinor } completedAt } } } } } }`;
    expect(await plannedData(byName("lin"), { body: { query } })).toContain('"amountMinor":"9007');
  });
});

/** Chen's history stands partly under the id of Yang, who was merged into Chen. */
describe("members that were merged", () => {
  const whole = `id joinedAt accounts { available } tiers { tier { name } } tags { code }
    identities { number } consents { purpose }
    purchases(first: 10) { nodes { id completedDeliveries { id } } pageInfo { endCursor } }
    offerDeliveries(first: 10) { nodes { id progress { completedAt } } } activations(first: 10) { nodes { id } }`;

  test.each([
    ["Chen asks for itself", "chen", `{ viewer { member { ${whole} } } }`, undefined],
    ["support asks for Chen", "SUPPORT", `query ($id: ID!) { member(id: $id) { ${whole} } }`, "chen"],
    ["support asks for Yang", "SUPPORT", `query ($id: ID!) { member(id: $id) { ${whole} } }`, "yang"],
    ["the shop asks for Chen", "shop", `query ($id: ID!) { member(id: $id) { ${whole} } }`, "chen"],
    ["the shop asks for Yang", "shop", `query ($id: ID!) { member(id: $id) { ${whole} } }`, "yang"],
    ["the bank asks for Yang", "bank", `query ($id: ID!) { member(id: $id) { ${whole} } }`, "yang"],
    ["Lin asks for Yang", "lin", `query ($id: ID!) { member(id: $id) { ${whole} } }`, "yang"],
    ["Chen asks for Yang", "chen", `query ($id: ID!) { member(id: $id) { id joinedAt } }`, "yang"],
    ["support reads the list", "SUPPORT", `{ members(first: 10) { nodes { ${whole} } } }`, undefined],
  ] as const)("%s", async (_name, viewerName, query, asked) => {
    const viewer = byName(viewerName);
    const variables = asked ? { id: idFor(viewer, asked) } : {};
    const { first, planned, resolved, way } = await pair.ask(viewer, { body: { query, variables } });
    expect(first).toEqual(resolved);
    expect(planned).toEqual(resolved);
    expect(way).toBe("declined");
    if (viewerName === "SUPPORT" && asked) expect(resolved.body).toContain(`"id":"${idFor(viewer, "chen")}"`);
  });

  test("what is not of the history is planned for Chen too", async () => {
    await plannedData(byName("chen"), { body: { query: "{ viewer { member { id tags { code } } } }" } });
  });
});

describe("numbers of members", () => {
  const ask = (viewer: string, partnerCode: string, number: string) =>
    pair.ask(byName(viewer), {
      body: {
        query: `query ($partnerCode: String!, $number: String!) {
          memberByIdentity(partnerCode: $partnerCode, number: $number) { id joinedAt identities { number } } }`,
        variables: { partnerCode, number },
      },
    });

  beforeAll(async () => {
    const { app } = services.database;
    const at = new Date("2026-05-01T00:00:00Z");
    const own = { claimedAt: at, confirmedAt: at };
    await app.insert(identityLookup).values([
      // Nobody has settled yet whether Wang has it.
      { ...own, partnerId: walkIds.bank, number: "claimed", memberId: walkIds.wang, confirmedAt: null },
      // Zhou had it, and the sweeper has not freed it yet.
      { ...own, partnerId: walkIds.bank, number: "former-zhou", memberId: walkIds.zhou },
      // Came to Chen with Yang, whom its row still names.
      { ...own, partnerId: walkIds.bank, number: "adopted", memberId: walkIds.yang },
    ]);
    const [identity] = await app.select().from(identities).where(eq(identities.memberId, walkIds.chen));
    if (!identity) throw new Error("Chen has no identity");
    await app
      .insert(identities)
      .values({ ...identity, identityId: newId(), partnerId: walkIds.bank, number: "adopted" });
  });

  test.each([
    ["SUPPORT", "bank", "claimed", "planned", null],
    ["bank", "bank", "claimed", "planned", null],
    ["SUPPORT", "bank", "former-zhou", "planned", null],
    ["SUPPORT", "bank", "adopted", "declined", "chen"],
    ["bank", "bank", "adopted", "declined", "chen"],
    ["shop", "bank", "adopted", "planned", null],
    ["SUPPORT", "shop", "adopted", "planned", null],
    ["SUPPORT", "bank", " ", "planned", null],
    ["SUPPORT", "nobody", "adopted", "declined", undefined],
    ["lin", "shop", "adopted", "unplanned", undefined],
  ] as const)("%s asks for %s's %s", async (viewer, partner, number, expectedWay, member) => {
    const { first, planned, resolved, way } = await ask(viewer, partner, number);
    expect(first).toEqual(resolved);
    expect(planned).toEqual(resolved);
    expect(way).toBe(expectedWay);
    if (member === undefined) expect(planned.body).toContain('"errors"');
    else if (member === null) expect(planned.body).toBe('{"data":{"memberByIdentity":null}}\n');
    else expect(planned.body).toContain(`{"id":"${idFor(byName(viewer), member)}"`);
  });
});
