import { registerEnumType } from "type-graphql";

/**
 * Makes a GraphQL enum of a list of names from a room's core, every value with its description. Answers the object that
 * `@Field(() => …)` takes.
 */
export function graphqlEnum<Name extends string>(
  name: string,
  description: string,
  values: Readonly<Record<Name, string>>,
): { readonly [N in Name]: N } {
  const members = Object.fromEntries(Object.keys(values).map((value) => [value, value])) as { [N in Name]: N };
  registerEnumType(members, {
    name,
    description,
    valuesConfig: Object.fromEntries(
      Object.entries(values).map(([value, text]) => [value, { description: text as string }]),
    ) as { [N in Name]: { description: string } },
  });
  return members;
}
