import fc from "fast-check";
import { getOperationAST, Kind, OperationTypeNode, parse, visit, type DocumentNode } from "graphql";
import { getVariableValues } from "graphql/execution/values";
import { compileQuery, isCompiledQuery } from "graphql-jit";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { compilabilityOf, compilableQuery } from "../../src/graphql/compilable";
import { buildAllianceSchema } from "../../src/schema";
import { randomDocuments, type DocumentPools } from "../support/random-documents";

const schema = buildAllianceSchema();

function operationOf(document: DocumentNode, name?: string) {
  const operation = getOperationAST(document, name);
  if (!operation) throw new Error("the document has no such operation");
  return operation;
}

function compilability(query: string) {
  const document = parse(query);
  return compilabilityOf(document, operationOf(document));
}

/** What is handed to the compiler; undefined where variables do not fit or it is not handed over at all. */
function written(query: string, variables: Readonly<Record<string, unknown>> = {}, name?: string) {
  const document = parse(query);
  const operation = operationOf(document, name);
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (!coerced || !compilabilityOf(document, operation)) return undefined;
  const compilable = compilableQuery(schema, document, operation, coerced);
  return { document: compilable.document, variables: compilable.variablesOf(coerced) };
}

describe("inputs that the compiler would unfold for seconds", () => {
  const isSmall = (query: string) => {
    const document = parse(query);
    return compilableQuery(schema, document, operationOf(document), {}).isSmall;
  };

  test.each([
    ["a rule in a variable", "query ($rule: RuleInput) { checkRule(rule: $rule) { text: canonical { text } } }"],
    ["a rule that is written out", '{ checkRule(rule: { has: { fact: "age" } }) { canonical { text } } }'],
    ["a rule within another input", "query ($of: AudiencePreviewSource!) { previewAudience(source: $of) { asOf } }"],
  ])("%s is left to graphql-js", (_, query) => expect(isSmall(query)).toBe(false));

  test("those of filters and pages are compiled", () => {
    const query = "query ($filter: OfferFilterInput) { offers(first: 5, filter: $filter) { nodes { code } } }";
    expect(isSmall(query)).toBe(true);
  });
});

describe("what is handed to the compiler", () => {
  const pools: DocumentPools = {
    ids: { Member: ["member-1"], Merchant: ["merchant-1"] },
    foreignIds: ["member-9"],
    codes: ["code"],
    numbers: ["T-1"],
    texts: ["tea"],
    cursors: ["cursor"],
  };

  test("holds no value and no directive of the client's, whatever the document", () => {
    const property = fc.property(randomDocuments(schema, pools), ({ source, variables, operationName }) => {
      const query = written(source, variables, operationName);
      if (!query) return;
      visit(query.document, {
        enter: (node) => {
          const values: Kind[] = [Kind.INT, Kind.FLOAT, Kind.STRING, Kind.BOOLEAN, Kind.ENUM, Kind.LIST, Kind.OBJECT];
          expect([...values, Kind.NULL, Kind.DIRECTIVE]).not.toContain(node.kind);
        },
      });
    });
    fc.assert(property, { numRuns: 300, seed: 5 });
  });

  test("has each value that was written out in a variable of its own", () => {
    const query = '{ merchants(first: 2, filter: { search: "tea", status: ACTIVE }) { nodes { code } } }';
    expect(written(query)?.variables).toEqual({ written0: 2, written1: { search: "tea", status: "ACTIVE" } });
  });

  test("leaves out of an input object what the client left out", () => {
    const query = "query ($s: String) { merchants(filter: { search: $s }) { nodes { code } } }";
    expect(written(query)?.variables).toEqual({ written0: {} });
    expect(written(query, { s: null })?.variables).toEqual({ s: null, written0: { search: null } });
  });

  test("is nothing where an argument gets no value", () => {
    const query = "query ($id: ID) { nodes(ids: [$id]) { id } }";
    expect(written(query)).toMatchObject({ variables: undefined });
  });
});

describe("queries", () => {
  const takesRules = new Set(["ExplainOffer", "PreviewAudience"]);
  const directory = resolve(__dirname, "..", "..", "schema", "operations");
  const operations = readdirSync(directory)
    .filter((file) => file.endsWith(".graphql"))
    .map((file) => readFileSync(join(directory, file), "utf8"));
  const queries = operations.filter((text) => operationOf(parse(text)).operation === OperationTypeNode.QUERY);

  test.each(queries.map((text) => [operationOf(parse(text)).name?.value, text]))(
    "%s is compiled, if it does not take a rule",
    (name = "", text = "") => {
      const document = parse(text);
      const operation = operationOf(document);
      expect(compilabilityOf(document, operation)).toBeDefined();
      const query = compilableQuery(schema, document, operation, {});
      expect(query.isSmall).toBe(!takesRules.has(name));
      if (query.isSmall) expect(isCompiledQuery(compileQuery(schema, query.document))).toBe(true);
    },
  );

  test.each([
    ["a mutation", 'mutation { defineCategory(input: { code: "x", name: {} }) { userErrors { code } } }'],
    ["an alias with an underscore", "{ a_b: viewer { actorId } }"],
    ["an alias with an underscore in a fragment", "{ viewer { ...F } } fragment F on Viewer { a_b: actorId }"],
    ["more than 200 fields", `{ ${"a: viewer { actorId } ".repeat(101)} }`],
    [
      "more than 200 fields by fragments",
      `{ ${"viewer { ...F } ".repeat(8)} } fragment F on Viewer { ${"...G ".repeat(10)} } fragment G on Viewer { id kind scopes }`,
    ],
    [
      "five conditions",
      `query (${"abcde".replace(/./g, "$$$&: Boolean! ")}) { viewer { ${"abcde".replace(/./g, "$&: id @skip(if: $$$&) ")} } }`,
    ],
  ])("what has %s is not compiled", (_name, query) => {
    expect(compilability(query)).toBeUndefined();
  });

  test("of fragments in fragments are counted without unfolding them all", () => {
    const fragments = Array.from({ length: 40 }, (_, i) => `fragment F${i} on Viewer { ...F${i + 1} ...F${i + 1} }`);
    expect(compilability(`{ viewer { ...F0 } } ${fragments.join(" ")} fragment F40 on Viewer { id }`)).toBeUndefined();
  });
});
