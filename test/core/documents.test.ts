import fc from "fast-check";
import { buildSchema, getIntrospectionQuery, Kind, parse, type SelectionSetNode } from "graphql";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { readConfig } from "../../src/config";
import { KnownDocuments } from "../../src/graphql/documents";
import { overlapsOf } from "../../src/graphql/overlaps";
import { structureOf } from "../../src/graphql/structure";
import { buildAllianceSchema } from "../../src/schema";

const { limits } = readConfig({});
const schema = buildSchema(
  "type Query { id: ID  text: String  friend: Query  echo(list: [Int!], of: Query_): ID } input Query_ { a: Int }",
);
const documents = new KnownDocuments(schema, limits);

const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => part(i)).join(" ");
const refusalsOf = (text: string) => {
  const read = documents.read(text);
  return read.ok ? [] : read.errors.map(({ message, extensions }) => ({ message, ...extensions }));
};

describe("the structure of a document", () => {
  it("counts what is spread as often as it is spread", () => {
    const { roots } = structureOf(
      parse("{ ...A friend { ...A } } fragment A on Query { x: id friend { id @skip(if: true) } }"),
    );
    expect(roots.map(({ size }) => ({ ...size }))).toEqual([{ depth: 3, aliases: 2, directives: 2, nodes: 15 }]);
  });

  it("is as if the fragments were written out, whatever fragments there are", () => {
    fc.assert(
      fc.property(documentsWithFragments, (text) => {
        const document = parse(text);
        const { roots, fragments } = structureOf(document);
        for (const { definition, size } of roots) {
          expect(size).toMatchObject(writtenOut(definition.selectionSet, fragments, 0));
        }
      }),
    );
  });

  it("looks at each node once, however its fragments multiply", () => {
    const fanOut = (fragments: number) =>
      `{ ...F0 } ${times(fragments, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} ...F${i + 1} }`)}`;
    const visited = (fragments: number) => structureOf(parse(fanOut(fragments))).visited;
    expect([visited(10), visited(20), visited(200)]).toEqual([31, 61, 601]);
  });

  it("knows a cycle, also among fragments that no operation spreads", () => {
    const cyclic = (text: string) => structureOf(parse(text)).cyclic;
    expect(cyclic("{ ...A } fragment A on Query { friend { ...A } }")).toBe(true);
    expect(cyclic("{ id } fragment A on Query { ...B } fragment B on Query { ...A }")).toBe(true);
    expect(cyclic("{ ...A ...A } fragment A on Query { ...B ...B } fragment B on Query { id }")).toBe(false);
  });

  it("counts the comparisons that merging needs, but none for fields asked once", () => {
    const overlaps = (text: string) => overlapsOf(structureOf(parse(text)), 1_000_000);
    expect(overlaps("{ id text friend { id text } }")).toBe(0);
    expect(overlaps("{ id id id }")).toBe(3);
    expect(overlaps("{ friend { id } friend { id } }")).toBe(2);
    expect(overlaps("{ ...A ...A } fragment A on Query { id }")).toBe(0);
    expect(overlaps("{ id ... { id ... { id } } }")).toBe(11);
    expect(overlaps("{ echo(list: [1, 2]) echo(list: [1, 2]) }")).toBe(4);
  });
});

describe("documents that are refused by their shape", () => {
  const deep = `${"{ friend ".repeat(12)}{ id }${"}".repeat(12)}`;

  it.each([
    ["depth", "Query depth limit of 12 exceeded, found 13.", deep],
    ["depth", "Query depth limit of 12 exceeded, found 13.", `{ id } fragment Unused on Query ${deep}`],
    ["aliases", "Aliases limit of 30 exceeded, found 31.", `{ ${times(31, (i) => `a${i}: id`)} }`],
    [
      "aliases",
      "Aliases limit of 30 exceeded, found 40.",
      "{ ...A ...A } fragment A on Query { " + times(20, (i) => `a${i}: id`) + " }",
    ],
    ["directives", "Directives limit of 30 exceeded, found 31.", `{ id ${times(31, () => "@skip(if: true)")} }`],
    ["listItems", "List limit of 5000 items exceeded: a list has 5001.", ""],
    ["operations", "Operations limit of 50 exceeded, found 51.", times(51, (i) => `query Q${i} { id }`)],
    [
      "tokens",
      "Token limit of 2000 exceeded, with fragments unfolded.",
      `{ ...F0 } ${times(12, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F12 on Query { id }`,
    ],
    [
      "overlaps",
      "Overlap limit of 4000 exceeded: the same fields are asked too often in one place.",
      `{ ${times(90, () => "id")} }`,
    ],
    [
      "overlaps",
      "Overlap limit of 4000 exceeded: the same fields are asked too often in one place.",
      `{ ${times(30, () => `echo(list: [${times(10, String)}])`)} }`,
    ],
    ["characters", "Document limit of 64000 characters exceeded, found 64005.", `{ id }${" ".repeat(63_999)}`],
  ])("are told %s: %s", (limit, message, text) => {
    const read =
      text === ""
        ? new KnownDocuments(schema, { ...limits, tokens: 20_000 }).read(`{ echo(list: [${times(5001, String)}]) }`)
        : documents.read(text);
    expect(
      read.ok ? [] : read.errors.map((error) => [error.message, error.extensions.limit, error.extensions.code]),
    ).toEqual([[message, limit, "LIMIT_EXCEEDED"]]);
  });

  it("are not validated: what else is wrong with them is not told", () => {
    expect(refusalsOf(deep.replace("id", "nothing"))).toEqual([expect.objectContaining({ code: "LIMIT_EXCEEDED" })]);
  });

  it("are told one cycle, however many there are", () => {
    const everyOne = times(20, (i) => `fragment F${i} on Query { ${times(20, (j) => `...F${j}`)} }`);
    expect(refusalsOf(`{ ...F0 } ${everyOne}`)).toEqual([
      { code: "GRAPHQL_VALIDATION_FAILED", message: 'Cannot spread fragment "F0" within itself.' },
    ]);
  });

  it("are refused by value where the stack ends", () => {
    const generous = new KnownDocuments(schema, { ...limits, tokens: 100_000 });
    const read = generous.read(`${"{ friend ".repeat(45_000)}{ id }${"}".repeat(45_000)}`);
    expect(read.ok ? [] : read.errors.map(({ extensions }) => extensions.limit)).toEqual(["depth"]);
  });
});

describe("documents that are read", () => {
  it("are told five errors, and that there are more", () => {
    const errors = refusalsOf(`{ ${times(50, (i) => `nothing${i}`)} }`);
    expect(errors).toHaveLength(6);
    expect(errors.at(-1)?.message).toBe("Too many validation errors, error limit reached. Validation aborted.");
  });

  it("are remembered where they passed, and judged anew where not", () => {
    const memory = new KnownDocuments(schema, limits);
    const first = memory.read("{ id }");
    const second = memory.read("{ id }");
    expect(first).toMatchObject({ ok: true, fresh: true, text: "{ id }" });
    expect(second).toMatchObject({ ok: true, fresh: false });
    expect(second.ok && first.ok && second.document === first.document).toBe(true);
    const [one, two] = [memory.read("{ nothing }"), memory.read("{ nothing }")];
    expect(one.ok || two.ok || one.errors === two.errors).toBe(false);
  });

  it("are kept only as far as the memory goes", () => {
    const memory = new KnownDocuments(schema, limits);
    const text = (i: number) => `# ${i}\n{ echo(list: [${times(900, String)}]) }`;
    for (let i = 0; i < 200; i += 1) memory.read(text(i));
    expect([memory.read(text(199)), memory.read(text(0))]).toMatchObject([{ fresh: false }, { fresh: true }]);
  });

  it("are those of schema/operations and what the page asks", () => {
    const own = new KnownDocuments(buildAllianceSchema(), limits);
    const directory = path.join(__dirname, "../../schema/operations");
    const texts = readdirSync(directory)
      .filter((name) => name.endsWith(".graphql"))
      .map((name) => readFileSync(path.join(directory, name), "utf8"));
    expect(texts.length).toBeGreaterThan(10);
    const introspection = getIntrospectionQuery({
      schemaDescription: true,
      inputValueDeprecation: true,
      specifiedByUrl: true,
    });
    for (const text of [...texts, introspection]) expect(own.read(text)).toMatchObject({ ok: true });
  });
});

