import { parse, print, visit, type OperationDefinitionNode } from "graphql";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { operationOf } from "../../src/graphql/plan/selection";

const folder = join(__dirname, "../../schema/operations");

/** Every document of schema/operations by the name of its operation. */
export const operations: ReadonlyMap<string, string> = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith(".graphql"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .map((source) => [(operationOf(parse(source), undefined) as OperationDefinitionNode).name?.value ?? "", source]),
);

/** The document without those fields and what only they use. */
export function withoutFields(source: string, ...names: readonly string[]): string {
  const kept = visit(parse(source), { Field: ({ name }) => (names.includes(name.value) ? null : undefined) });
  const used = print({ ...kept, definitions: kept.definitions.map((each) => ({ ...each, variableDefinitions: [] })) });
  return print(
    visit(kept, {
      VariableDefinition: ({ variable }) => (used.includes(`$${variable.name.value}`) ? undefined : null),
    }),
  );
}
