import { buildSchema, isInputObjectType, printSchema, validateSchema, validate, parse } from "graphql";
import { markOneOfInputs, oneOfInput } from "../../src/graphql/one-of";

const schemaWith = (fields: string) =>
  buildSchema(`type Query { a(by: TestChoice): ID } input TestChoice { ${fields} }`);

beforeAll(() => {
  expect(oneOfInput("TestChoice")).toBe("TestChoice");
});

it("marks the built type, so that it is printed and enforced", () => {
  const schema = markOneOfInputs(schemaWith("code: String id: ID"));
  const type = schema.getType("TestChoice");
  expect(isInputObjectType(type) && type.isOneOf).toBe(true);
  expect(printSchema(schema)).toContain("input TestChoice @oneOf");
  expect(validateSchema(schema)).toEqual([]);
  const errorsOf = (by: string) => validate(schema, parse(`{ a(by: ${by}) }`)).map(({ message }) => message);
  expect(errorsOf('{ code: "x" }')).toEqual([]);
  expect(errorsOf('{ code: "x", id: "y" }')).toEqual([expect.stringContaining("exactly one key")]);
  expect(errorsOf("{}")).toEqual([expect.stringContaining("exactly one key")]);
});

it.each(["code: String! id: ID", 'code: String = "x" id: ID'])(
  "refuses a type whose fields are not optional: %s",
  (fields) => {
    expect(() => markOneOfInputs(schemaWith(fields))).toThrow('oneOfInput("TestChoice"): code must be optional');
  },
);

it("refuses a name that is no input type, and leaves out what a schema does not use", () => {
  expect(() => markOneOfInputs(buildSchema("type Query { a: TestChoice } type TestChoice { a: ID }"))).toThrow(
    "not an input type",
  );
  expect(() => markOneOfInputs(buildSchema("type Query { a: ID }"))).not.toThrow();
});
