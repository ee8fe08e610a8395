import fc from "fast-check";
import { parse, print, type GraphQLSchema } from "graphql";
import { RandomSelections } from "./random-selections";
import { RandomValues, type DocumentPools } from "./random-values";
import { Tape } from "./tape";

export type { DocumentPools } from "./random-values";

/** A query as a client sends it. */
export interface RandomDocument {
  readonly source: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** Long enough for the largest document, so that what is short is short by choice. */
const longestTape = 700;

/**
 * Valid query documents of the schema: nested selections, aliases, the same response key twice, named and inline
 * fragments, directives, arguments written out and by variables that have defaults, are null or are left out. They keep
 * within the server's limits mostly, and hold what a resolver refuses now and then: pages of 101, cursors of nowhere.
 *
 * All choices are read off a tape of numbers, of which 0 is always the simplest one, and which goes on with zeros. So
 * fast-check, which shortens the tape and lowers its numbers, shrinks the document.
 */
export function randomDocuments(schema: GraphQLSchema, pools: DocumentPools): fc.Arbitrary<RandomDocument> {
  return documentTapes.map((tape) => documentOf(schema, pools, tape));
}

/** For tests that want one document with the pools of several callers: see `documentOf`. */
export const documentTapes: fc.Arbitrary<readonly number[]> = fc.noBias(
  fc.array(fc.nat({ max: 0xffff }), { maxLength: longestTape, size: "max" }),
);

/**
 * The document of a tape. The same tape writes the same document for every caller, each with ids of its own. With
 * `preferred` it seldom asks for other fields than those.
 */
export function documentOf(
  schema: GraphQLSchema,
  pools: DocumentPools,
  numbers: readonly number[],
  preferred?: (type: string, field: string) => boolean,
): RandomDocument {
  const tape = new Tape(numbers);
  const values = new RandomValues(pools, tape);
  const selections = new RandomSelections(schema, values, tape, preferred);
  const root = selections.ofQuery();
  const name = tape.chance(50) ? "Random" : "";
  const second = name !== "" && tape.chance(15);
  const fragments = selections.fragmentsUsedBy(root);
  const { definitions, variables } = values.variablesUsedBy([root, ...fragments].join(" "));
  const head = definitions.length > 0 ? `query ${name}(${definitions.join(", ")})` : `query ${name}`;
  const parts = [`${head} ${root}`, ...(second ? ["query Second { __typename }"] : []), ...fragments];
  return {
    source: print(parse(parts.join("\n"))),
    variables,
    ...(second || (name !== "" && tape.chance(30)) ? { operationName: name } : {}),
  };
}
