import { DrizzleQueryError } from "drizzle-orm";
import { buildSchema, GraphQLError, type GraphQLScalarType, type GraphQLObjectType } from "graphql";
import { badInput, forbidden } from "../../src/graphql/errors";
import { safeError } from "../../src/observability/safe-error";
import { serve, type Served } from "../support/served";

const phone = "13800001234";

/** What postgres.js throws for a violated constraint, with the texts in which the server repeats the row. */
function constraintError(): Error {
  const error = new Error(`duplicate key value violates unique constraint "identities_pkey"`);
  const fields = {
    name: "PostgresError",
    code: "23505",
    severity: "ERROR",
    routine: "_bt_check_unique",
    constraint_name: "identities_pkey",
    table_name: "identities",
    detail: `Key (phone)=(${phone}) already exists.`,
    parameters: [phone],
  };
  return Object.assign(error, fields);
}

function invalidText(): Error {
  const error = new Error(`invalid input syntax for type uuid: "${phone}"`);
  return Object.assign(error, { name: "PostgresError", code: "22P02", severity: "ERROR", routine: "string_to_uuid" });
}

const failures: Record<string, () => unknown> = {
  bug: () => {
    throw new TypeError("Cannot read properties of undefined (reading 'id')");
  },
  query: () => {
    throw new DrizzleQueryError("select * from members where phone = $1", [phone], constraintError());
  },
  bare: () => {
    throw invalidText();
  },
  library: () => {
    throw new GraphQLError(`Value is no phone number: ${phone}`);
  },
  text: () => {
    // Libraries do throw what is no error.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw `no error but ${phone}`;
  },
  number: () => phone,
  missing: () => null,
  nul: () => {
    const error = new Error('invalid byte sequence for encoding "UTF8": 0x00');
    throw Object.assign(error, { name: "PostgresError", code: "22021", severity: "ERROR" });
  },
  badInput: () => {
    throw badInput("first is 101, expected 0 to 100.");
  },
  forbidden: () => {
    throw forbidden("member");
  },
};

const schema = buildSchema(`
  scalar Strict
  type Query { nul: ID  bug: ID  query: ID  bare: ID  library: ID  text: ID  number: Int  missing: ID!  badInput: ID  forbidden: ID
    strict(value: Strict): ID  needs(value: Int! = 1): ID  fine: ID }
`);
const fields = (schema.getQueryType() as GraphQLObjectType).getFields();
for (const [name, resolve] of Object.entries(failures)) Object.assign(fields[name] ?? {}, { resolve });
(schema.getType("Strict") as GraphQLScalarType).parseValue = (value) => {
  throw new TypeError(`not strict: ${String(value)}`);
};

let served: Served;
beforeAll(async () => {
  served = await serve(schema);
});
afterAll(() => served.stop());

const ask = (query: string, variables?: object) =>
  served.post({ query, variables }, { "x-request-id": "request-0001" });
const logOf = (id: unknown) => served.logged.find((line) => line.id === id);

it.each(["bug", "query", "bare", "library", "text", "number", "missing"])(
  "masks %s with an id that stands in the log, and neither shows nor logs the phone number",
  async (name) => {
    const { json } = await ask(`query Failing { fine ${name} }`);
    const [error] = json.errors ?? [];
    expect(json.errors).toHaveLength(1);
    expect(error?.extensions).toEqual({ code: "INTERNAL_SERVER_ERROR", id: expect.any(String) as string });
    expect(error?.message).toBe(`Internal error ${String(error?.extensions.id)}`);
    expect(error?.path).toEqual([name]);
    expect(JSON.stringify(json)).not.toContain(phone);

    const line = logOf(error?.extensions.id);
    expect(line).toMatchObject({ level: "error", requestId: "request-0001", operation: "Failing", path: name });
    expect(JSON.stringify(served.logged).includes(phone)).toBe(false);
  },
);

it("logs what tells where a statement failed: placeholders, constraint, code and stack", async () => {
  const { json } = await ask("{ query }");
  const { err } = logOf(json.errors?.[0]?.extensions.id) ?? {};
  expect(err).toMatchObject({
    statement: "select * from members where phone = $1",
    stack: expect.stringContaining("masking.test") as string,
    cause: { code: "23505", constraint: "identities_pkey", table: "identities" },
  });
});

