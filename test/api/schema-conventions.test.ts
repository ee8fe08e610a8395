import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  type GraphQLType,
} from "graphql";
import { buildAllianceSchema } from "../../src/schema";

const schema = buildAllianceSchema();
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type),
);
const queries = Object.values(schema.getQueryType()?.getFields() ?? {});
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
const roots = new Set(["Query", "Mutation"]);

describe("the schema", () => {
  it("is all there", () => {
    expect([queries.length > 15, mutations.length > 30, types.length > 80]).toEqual([true, true, true]);
  });

  it("describes every type, field, argument and enum value", () => {
    const silent: string[] = [];
    const note = (place: string, description: string | null | undefined) => {
      if (!description?.trim()) silent.push(place);
    };
    for (const type of types) {
      if (!roots.has(type.name)) note(type.name, type.description);
      if (isEnumType(type)) for (const value of type.getValues()) note(`${type.name}.${value.name}`, value.description);
      if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        note(`${type.name}.${field.name}`, field.description);
        const args = "args" in field ? field.args : [];
        for (const argument of args) note(`${type.name}.${field.name}(${argument.name})`, argument.description);
      }
    }
    for (const directive of schema.getDirectives()) {
      if (!isSpecifiedDirective(directive)) note(`@${directive.name}`, directive.description);
    }
    expect(silent).toEqual([]);
  });

  it("names mutations verb first, gives each one input and one payload of its own", () => {
    const odd = mutations.filter((mutation) => {
      const pascal = mutation.name[0]?.toUpperCase() + mutation.name.slice(1);
      const [input, ...more] = mutation.args;
      return (
        input?.name !== "input" ||
        more.length > 0 ||
        input.type.toString() !== `${pascal}Input!` ||
        mutation.type.toString() !== `${pascal}Payload!`
      );
    });
    expect(
      odd.map(
        (mutation) =>
          `${mutation.name}: ${mutation.args.map((argument) => argument.type.toString()).join()} → ${mutation.type.toString()}`,
      ),
    ).toEqual([]);
  });

  it("answers a refusal as data: every payload has userErrors, and nothing else that is never null", () => {
    const odd = mutations.flatMap((mutation) => {
      const payload = getNamedType(mutation.type);
      if (!isObjectType(payload)) return [mutation.name];
      const fields = Object.values(payload.getFields());
      const errors = fields.find((field) => field.name === "userErrors");
      const strict = fields.filter((field) => field.name !== "userErrors" && isNonNullType(field.type));
      return errors?.type.toString() === "[UserError!]!" && strict.length === 0 ? [] : [payload.name];
    });
    expect(odd).toEqual([]);
  });

  it("gives every connection nodes, edges, a page and a capped size", () => {
    const fields = types.filter(isObjectType).flatMap((type) => {
      return Object.values(type.getFields()).map((field) => ({ owner: type.name, field }));
    });
    const connections = fields.filter(({ field }) => getNamedType(field.type).name.endsWith("Connection"));
    expect(connections.length).toBeGreaterThan(8);
    for (const { owner, field } of connections) {
      const type = getNamedType(field.type);
      const names = isObjectType(type) ? Object.keys(type.getFields()) : [];
      expect({ of: `${owner}.${field.name}`, names }).toEqual({
        of: `${owner}.${field.name}`,
        names: expect.arrayContaining(["edges", "nodes", "pageInfo"]),
      });
      const args = field.args.map((argument) => argument.name);
      expect({ of: `${owner}.${field.name}`, args }).toEqual({
        of: `${owner}.${field.name}`,
        args: expect.arrayContaining(["first", "after"]),
      });
    }
  });

  it("lets every root query fail alone: what can be withheld is nullable", () => {
    const alwaysThere = new Set(["viewer"]);
    const single = queries.filter(({ name, type }) => isNonNullType(type) && !alwaysThere.has(name));
    const odd = single.filter(({ type }) => {
      const inner = isNonNullType(type) ? type.ofType : type;
      return !isListType(inner) && !getNamedType(type).name.endsWith("Connection");
    });
    expect(odd.map((query) => query.name)).toEqual([]);
  });

  it("carries no amount, count of points or instant in a JSON number", () => {
    // Basis points are hundredths of a per cent: a rate, and no value.
    const amounts = /((?<!basis)points|minor|amount|balance|available|held|pending|threshold)$/i;
    const odd = types.flatMap((type) => {
      if (!isObjectType(type) && !isInputObjectType(type)) return [];
      const fields: { name: string; type: GraphQLType }[] = Object.values(type.getFields());
      return fields
        .filter((field) => amounts.test(field.name) && /^(Int|Float)/.test(getNamedType(field.type).name))
        .map((field) => `${type.name}.${field.name}`);
    });
    expect(odd).toEqual([]);
  });
});
