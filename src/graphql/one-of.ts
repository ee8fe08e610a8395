import { isInputObjectType, isNullableType, type GraphQLSchema } from "graphql";

const names = new Set<string>();

/**
 * Says that of this input type's fields exactly one must be given. type-graphql has no `@oneOf`, so it is set on the
 * built type (`markOneOfInputs`), from where graphql-js enforces it and the printed schema shows it. All its fields must
 * be nullable and without default. Answers the name, to be given to `@InputType`.
 */
export function oneOfInput(name: string): string {
  names.add(name);
  return name;
}

/** Marks the registered input types in a built schema. Throws where a name is no input type, or a field is not optional. */
export function markOneOfInputs(schema: GraphQLSchema): GraphQLSchema {
  for (const name of names) {
    const type = schema.getType(name);
    // Only what a schema uses is in it: a test's smaller schema need not have every type.
    if (!type) continue;
    if (!isInputObjectType(type)) throw new Error(`oneOfInput("${name}"): not an input type`);
    const required = Object.values(type.getFields()).filter(
      (field) => !isNullableType(field.type) || field.defaultValue !== undefined,
    );
    if (required.length > 0) {
      throw new Error(`oneOfInput("${name}"): ${required.map((field) => field.name).join(", ")} must be optional`);
    }
    type.isOneOf = true;
  }
  return schema;
}
