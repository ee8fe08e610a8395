import "reflect-metadata";
import { Kind, parse, specifiedRules, validate, type GraphQLSchema } from "graphql";
import { getVariableValues } from "graphql/execution/values";
import { readConfig, type Limits } from "../src/config";
import { KnownDocuments } from "../src/graphql/documents";
import { variablesRefusal } from "../src/graphql/variables";
import { buildAllianceSchema } from "../src/schema";

/**
 * How long it takes to refuse an attack, from the text to the refusal, against what graphql-js takes to parse and
 * validate the same text. Both get a text that they have never seen, in rounds in which they take turns.
 */

const smoke = process.argv.includes("--smoke");
const rounds = smoke ? 3 : 200;
/** Rounds that are not counted: a server that is attacked has compiled its code long ago. */
const warmUp = smoke ? 1 : 30;
/** The rival's turns end for an attack when they took this long together; some of them take a second each. */
const mostRivalMillis = smoke ? 500 : 5_000;
const allowedMillis = 5;

const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(" ");
const nested = (count: number, open: string, inner: string) => open.repeat(count) + inner + "}".repeat(count);
const fragment = (index: number, inner: string) => `fragment F${index} on Query { ${inner} }`;

/** Texts within the limit of tokens, so that only their shape gives them away, but for the last three. */
const attacks: Record<string, string> = {
  depth: nested(600, "{ viewer ", "{ id }"),
  depthByFragments: `{ ...F0 } ${times(180, (i) => fragment(i, `viewer { ...F${i + 1} }`))} ${fragment(180, "id")}`,
  aliases: `{ ${times(640, (i) => `a${i}: __typename`)} }`,
  aliasesByFragments: `{ ${times(20, () => "...F0")} } ${fragment(
    0,
    times(30, (i) => `a${i}: __typename`),
  )}`,
  fragmentFanOut: `{ ...F0 } ${times(150, (i) => fragment(i, `...F${i + 1} ...F${i + 1}`))} ${fragment(150, "__typename")}`,
  fragmentFanOutOfFields: `{ ...F0 } ${times(90, (i) => fragment(i, `a: viewer { ...F${i + 1} } b: viewer { ...F${i + 1} }`))}`,
  fragmentCycle: `{ ...F0 } ${times(30, (i) =>
    fragment(
      i,
      times(28, (j) => `...F${j}`),
    ),
  )}`,
  manyFragments: `{ ${times(150, (i) => `...F${i}`)} } ${times(150, (i) => fragment(i, "__typename"))}`,
  fragmentChain: `{ ...F0 } ${times(220, (i) => fragment(i, `...F${i + 1}`))} ${fragment(220, "__typename")}`,
  inlineFragments: nested(60, "{ ... ", `{ ${times(300, () => "__typename")} }`),
  overlappingFields: `{ ${times(1_900, () => "__typename")} }`,
  overlappingObjects: `{ ${times(120, () => "viewer { member { accounts { available pending } } }")} }`,
  overlappingArguments: `{ ${times(15, () => `nodes(ids: [${times(115, (i) => `"${i}"`)}]) { id }`)} }`,
  directives: `{ ${times(300, () => "__typename @skip(if: true)")} }`,
  operations: times(180, (i) => `query Q${i} { __typename }`),
  unknownTypes: `query (${times(390, (i) => `$v${i}: OfferDeliveryTermsConnecti${i}`)}) { __typename }`,
  unknownFields: `{ ${times(1_900, (i) => `membersConnectionByIdentifier${i}`)} }`,
  listInText: `{ nodes(ids: [${times(6_000, (i) => `"${i}"`)}]) { id } }`,
  tokens: `{ ${times(20_000, (i) => `f${i}`)} }`,
  characters: `# ${"x".repeat(1_000_000)}\n{ __typename }`,
};

type Turn = (text: string) => void;

function main(): void {
  const { limits } = readConfig({});
  const schema = buildAllianceSchema();
  const ratios: Record<string, number> = {};
  const slow: string[] = [];
  const note = (name: string, { ours, theirs }: Times) => {
    const [mine, rival] = [percentiles(ours), percentiles(theirs)];
    ratios[name] = Math.round((rival.p50 / mine.p50) * 10) / 10;
    if (mine.p50 >= allowedMillis) slow.push(name);
    console.log(`${name.padEnd(24)} refused in ${shown(mine)} ms, validated in ${shown(rival)} ms`);
  };
  console.log(`${"".padEnd(24)} p50 / p99 / max`);
  for (const [name, text] of Object.entries(attacks)) {
    note(name, takeTurns(text, refusing(schema, limits), validating(schema)));
  }
  note("listInVariable", listInVariable(schema, limits));
  if (!smoke && slow.length > 0) {
    console.error(`Not refused in under ${allowedMillis} ms: ${slow.join(", ")}`);
    process.exitCode = 1;
  }
  console.log(JSON.stringify(ratios));
}

/** What the server does with a text. An attack that is let through ends the run. */
function refusing(schema: GraphQLSchema, limits: Limits): Turn {
  const documents = new KnownDocuments(schema, limits);
  return (text) => {
    if (documents.read(text).ok) throw new Error(`This was not refused: ${text.slice(0, 200)}`);
  };
}

function validating(schema: GraphQLSchema): Turn {
  return (text) => void validate(schema, parse(text), specifiedRules);
}

/** Variables are judged after the document, which is a harmless one. */
function listInVariable(schema: GraphQLSchema, limits: Limits): Times {
  const [operation] = parse("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }").definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("The document has no operation.");
  const variables = { ids: Array.from({ length: 100_000 }, String) };
  return takeTurns(
    "",
    () => {
      if (!variablesRefusal(variables, limits)) throw new Error("The list was not refused.");
    },
    () => void getVariableValues(schema, operation.variableDefinitions ?? [], variables),
  );
}

interface Times {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

function takeTurns(text: string, ours: Turn, theirs: Turn): Times {
  const [mine, rivals]: [number[], number[]] = [[], []];
  let spent = 0;
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const unseen = `${text}\n#${round}`;
    const counted = round >= warmUp;
    const took = millisOf(() => ours(unseen));
    if (counted) mine.push(took);
    if (spent >= mostRivalMillis && rivals.length > 0) continue;
    const rivalTook = millisOf(() => theirs(unseen));
    spent += rivalTook;
    if (counted || spent >= mostRivalMillis) rivals.push(rivalTook);
  }
  return { ours: mine, theirs: rivals };
}

function millisOf(turn: () => void): number {
  const startedAt = performance.now();
  turn();
  return performance.now() - startedAt;
}

function percentiles(samples: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function shown({ p50, p99, max }: { p50: number; p99: number; max: number }): string {
  return [p50, p99, max].map((millis) => millis.toFixed(2).padStart(8)).join(" /");
}

main();
