import { parse, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
import { Planner, unplanned } from "../../src/graphql/plan/planner";
import { operationOf } from "../../src/graphql/plan/selection";
import { roomPlans } from "../../src/plans";
import { buildAllianceSchema } from "../../src/schema";
import { testApi } from "../support/api";
import { testDatabase } from "../support/database";
import { PlanningPair } from "../support/planning-pair";
import { viewers, type Viewer } from "../support/walk-secrets";
import { seedWalkWorld } from "../support/walk-world";

/*
 * Documents that are easily read otherwise than graphql-js reads them, each asked by Lin.
 */

const lin = viewers.find(({ name }) => name === "lin") as Viewer;
let schema: GraphQLSchema;
let pair: PlanningPair;

beforeAll(async () => {
  const { services } = testApi((await testDatabase()).database);
  await seedWalkWorld(services);
  await services.catalogue.reload();
  schema = buildAllianceSchema();
  pair = await PlanningPair.serve(schema, services);
  // The first answer of a media type is Apollo's.
  await pair.ask(lin, { body: { query: "{ viewer { kind } }" } });
});
afterAll(() => pair.stop());

/** Each by a plan. */
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
    merchant(code: "shop-merchant") { name } nothing: program(id: "none") { name } }`,
  ],
];

describe("documents that are easily misread", () => {
  test.each(intricate)("%s", async (_name, query, variables = {}) => {
    // By GET it is planned inside Apollo.
    for (const get of [{}, { get: true } as const]) {
      const { first, planned, resolved, way } = await pair.ask(lin, { body: { query, variables }, ...get });
      expect(first).toEqual(resolved);
      expect(planned).toEqual(resolved);
      expect(planned.body).not.toContain('"errors"');
      expect(way).toBe("planned");
    }
  });

  test("a condition that is null has no plan, and is no failure of the planner", () => {
    const planner = new Planner(schema, roomPlans);
    for (const query of [
      "query ($no: Boolean = true) { viewer { kind @include(if: $no) } }",
      "query ($no: Boolean = true) { viewer { member { id } } ... @skip(if: $no) { viewer { kind } } }",
    ]) {
      const document = parse(query);
      const operation = operationOf(document, undefined) as OperationDefinitionNode;
      const asked = { document, operation, actor: lin.actor };
      expect(planner.makePlan({ ...asked, variables: { no: null } })).toBe(unplanned);
      expect(planner.makePlan({ ...asked, variables: { no: false } })).not.toBe(unplanned);
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
    const { first, planned, resolved } = await pair.ask(lin, { body: { query, variables } });
    expect(first).toEqual(resolved);
    expect(planned).toEqual(resolved);
  });
});
