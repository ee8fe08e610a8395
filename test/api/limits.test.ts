import { buildSchema, type GraphQLSchema } from "graphql";
import { serve, type Reply, type Served } from "../support/served";

/** Small, with everything that limits count: connections in connections, plain lists, list arguments, mutations. */
const schema: GraphQLSchema = buildSchema(`
  type Query {
    member: Member
    members(first: Int! = 20): MemberConnection
    membersByIds(ids: [ID!]!): [Member]!
    echo(list: [Int!]!): Int
  }
  type Mutation { touch: Int  change: Change }
  type Change { member: Member }
  type Member { id: ID  friend: Member  tags: [Tag!]  purchases(first: Int! = 20): PurchaseConnection }
  type Tag { code: ID }
  type MemberConnection { nodes: [Member!]!  edges: [MemberEdge!]!  total: Int }
  type MemberEdge { node: Member! }
  type PurchaseConnection { nodes: [Purchase!]! }
  type Purchase { id: ID }
`);

const operator = { authorization: "Bearer operator" };

describe("limits of one request", () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve(schema, {
      ALLIANCE_MAX_DEPTH: "5",
      ALLIANCE_MAX_ALIASES: "3",
      ALLIANCE_MAX_DIRECTIVES: "2",
      ALLIANCE_MAX_TOKENS: "200",
      ALLIANCE_MAX_COST: "1000",
      ALLIANCE_MAX_LIST_ITEMS: "4",
      ALLIANCE_MAX_BODY_BYTES: "20000",
    });
  });
  afterAll(() => served.stop());

  const refused = async (body: object | string): Promise<Record<string, unknown>> => {
    const reply = await served.post(body, { ...operator, accept: "application/graphql-response+json" });
    expect(reply.status).toBe(400);
    expect(reply.json).not.toHaveProperty("data");
    const [error] = reply.json.errors ?? [];
    return { message: error?.message, ...error?.extensions };
  };
  const answered = async (body: object): Promise<void> => {
    const { status, json } = await served.post(body, operator);
    expect({ status, errors: json.errors }).toEqual({ status: 200, errors: undefined });
  };

  it("answers an anonymous { __typename }", async () => {
    const reply = await served.post({ query: "{ __typename }" });
    expect(reply).toMatchObject({ status: 200, json: { data: { __typename: "Query" } } });
  });

  it("refuses a query deeper than allowed, also through fragments", async () => {
    await answered({ query: "{ member { friend { friend { friend { id } } } } }" });
    const limit = { code: "LIMIT_EXCEEDED", limit: "depth", allowed: 5 };
    const plain = await refused({ query: "{ member { friend { friend { friend { friend { id } } } } } }" });
    expect(plain).toMatchObject({ ...limit, message: "Query depth limit of 5 exceeded, found 6." });
    const spread =
      "{ member { ...A } } fragment A on Member { friend { ...B } } fragment B on Member { friend { friend { friend { id } } } }";
    expect(await refused({ query: spread })).toMatchObject({
      ...limit,
      message: "Query depth limit of 5 exceeded, found 6.",
    });
  });

  it("refuses more aliases than allowed, of __typename too", async () => {
    await answered({ query: "{ a: __typename b: __typename c: __typename }" });
    const four = await refused({ query: "{ a: __typename b: __typename c: __typename d: __typename }" });
    expect(four).toMatchObject({ limit: "aliases", allowed: 3, message: "Aliases limit of 3 exceeded, found 4." });
  });

  it("refuses more directives than allowed", async () => {
    const query = "{ member { id @skip(if: false) @include(if: true) friend @skip(if: false) { id } } }";
    expect(await refused({ query })).toMatchObject({ limit: "directives", allowed: 2 });
  });

  it("stops the parser at the token limit, so that the rest is not even syntax", async () => {
    const query = `{ ${"__typename ".repeat(300)} this is no GraphQL }}}}`;
    expect(await refused({ query })).toEqual({
      message: "Token limit of 200 exceeded.",
      code: "LIMIT_EXCEEDED",
      limit: "tokens",
      allowed: 200,
    });
  });

  it("multiplies the first of nested connections", async () => {
    // 1 + 20 × (1 + (1 + 9 × 1)) = 221, and with 99 of 9 it is 1 + 99 × 11 = 1,090.
    const query = "query Q($n: Int!) { members(first: $n) { nodes { purchases(first: 9) { nodes { id } } } } }";
    await answered({ query, variables: { n: 20 } });
    const found = await refused({ query, variables: { n: 99 } });
    expect(found).toMatchObject({ code: "LIMIT_EXCEEDED", limit: "cost", allowed: 1000 });
    expect(found.message).toContain("Cost limit of 1000 exceeded, found 1090.");
  });

  it("refuses a null where none may stand for what it is, and not for its cost", async () => {
    const first = "query Q($n: Int) { members(first: $n) { total } }";
    const condition = "query Q($all: Boolean = true) { member { id @include(if: $all) } }";
    await answered({ query: first });
    await answered({ query: condition });
    for (const asked of [
      { query: first, variables: { n: null } },
      { query: condition, variables: { all: null } },
    ]) {
      const found = await refused(asked);
      expect(found).toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringContaining("must not be null") });
      expect(found.message).not.toContain("Cost");
    }
  });

  it("judges the same document anew for other variables", async () => {
    const query =
      "query Q($n: Int!, $all: Boolean!) { members(first: $n) { nodes { tags @include(if: $all) { code } friend { id } } } }";
    await answered({ query, variables: { n: 400, all: false } });
    expect(await refused({ query, variables: { n: 400, all: true } })).toMatchObject({ limit: "cost" });
    await answered({ query, variables: { n: 400, all: false } });
    expect(await refused({ query, variables: { n: 600, all: false } })).toMatchObject({ limit: "cost" });
  });

  it("counts the default of first", async () => {
    const { logged } = served;
    await answered({ query: "query Cost { members { nodes { id } } }" });
    expect(logged.at(-1)).toMatchObject({ operation: "Cost", cost: 21 });
  });

  it("refuses lists longer than allowed, in the document and in variables", async () => {
    await answered({ query: "{ echo(list: [1, 2, 3, 4]) }" });
    const literal = await refused({ query: "{ echo(list: [1, 2, 3, 4, 5]) }" });
    expect(literal).toMatchObject({ limit: "listItems", allowed: 4 });
    const query = "query L($list: [Int!]!) { echo(list: $list) }";
    const variable = await refused({ query, variables: { list: [1, 2, 3, 4, 5] } });
    expect(variable.message).toBe("List limit of 4 items exceeded: $.list has 5.");
  });

  it("refuses variables nested deeper than any input, however deep, without running out of stack", async () => {
    const query = "query L($list: [Int!]!) { echo(list: $list) }";
    for (const depth of [100, 1_000, 5_000]) {
      const list = "[".repeat(depth) + "]".repeat(depth);
      const found = await refused(`{"query":${JSON.stringify(query)},"variables":{"list":${list}}}`);
      expect(found).toMatchObject({ code: "LIMIT_EXCEEDED", limit: "variableDepth", allowed: 64 });
    }
  });

  it.each([
    ["a NUL", "a\u0000b"],
    ["half of a surrogate pair", "\ud800"],
  ])("refuses %s in any text, by its place", async (_what, text) => {
    const query = "query T($text: String!) { __type(name: $text) { name } }";
    const found = await refused({ query, variables: { text } });
    expect(found.message).toContain("$.text holds a NUL or half of a surrogate pair");
    const literal = await refused({ query: `{ __type(name: ${JSON.stringify(text)}) { name } }` });
    expect(literal.message).toMatch(/a text in the document holds a NUL|Invalid Unicode escape sequence/);
  });

  it("leaves variables that do not fit to the refusal that names them", async () => {
    const query = "query Q($n: Int!) { members(first: $n) { nodes { id } } }";
    const found = await refused({ query, variables: { n: "many" } });
    expect(found).toMatchObject({ code: "BAD_USER_INPUT" });
    expect(found.message).toContain('Variable "$n" got invalid value "many"');
  });

  it("answers application/json with status 200 where only the document is refused", async () => {
    const reply = await served.post({ query: "{ nothing }" }, operator);
    expect(reply.status).toBe(200);
    expect(reply.json.errors?.[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  it("refuses a body larger than allowed, whether its length is declared or not", async () => {
    const body = JSON.stringify({ query: "{ __typename }", padding: "x".repeat(20_000) });
    expect(await served.post(body)).toMatchObject({ status: 413 });
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from(body));
        controller.close();
      },
    });
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: stream, duplex: "half" };
    const response = await fetch(`${served.url}/graphql`, init as RequestInit);
    expect(response.status).toBe(413);
  });

  it.each([
    ["text/plain", 415],
    ["application/x-www-form-urlencoded", 415],
    ["application/json; charset=utf-16", 415],
    ["application/json; charset=utf-8", 200],
  ])("takes a body of %s as %i", async (type, status) => {
    expect(await served.post({ query: "{ __typename }" }, { "content-type": type })).toMatchObject({ status });
  });

  it("refuses batches and other methods", async () => {
    expect(await served.post([{ query: "{ __typename }" }, { query: "{ __typename }" }])).toMatchObject({
      status: 400,
    });
    const response = await fetch(`${served.url}/graphql`, { method: "DELETE" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, POST"]);
  });

  it("refuses a GET that a page of another site made, and no mutation goes by GET", async () => {
    const get = (query: string, headers: Record<string, string>) =>
      fetch(`${served.url}/graphql?query=${encodeURIComponent(query)}`, { headers });
    expect((await get("{ __typename }", {})).status).toBe(200);
    expect((await get("{ __typename }", { "sec-fetch-site": "same-origin" })).status).toBe(200);
    expect((await get("{ __typename }", { "sec-fetch-site": "cross-site" })).status).toBe(400);
    expect((await get("{ __typename }", { cookie: "session=1" })).status).toBe(400);
    expect((await get("mutation { touch }", operator)).status).toBe(405);
  });
});

