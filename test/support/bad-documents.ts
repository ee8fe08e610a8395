import type { GraphQLObjectType, GraphQLSchema } from "graphql";

/** A request that is refused, wholly or in part, and that every way of answering refuses alike. */
export interface BadRequest {
  readonly name: string;
  /** The body of a POST; with `get`, the parameters of a GET. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly get?: true;
}

const byId = "query ($id: ID!) { member(id: $id) { status } }";
const paged = "query ($first: Int!, $after: Cursor) { merchants(first: $first, after: $after) { nodes { code } } }";
const filtered = "query ($filter: MemberFilterInput) { members(first: 2, filter: $filter) { nodes { status } } }";
const tagged =
  'query ($value: TagValueInput!) { members(filter: { tag: { code: "x", value: $value } }) { nodes { id } } }';
const several = "query One { __typename } query Two { viewer { actorId } }";
const names = "{ merchants(first: 2) { nodes { name } } }";

/** What is wrong about a request and its variables, before anything is resolved. */
const unfit: readonly BadRequest[] = [
  { name: "a required variable is missing", body: { query: byId } },
  { name: "a required variable is null", body: { query: byId, variables: { id: null } } },
  { name: "an id is a list", body: { query: byId, variables: { id: ["a"] } } },
  { name: "an id is a fraction", body: { query: byId, variables: { id: 1.5 } } },
  { name: "a page size is a text", body: { query: paged, variables: { first: "2" } } },
  { name: "a page size is a fraction", body: { query: paged, variables: { first: 2.5 } } },
  { name: "a page size is huge", body: { query: paged, variables: { first: 2 ** 53 } } },
  { name: "a page size is beyond 32 bits", body: { query: paged, variables: { first: 2147483648 } } },
  { name: "a cursor is a number", body: { query: paged, variables: { first: 1, after: 7 } } },
  { name: "a filter is a text", body: { query: filtered, variables: { filter: "ACTIVE" } } },
  { name: "a filter is a list", body: { query: filtered, variables: { filter: [] } } },
  { name: "an enum has no such value", body: { query: filtered, variables: { filter: { status: "GONE" } } } },
  { name: "an enum is in small letters", body: { query: filtered, variables: { filter: { status: "active" } } } },
  { name: "an enum is a number", body: { query: filtered, variables: { filter: { status: 1 } } } },
  { name: "an input has an unknown field", body: { query: filtered, variables: { filter: { colour: "red" } } } },
  { name: "an input lacks a field", body: { query: filtered, variables: { filter: { tag: {} } } } },
  { name: "an instant is rubbish", body: { query: filtered, variables: { filter: { joinedFrom: "yesterday" } } } },
  {
    name: "an instant has no zone",
    body: { query: filtered, variables: { filter: { joinedFrom: "2026-05-01T00:00:00" } } },
  },
  { name: "an instant is a number", body: { query: filtered, variables: { filter: { joinedFrom: 1e12 } } } },
  {
    name: "an instant is in the year 10000",
    body: { query: filtered, variables: { filter: { joinedFrom: "+010000-01-01T00:00:00Z" } } },
  },
  { name: "a text is a boolean", body: { query: filtered, variables: { filter: { search: true } } } },
  { name: "one of several is none", body: { query: tagged, variables: { value: {} } } },
  { name: "one of several is two", body: { query: tagged, variables: { value: { number: 1, boolean: true } } } },
  { name: "one of several is null", body: { query: tagged, variables: { value: { number: null } } } },
  { name: "a day is an instant", body: { query: tagged, variables: { value: { date: "2026-05-01T00:00:00Z" } } } },
  { name: "a day does not exist", body: { query: tagged, variables: { value: { date: "2026-02-30" } } } },
  { name: "a number is a text", body: { query: tagged, variables: { value: { number: "1" } } } },
  { name: "a boolean is a text", body: { query: tagged, variables: { value: { boolean: "true" } } } },
  { name: "a list holds null", body: { query: tagged, variables: { value: { set: ["a", null] } } } },
  {
    name: "a list of ids holds an object",
    body: { query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", variables: { ids: [{}] } },
  },
  { name: "a text holds NUL", body: { query: byId, variables: { id: "\u0000" } } },
  {
    name: "a condition is a text",
    body: { query: "query ($if: Boolean!) { viewer { actorId @skip(if: $if) } }", variables: { if: "no" } },
  },
  { name: "the variables are a text", body: { query: byId, variables: "id" } },
  { name: "no operation has the name", body: { query: several, operationName: "Three" } },
  { name: "the operation is not named among several", body: { query: several } },
  { name: "there is no operation", body: { query: "fragment F on Query { __typename }" } },
  { name: "there is no query", body: { variables: {} } },
  { name: "the query is empty", body: { query: "" } },
  { name: "the query does not parse", body: { query: "{ merchants(first: 2 { nodes }" } },
  { name: "a field does not exist", body: { query: "{ merchants { nodes { nmae } } }" } },
  { name: "a variable is not declared", body: { query: "{ member(id: $id) { id } }" } },
  { name: "an argument is missing", body: { query: "{ member { id } }" } },
  { name: "a literal does not fit", body: { query: '{ merchants(first: "2") { nodes { code } } }' } },
  { name: "a huge number is written out", body: { query: "{ merchants(first: 99999999999) { nodes { code } } }" } },
  { name: "two fields share a key", body: { query: "{ a: viewer { actorId } a: partners { id } }" } },
  { name: "a mutation comes by GET", body: { query: "mutation { createLinkCode(input: {}) { code } }" }, get: true },
  { name: "variables of a GET are no JSON", body: { query: byId, variables: "{" }, get: true },
  {
    name: "it is too deep",
    body: {
      query: `{ merchants { nodes ${"{ partner { merchants { nodes ".repeat(5)} { id }${" } } }".repeat(5)} } }`,
    },
  },
  {
    name: "it costs too much",
    body: { query: "{ merchants(first: 100) { nodes { outlets(first: 100) { nodes { code } } } } }" },
  },
  { name: "it is a subscription", body: { query: "subscription { merchants { nodes { id } } }" } },
];

/** What is found wrong only when a resolver is reached. */
const refused: readonly BadRequest[] = [
  { name: "a page is too long", body: { query: "{ merchants(first: 101) { nodes { code } } }" } },
  { name: "a page is too long, by a variable", body: { query: paged, variables: { first: 101 } } },
  { name: "a page is negative", body: { query: paged, variables: { first: -1 } } },
  {
    name: "a page size is null where it has a default",
    body: { query: "query ($first: Int) { merchants(first: $first) { nodes { code } } }", variables: { first: null } },
  },
  {
    name: "an inner page is too long",
    body: { query: "{ merchants(first: 2) { nodes { code outlets(first: 101) { nodes { code } } } } }" },
  },
  {
    name: "an inner page is refused beside one that is not",
    body: {
      query:
        "{ offers(first: 1) { nodes { code } } merchants(first: 2) { nodes { offers(first: -5) { nodes { code } } } } }",
    },
  },
  { name: "a cursor is rubbish", body: { query: paged, variables: { first: 1, after: "rubbish" } } },
  { name: "a cursor is empty", body: { query: '{ merchants(after: "") { nodes { code } } }' } },
  {
    name: "too many nodes are asked for",
    body: {
      query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
      variables: { ids: Array.from({ length: 101 }, (_, i) => `n${i}`) },
    },
  },
  {
    name: "an id in a filter is of nowhere",
    body: { query: filtered, variables: { filter: { partnerId: "nowhere" } } },
  },
  { name: "two ways to name one program", body: { query: '{ program(id: "a", code: "b") { name } }' } },
  { name: "no way to name a merchant", body: { query: "{ merchant { name } }" } },
  { name: "the audit log is asked for", body: { query: "{ auditLog(first: 1) { nodes { action } } }" } },
  {
    name: "actors and keys are asked for",
    body: { query: "{ actors(first: 1) { nodes { kind } } apiKeys(first: 1) { nodes { prefix } } }" },
  },
  {
    name: "members are asked for",
    body: { query: "{ members(first: 1) { nodes { status } pageInfo { endCursor } } viewer { kind } }" },
  },
  { name: "the schema is asked for", body: { query: "{ __schema { queryType { name } } }" } },
  {
    name: "a type is asked for",
    body: { query: '{ known: __type(name: "Member") { name } absent: __type(name: "Nothing") { name } }' },
  },
];

/** For the schema that `breakResolvers` made: what must not happen, and is masked where it does. */
export const brokenRequests: readonly BadRequest[] = [
  { name: "a resolver throws", body: { query: "{ merchants(first: 2) { nodes { code websiteUrl } } }" } },
  {
    name: "a resolver throws in one alias of two",
    body: { query: "{ a: merchants(first: 1) { nodes { websiteUrl } } b: merchants(first: 1) { nodes { code } } }" },
  },
  { name: "a resolver rejects", body: { query: "{ merchants(first: 2) { nodes { code logoUrl } } }" } },
  { name: "a field that must be is null", body: { query: names } },
  {
    name: "a field that must be is null below one that may be null",
    body: { query: "{ outlets(first: 2) { nodes { code merchant { code name } } } }" },
  },
  { name: "a value cannot be serialised", body: { query: "{ merchants(first: 2) { nodes { createdAt } } }" } },
  { name: "an enum has an unknown value", body: { query: "{ merchants(first: 2) { nodes { id status } } }" } },
  {
    name: "a list is none",
    body: { query: "{ partners { code merchants(first: 1) { nodes { id } } } merchantCategories { code } }" },
  },
  { name: "an item of a list rejects", body: { query: "{ programs(first: 2) { nodes { code tiers { code } } } }" } },
  {
    name: "a getter throws",
    body: { query: "{ offers(first: 1) { pageInfo { endCursor hasNextPage } nodes { code } } }" },
  },
  {
    name: "an object throws where it is looked at",
    body: { query: "{ tagDefinitions(first: 1) { nodes { code } pageInfo { hasNextPage } } }" },
  },
  { name: "a field answers with an error", body: { query: "{ merchants(first: 1) { nodes { revision code } } }" } },
  {
    name: "a type cannot be told",
    body: { query: "query ($id: ID!) { node(id: $id) { id __typename } }", variables: { id: "any" } },
  },
];

export const badRequests: readonly BadRequest[] = [...unfit, ...refused];

/** Makes the resolvers of a schema fail in every way there is. */
export function breakResolvers(schema: GraphQLSchema): GraphQLSchema {
  const set = (type: string, field: string, resolve: () => unknown) => {
    const found = (schema.getType(type) as GraphQLObjectType).getFields()[field];
    if (!found) throw new Error(`there is no ${type}.${field} to break`);
    found.resolve = resolve;
  };
  set("Merchant", "websiteUrl", () => {
    throw new Error("the database is away");
  });
  set("Merchant", "logoUrl", () => Promise.reject(new TypeError("undefined is not a function")));
  set("Merchant", "name", () => null);
  set("Merchant", "createdAt", () => "no instant");
  set("Merchant", "status", () => "SLEEPING");
  set("Merchant", "revision", () => new Error("answered, not thrown"));
  set("Query", "merchantCategories", () => 5);
  set("Program", "tiers", () => [Promise.reject(new Error("one tier fails")), { code: "basic" }]);
  set("Query", "offers", () => Promise.resolve({ nodes: [], pageInfo: new Throwing() }));
  set("Query", "tagDefinitions", () => Promise.resolve(new Throwing()));
  set("Query", "node", () => Promise.resolve({ nodeType: "Nothing" }));
  return schema;
}

class Throwing {
  get nodes(): never {
    throw new Error("thrown by a getter");
  }

  get hasNextPage(): boolean {
    return true;
  }

  get endCursor(): never {
    throw new Error("thrown by a getter");
  }

  get pageInfo(): never {
    throw new Error("thrown by a getter");
  }
}