it.each([
  ["badInput", "BAD_USER_INPUT", "first is 101, expected 0 to 100."],
  ["forbidden", "FORBIDDEN", "You may not read member."],
  [
    "nul",
    "BAD_USER_INPUT",
    "A text of the request holds a character that cannot be stored, such as NUL; expected plain text.",
  ],
])("lets the refusal %s pass and does not log it as an error", async (name, code, message) => {
  const before = served.logged.filter((line) => line.level === "error").length;
  const { json } = await ask(`{ fine ${name} }`);
  expect(json.data).toEqual({ fine: null, [name]: null });
  expect(json.errors).toMatchObject([{ message, path: [name], extensions: { code } }]);
  expect(served.logged.filter((line) => line.level === "error")).toHaveLength(before);
});

it.each([
  ["syntax", "{", undefined, "GRAPHQL_PARSE_FAILED", "Syntax Error"],
  ["an unknown field", "{ nothing }", undefined, "GRAPHQL_VALIDATION_FAILED", 'Cannot query field "nothing"'],
  [
    "a literal that does not fit",
    "{ needs(value: 1.5) }",
    undefined,
    "GRAPHQL_VALIDATION_FAILED",
    "Int cannot represent",
  ],
  ["a variable that does not fit", "query Q($v: Int!) { needs(value: $v) }", { v: "x" }, "BAD_USER_INPUT", "$v"],
  [
    "a scalar that throws a plain error",
    "query Q($v: Strict) { strict(value: $v) }",
    { v: "x" },
    "BAD_USER_INPUT",
    "$v",
  ],
  ["null where the argument may not be", "query Q($v: Int) { needs(value: $v) }", { v: null }, "", "must not be null"],
  [
    "an operation that is not there",
    "query A { fine } query B { fine }",
    undefined,
    "OPERATION_RESOLUTION_FAILURE",
    "operation",
  ],
])("lets the message of %s pass", async (_what, query, variables, code, text) => {
  const { json } = await ask(query, variables);
  const [error] = json.errors ?? [];
  expect(error?.message).toContain(text);
  if (code) expect(error?.extensions.code).toBe(code);
  expect(error?.extensions).not.toHaveProperty("stacktrace");
});

it("never logs variables, headers or bodies", async () => {
  await served.post(
    { query: "query Q($v: Strict) { strict(value: $v) }", variables: { v: "very-secret-value" } },
    { authorization: "Bearer very-secret-token", "x-request-id": "request-0002" },
  );
  await served.post('{"query": "very-secret-body', { "x-request-id": "request-0003" });
  expect(served.logged.filter((line) => /request-000[23]/.test(String(line.requestId)))).toHaveLength(2);
  expect(JSON.stringify(served.logged)).not.toContain("very-secret");
});

it("answers 401 in GraphQL's shape to credentials that are refused", async () => {
  const reply = await served.post({ query: "{ fine }" }, { authorization: "Bearer old" });
  expect(reply.status).toBe(401);
  expect(reply.headers.get("www-authenticate")).toContain("Bearer");
  expect(reply.json).toEqual({
    errors: [
      { message: "The bearer token has expired.", extensions: { code: "UNAUTHENTICATED", reason: "TOKEN_EXPIRED" } },
    ],
  });
});

it("masks what fails before GraphQL begins", async () => {
  const reply = await served.post({ query: "{ fine }" }, { authorization: "Bearer broken" });
  const id = reply.json.errors?.[0]?.extensions.id;
  expect(reply.status).toBe(500);
  expect(reply.json.errors?.[0]?.message).toBe(`Internal error ${String(id)}`);
  expect(logOf(id)).toMatchObject({ err: { message: "the database is away" } });
});

it("keeps the frames of a stack and drops the lines of the message before them", () => {
  const error = new Error(`two\nlines with ${phone}`);
  Object.assign(error, { query: "select $1", params: [phone] });
  const safe = safeError(error);
  expect(safe.message).toBe("Failed query.");
  expect(safe.stack).toContain("masking.test");
  expect(JSON.stringify(safe)).not.toContain(phone);
});

it("follows causes only so far, also where they go in circles", () => {
  const error = new Error("first");
  error.cause = new Error("second", { cause: error });
  expect(JSON.stringify(safeError(error)).match(/"message"/g)).toHaveLength(6);
});
