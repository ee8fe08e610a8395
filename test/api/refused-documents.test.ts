import { ApolloServer, HeaderMap } from "@apollo/server";
import { buildSchema } from "graphql";
import { serve, type Served } from "../support/served";

/**
 * The server reads documents itself, before Apollo. What clients are told of those that are wrong must not show it: the
 * same errors as Apollo's own, in the same order, with the same codes, places and status.
 */
const schema = buildSchema(`
  type Query { member(id: ID!): Member  members(first: Int, state: State): [Member!]! }
  type Mutation { touch(input: Touch!): Int }
  type Member { id: ID!  name: String  friend: Member }
  enum State { OPEN CLOSED }
  input Touch { name: String!  note: String }
`);

const operator = { authorization: "Bearer operator" };
const responseJson = { ...operator, accept: "application/graphql-response+json" };

const wrong: Record<string, object> = {
  "an unknown field": { query: "{ membr { id } }" },
  "several mistakes": { query: "{ member { id nope } members(fist: 1) { id } other ...F }" },
  "no syntax": { query: "{ member(id: 1) { id }" },
  "a character that is none": { query: "{ member(id: 1) { id ? } }" },
  "an empty selection": { query: "{ member(id: 1) { } }" },
  "nothing but a comment": { query: "# nothing" },
  "a value that does not fit": { query: '{ members(first: "many", state: NEITHER) { id } }' },
  "an input without what it must have": { query: 'mutation { touch(input: { note: "x", other: 1 }) }' },
  "fields that cannot be merged": { query: "{ member(id: 1) { name } member(id: 2) { name } }" },
  "an unused variable and an unknown one": { query: "query Q($a: Int) { member(id: $b) { id } }" },
  "an unknown type": { query: "{ member(id: 1) { ... on Memberr { id } } }" },
  "two anonymous operations": { query: "{ members { id } } { members { name } }" },
  "a schema instead of an operation": { query: "type Query { a: Int }" },
  "an unknown directive": { query: "{ members @slowly { id } }" },
  "a repeated name": { query: "query A { members { id } } query A { members { id } }" },
  "an operation that is not there": { query: "query A { members { id } }", operationName: "B" },
  "an operation that is not named": { query: "query A { members { id } } query B { members { id } }" },
  "a text that cannot be stored": { query: '{ member(id: "a\\u0000") { id } }' },
  "no query": { variables: {} },
  "an empty query": { query: "" },
};

describe("what clients are told of a wrong document", () => {
  let served: Served;
  let plain: ApolloServer;

  beforeAll(async () => {
    served = await serve(schema, { ALLIANCE_INTROSPECTION: "everyone" });
    plain = new ApolloServer({ schema, nodeEnv: "production", stopOnTerminationSignals: false });
    await plain.start();
  });
  afterAll(() => Promise.all([served.stop(), plain.stop()]));

  const byApollo = async (body: object): Promise<{ status: number | undefined; json: unknown }> => {
    const headers = new HeaderMap([
      ["content-type", "application/json"],
      ["accept", "application/graphql-response+json"],
    ]);
    const reply = await plain.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: "POST", headers, search: "", body },
      context: async () => ({}),
    });
    if (reply.body.kind !== "complete") throw new Error("incremental");
    return { status: reply.status, json: JSON.parse(reply.body.string) as unknown };
  };

  const own = new Set(["a text that cannot be stored"]);
  it.each(Object.entries(wrong).filter(([name]) => !own.has(name)))(
    "is of %s what Apollo says",
    async (_name, body) => {
      const { status, json } = await served.post(body, responseJson);
      expect({ status, json }).toEqual(await byApollo(body));
      expect(status).toBe(400);
    },
  );

  it("is of a text that cannot be stored told with its code", async () => {
    const reply = await served.post(wrong["a text that cannot be stored"] ?? {}, responseJson);
    expect([reply.status, reply.json.errors?.map(({ extensions }) => extensions.code)]).toEqual([
      400,
      ["GRAPHQL_VALIDATION_FAILED"],
    ]);
  });

  it("is the same the second time, and charged again", async () => {
    const budget = await serve(schema, { ALLIANCE_COST_PER_MINUTE: "25" });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      statuses.push((await budget.post({ query: "{ membr }" }, responseJson)).status);
    }
    await budget.stop();
    // 1 for the request and 10 for the document each time: 11, 22, 33.
    expect(statuses).toEqual([400, 400, 400, 429]);
  });

  it("leaves the answer without data, the log with the codes and the counter with an error", async () => {
    const reply = await served.post({ query: "{ membr }" }, responseJson);
    expect(reply.json).not.toHaveProperty("data");
    expect(served.logged.at(-1)).toMatchObject({ msg: "graphql", status: 400, codes: ["GRAPHQL_VALIDATION_FAILED"] });
  });
});