/** Depth, aliases and directives by plain recursion, as if there were no fragments. */
function writtenOut(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, { readonly selectionSet: SelectionSetNode }>,
  depth: number,
): { depth: number; aliases: number; directives: number } {
  const sum = { depth, aliases: 0, directives: 0 };
  for (const selection of selections) {
    const field = selection.kind === Kind.FIELD;
    const below =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? fragments.get(selection.name.value)?.selectionSet
        : selection.selectionSet;
    const inner = writtenOut(below ?? { kind: Kind.SELECTION_SET, selections: [] }, fragments, depth + (field ? 1 : 0));
    sum.depth = Math.max(sum.depth, inner.depth);
    sum.aliases += inner.aliases + (field && selection.alias ? 1 : 0);
    sum.directives += inner.directives + (selection.directives?.length ?? 0);
  }
  return sum;
}

/** Five fragments, each spreading only later ones, in any shape. */
const selectionsOf = (level: number): fc.Arbitrary<string> => {
  const { selections } = fc.letrec<{ selections: string; selection: string }>((tie) => ({
    selections: fc.array(tie("selection"), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(" ")),
    selection: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("id", "x: id", "text @skip(if: true)"),
      ...(level < 5 ? [fc.integer({ min: level, max: 4 }).map((next) => `...F${next} @include(if: true)`)] : []),
      tie("selections").map((inner) => `y: friend { ${inner} }`),
      tie("selections").map((inner) => `... @skip(if: true) { ${inner} }`),
    ),
  }));
  return selections;
};

const documentsWithFragments = fc
  .tuple(selectionsOf(0), ...[1, 2, 3, 4, 5].map(selectionsOf))
  .map(
    ([query, ...rest]) => `{ ${query} } ${rest.map((inner, i) => `fragment F${i} on Query { ${inner} }`).join(" ")}`,
  );
