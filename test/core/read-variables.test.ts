import fc from "fast-check";
import { buildSchema, parse, type OperationDefinitionNode } from "graphql";
import { getVariableValues } from "graphql/execution/values";
import { variablesReader } from "../../src/graphql/read-variables";

const schema = buildSchema(`
  directive @oneOf on INPUT_OBJECT
  enum Color { RED GREEN }
  input Leaf { fact: String!, count: Int = 3, color: Color, tags: [String!] }
  input Rule @oneOf { all: [Rule!], not: Rule, has: Leaf }
  input Money { minor: Int!, currency: String! }
  type Query { x(id: ID, money: Money, rule: Rule): Int }
`);
const operation = parse(`query ($id: ID!, $first: Int! = 10, $color: Color, $colors: [Color!], $money: Money,
  $rule: Rule, $grid: [[Int]], $yes: Boolean = true, $leaf: Leaf! = { fact: "f" }) { x }`)
  .definitions[0] as OperationDefinitionNode;
const read = variablesReader(schema, operation);
const { getPrototypeOf } = Object;

function expected(given: Record<string, unknown>): object | undefined {
  return getVariableValues(schema, operation.variableDefinitions ?? [], given).coerced;
}

function expectTheSame(given: Record<string, unknown>): void {
  const own = read(given);
  expect(own && { ...own }).toEqual(expected(given));
}

test.each<[string, Record<string, unknown>]>([
  ["all that is missing may be", { id: "a" }],
  ["an id is a number", { id: 7 }],
  ["a list is one value by itself", { id: "a", colors: "RED", grid: 1 }],
  ["nulls stand where they may", { id: "a", color: null, money: null, grid: [null, [null, 2]], yes: null }],
  ["a default of a field is taken", { id: "a", leaf: { fact: "g" } }],
  ["rules stand in rules", { id: "a", rule: { all: [{ not: { has: { fact: "f", tags: "t" } } }] } }],
])("reads what graphql-js reads: %s", (_, given) => {
  expect(expected(given)).toBeDefined();
  expectTheSame(given);
});

test.each<[string, Record<string, unknown>]>([
  ["a variable that may not be missing is", {}],
  ["one that may not be null is", { id: null }],
  ["one with a default is null and may not", { id: "a", first: null }],
  ["a number has a fraction", { id: "a", first: 1.5 }],
  ["an enum has no such value", { id: "a", color: "BLUE" }],
  ["a list holds a null", { id: "a", colors: ["RED", null] }],
  ["an object is a list", { id: "a", money: [] }],
  ["an object is a text", { id: "a", money: "1 CNY" }],
  ["a field is missing", { id: "a", money: { minor: 1 } }],
  ["a field is unknown", { id: "a", money: { minor: 1, currency: "CNY", more: 1 } }],
  ["two of one are given", { id: "a", rule: { not: { has: { fact: "f" } }, has: { fact: "f" } } }],
  ["none of one is given", { id: "a", rule: {} }],
  ["one of one is null", { id: "a", rule: { has: null } }],
])("reads nothing where %s", (_, given) => {
  expect(expected(given)).toBeUndefined();
  expect(read(given)).toBeUndefined();
});

it("gives a variable that is named like a part of every object nothing that it was not given", () => {
  const odd = parse("query ($constructor: Int, $__proto__: Int, $toString: Int) { x }");
  const readOdd = variablesReader(schema, odd.definitions[0] as OperationDefinitionNode);
  expect(readOdd({})?.constructor).toBeUndefined();
  const given = readOdd(JSON.parse('{"__proto__": 1, "toString": 2}') as Record<string, unknown>);
  expect(Object.entries(given ?? {})).toEqual([
    ["__proto__", 1],
    ["toString", 2],
  ]);
  expect(Object.keys(getPrototypeOf(given) as object)).toEqual([]);
});

it("agrees with graphql-js on whatever is given", () => {
  const word = fc.constantFrom("RED", "GREEN", "f", "", "7");
  const leaf = fc.oneof(word, fc.integer({ min: -1, max: 3 }), fc.boolean(), fc.constant(null), fc.constant(2 ** 40));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.record({ minor: fc.oneof(fc.nat(9), leaf), currency: word }, { requiredKeys: [] }),
      fc.record({ fact: word, count: leaf, color: word, tags: fc.array(word) }, { requiredKeys: ["fact"] }),
      fc.record({ all: fc.array(tie("value")), not: tie("value"), has: tie("value") }, { requiredKeys: [] }),
    ),
  }));
  const names = ["first", "color", "colors", "money", "rule", "grid", "yes", "leaf"];
  const given = fc.record(
    { id: fc.constantFrom("a", 1, null), ...Object.fromEntries(names.map((name) => [name, value])) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(given, (variables) => {
      expectTheSame(variables);
    }),
    { numRuns: 500 },
  );
});
