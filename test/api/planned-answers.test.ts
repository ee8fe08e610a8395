import { and, eq } from "drizzle-orm";
import { parse, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
import type { Services } from "../../src/context";
import { Planner } from "../../src/graphql/plan/planner";
import { operationOf } from "../../src/graphql/plan/selection";
import { newId } from "../../src/kernel/ids";
import type { MinorUnits } from "../../src/kernel/money";
import type { Points } from "../../src/kernel/points";
import { offerActivations, offerDeliveries } from "../../src/offers/offers.tables";
import { roomPlans } from "../../src/plans";
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
 * What random documents come across too seldom: reading on with a cursor of the other way, histories of merged members,
 * the largest amounts, and documents that are easily read otherwise than graphql-js reads them.
 */

const byName = (name: string): Viewer => viewers.find((viewer) => viewer.name === name) as Viewer;
const largest = 2n ** 63n - 1n;
const beyondDoubles = 9_007_199_254_740_993n;

let services: Services;
let schema: GraphQLSchema;
let pair: PlanningPair;

const idFor = (viewer: Viewer, name: keyof typeof walkIds) =>
  services.ids.forActor(viewer.actor).seal("Member", walkIds[name], walkIds[name]);

beforeAll(async () => {
  services = testApi((await testDatabase()).database).services;
  await seedWalkWorld(services);
  await addHistory();
  await services.catalogue.reload();
  schema = buildAllianceSchema();
  pair = await PlanningPair.serve(schema, services);
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
  await app
    .update(accounts)
    .set({ available: largest as Points, held: largest as Points, pending: (largest - 1n) as Points })
    .where(and(eq(accounts.memberId, walkIds.lin)));
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

/** Each for Lin, by a plan. */
const intricate: readonly [name: string, query: string, variables?: object][] = [
  [
    "a fragment that is skipped where it is spread first",
    `query ($no: Boolean!) { viewer { ...F @include(if: $no)
    ...F } } fragment F on Viewer { kind member { id } }`,
    { no: false },
  ],
  [
    "a key that is skipped where it stands first",
    `query ($yes: Boolean!) { viewer { member { id @skip(if: $yes) locale
    id } } }`,
    { yes: true },
  ],
  [
    "a selection of which nothing is left",
    "query ($yes: Boolean = true) { viewer { kind member { id @skip(if: $yes) } } }",
  ],
  [
    "a connection of which nothing is left",
    `query ($yes: Boolean = true) { viewer { member { purchases(first: 2) {
    nodes { id } @skip(if: $yes) } } } }`.replace("{ id } @skip(if: $yes)", "@skip(if: $yes) { id }"),
  ],
  [
    "rows of which nothing is left",
    `query ($yes: Boolean = true) { viewer { member { purchases(first: 2) {
    nodes { id @skip(if: $yes) } edges { node { id @skip(if: $yes) } } } } } }`,
  ],
  [
    "one field, asked twice with different selections",
    `{ viewer { member { purchases(first: 2) { nodes { id } }
    purchases(first: 2) { pageInfo { endCursor } nodes { amount { currency } } } } } }`,
  ],
  [
    "one connection under two keys with different arguments",
    `{ viewer { member { a: purchases(first: 1) { nodes { id } }
    b: purchases(first: 3) { nodes { id } } } } }`,
  ],
  [
    "keys that objects have of themselves",
    `{ __proto__: viewer { constructor: kind member { __proto__: id
    toString: locale hasOwnProperty: purchases(first: 1) { __proto__: nodes { constructor: id } } } } }`,
  ],
  [
    "type names everywhere",
    `{ __typename viewer { __typename t: __typename member { __typename purchases(first: 1) {
    __typename edges { __typename node { __typename amount { __typename } merchant { __typename } } }
    pageInfo { __typename } } } } }`,
  ],
  [
    "fragments on interfaces and in fragments",
    `{ viewer { member { ...A } } } fragment A on Node { ... on Member {
    ...B } id } fragment B on Member { ... on Node { id } locale }`,
  ],
  [
    "a page of nothing",
    "{ viewer { member { purchases(first: 0) { nodes { id } pageInfo { hasNextPage endCursor } } } } }",
  ],
  [
    "a variable left out for an argument with a default",
    `query ($first: Int) { viewer { member {
    purchases(first: $first) { nodes { id } } } } }`,
  ],
  [
    "a variable left out inside a filter",
    `query ($from: DateTime) { viewer { member {
    purchases(first: 2, filter: { from: $from }) { nodes { id } pageInfo { endCursor } } } } }`,
  ],
  [
    "a filter that is null",
    `query ($filter: PurchaseFilterInput) { viewer { member {
    purchases(first: 2, filter: $filter) { nodes { id } pageInfo { endCursor } } } } }`,
    { filter: null },
  ],
  ["one tag instead of a list", '{ viewer { member { tags(codes: "bank_public") { code value { number } } } } }'],
  ["tags of no code", "{ viewer { member { tags(codes: []) { code } } } }"],
  [
    "tags of codes that are no array in SQL",
    `{ viewer { member { tags(codes: ["{", "a,b", "\\"", "bank_public", "NULL"]) {
    code } } } }`,
  ],
  [
    "the other root fields beside it",
    `{ viewer { kind } program(code: "bank-points") { name tiers { rank } }
    merchant(code: "shop-merchant") { name } nothing: program(code: "none") { name } }`,
  ],
];

describe("documents that are easily misread", () => {
  test.each(intricate)("%s", async (_name, query, variables = {}) => {
    const text = await plannedData(byName("lin"), { body: { query, variables } });
    expect(text).not.toContain('"errors"');
    // By GET it is planned inside Apollo.
    expect(await plannedData(byName("lin"), { body: { query, variables }, get: true })).toBe(text);
  });

  test("a condition that is null has no plan, and is no failure of the planner", () => {
    const planner = new Planner(schema, roomPlans);
    for (const query of [
      "query ($no: Boolean = true) { viewer { kind @include(if: $no) } }",
      "query ($no: Boolean = true) { viewer { member { id } } ... @skip(if: $no) { viewer { kind } } }",
    ]) {
      const document = parse(query);
      const operation = operationOf(document, undefined) as OperationDefinitionNode;
      expect(planner.planFor(document, operation, byName("lin").actor, { no: null })).toBeUndefined();
      expect(planner.planFor(document, operation, byName("lin").actor, { no: false })).toBeDefined();
    }
  });

  test.each([
    ["a condition that is null", "query ($no: Boolean = true) { viewer { kind @include(if: $no) } }", { no: null }],
    [
      "a condition deep down that is null",
      "query ($no: Boolean = true) { viewer { member { purchases(first: 1) { nodes { id @skip(if: $no) } } } } }",
      { no: null },
    ],
    [
      "a page size that is null",
      "query ($n: Int = 2) { viewer { member { purchases(first: $n) { nodes { id } } } } }",
      { n: null },
    ],
    [
      "a page size in a variable that is too large",
      "query ($n: Int = 2) { viewer { member { purchases(first: $n) { nodes { id } } } } }",
      { n: 101 },
    ],
    [
      "a merchant of nowhere",
      "query ($id: ID) { viewer { member { purchases(first: 2, filter: { merchantId: $id }) { nodes { id } } } } }",
      { id: "x" },
    ],
    ["no way to name a program", "{ viewer { member { id } } program { name } }", {}],
    ["two ways to name a program", '{ viewer { member { id } } program(id: "x", code: "y") { name } }', {}],
    [
      "a field that Lin may not ask beside one that it may",
      "{ viewer { member { id } } members(first: 1) { nodes { id } } }",
      {},
    ],
    [
      "a text with NUL",
      "query ($codes: [String!]) { viewer { member { tags(codes: $codes) { code } } } }",
      { codes: ["\u0000"] },
    ],
    [
      "half of a surrogate pair",
      "query ($codes: [String!]) { viewer { member { tags(codes: $codes) { code } } } }",
      { codes: ["\ud800"] },
    ],
    [
      "a list that holds null",
      "query ($codes: [String!]) { viewer { member { tags(codes: $codes) { code } } } }",
      { codes: [null] },
    ],
  ])("%s is refused as by the resolvers", async (_name, query, variables) => {
    const { first, planned, resolved } = await pair.ask(byName("lin"), { body: { query, variables } });
    expect(first).toEqual(resolved);
    expect(planned).toEqual(resolved);
  });
});