describe("introspection", () => {
  const schemaQuery = { query: "{ __schema { queryType { name } } }" };
  const typeQuery = {
    query: '{ here: __type(name: "Member") { name } ...F } fragment F on Query { there: __type(name: "Tag") { name } }',
  };
  const typo = { query: "{ membr { id } }" };
  const cases = [
    ["authenticated", false, true],
    ["everyone", true, true],
    ["nobody", false, false],
  ] as const;

  it.each(cases)(
    "is, by the policy %s, open to anonymous: %s, to staff: %s",
    async (policy, anonymousMay, staffMay) => {
      const served = await serve(schema, { ALLIANCE_INTROSPECTION: policy });
      try {
        for (const [headers, may] of [
          [{}, anonymousMay],
          [operator, staffMay],
        ] as const) {
          const { json } = await served.post(schemaQuery, headers);
          expect(json.data ?? null).toEqual(may ? { __schema: { queryType: { name: "Query" } } } : null);
          const types = await served.post(typeQuery, headers);
          expect(types.json).toEqual({
            data: may ? { here: { name: "Member" }, there: { name: "Tag" } } : { here: null, there: null },
          });
          const message = (await served.post(typo, headers)).json.errors?.[0]?.message;
          expect(message?.includes("Did you mean")).toBe(may);
        }
      } finally {
        await served.stop();
      }
    },
  );

  it("tells anonymous callers to sign in", async () => {
    const served = await serve(schema);
    const reply = await served.post(schemaQuery);
    await served.stop();
    expect(reply.status).toBe(401);
    expect(reply.json.errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
  });
});

describe("the cost budget of a caller", () => {
  let served: Served;

  beforeEach(async () => {
    served = await serve(schema, { ALLIANCE_MAX_COST: "100", ALLIANCE_COST_PER_MINUTE: "100" });
  });
  afterEach(() => served.stop());

  const cheap = { query: "{ __typename }" };
  const dear = { query: "{ members(first: 60) { nodes { id } } }" };
  const codeOf = ({ json }: Reply) => json.errors?.[0]?.extensions.code;

  it("is charged by the query's cost and refused with the time to wait", async () => {
    // 1 for the request, 10 for a new document, 61 for its nodes.
    expect(codeOf(await served.post(dear, operator))).toBeUndefined();
    const refusal = await served.post(dear, operator);
    expect(refusal.status).toBe(429);
    expect(codeOf(refusal)).toBe("RATE_LIMITED");
    expect(Number(refusal.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refusal.json.errors?.[0]?.message).toContain(
      "Rate limit of 100 cost a minute exceeded: this request costs 61.",
    );
    expect(refusal.json).not.toHaveProperty("data");
  });

  it("refuses whatever follows before it is parsed", async () => {
    await served.post(dear, operator);
    await served.post(dear, operator);
    const reply = await served.post({ query: "this is no GraphQL" }, operator);
    expect([reply.status, codeOf(reply)]).toEqual([429, "RATE_LIMITED"]);
  });

  it("is each caller's own", async () => {
    await served.post(dear, operator);
    await served.post(dear, operator);
    expect((await served.post(cheap, { authorization: "Bearer marketer" })).status).toBe(200);
    expect((await served.post(cheap)).status).toBe(200);
  });

  it("is charged to the address for credentials that are refused", async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      statuses.push((await served.post(cheap, { authorization: "Bearer guess" })).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
    expect((await served.post(cheap, operator)).status).toBe(200);
  });
});
