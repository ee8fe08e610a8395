import fc from "fast-check";
import { Kind, parse, validate } from "graphql";
import { readConfig } from "../../src/config";
import { CostMeter } from "../../src/graphql/cost";
import { parseLimits, structureRefusal } from "../../src/graphql/limits";
import { buildAllianceSchema } from "../../src/schema";
import { randomDocuments, type DocumentPools } from "../support/random-documents";

const schema = buildAllianceSchema();
const { limits } = readConfig({});
const pools: DocumentPools = {
  ids: { Member: ["member-1", "member-2"], Merchant: ["merchant-1"], Partner: ["partner-1"] },
  foreignIds: ["member-9"],
  codes: ["code"],
  numbers: ["T-1"],
  texts: ["tea"],
  cursors: ["cursor"],
};
const sample = fc.sample(randomDocuments(schema, pools), { numRuns: 1000, seed: 1 });

describe("the documents that properties are tried with", () => {
  test("are valid", () => {
    const invalid = sample.flatMap(({ source }) =>
      validate(schema, parse(source)).map((error) => `${error.message}\n${source}`),
    );
    expect(invalid).toEqual([]);
  });

  test("have everything in them that a client writes", () => {
    const share = (pattern: RegExp) => sample.filter(({ source }) => pattern.test(source)).length / sample.length;
    const parts: Record<string, RegExp> = {
      "named fragments": /\.\.\.F\d/,
      "inline fragments": /\.\.\. on \w/,
      "inline fragments without a type": /\.\.\. (@|\{)/,
      "fragments on the interface": /on Node/,
      "type names": /__typename/,
      aliases: /\w: \w+(\(| \{|\n)/,
      "@include by a variable": /@include\(if: \$/,
      "@skip written out": /@skip\(if: (true|false)/,
      "variables with a default": /\$v\d+: [\w!\[\]]+ = /,
      "input objects with a variable inside": /\{[^{}]*: \$v\d+[^{}]*\}\)/,
      "one of several": /value: \{/,
      null: /: null/,
      cursors: /after: /,
      members: /member(ByIdentity|s)?\b/,
      "several operations": /query Second/,
    };
    const missing = Object.entries(parts).filter(([, pattern]) => share(pattern) < 0.002);
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  test("keep within the server's limits mostly", () => {
    const meter = new CostMeter(schema, limits);
    const within = sample.filter(({ source, variables, operationName }) => {
      const document = parse(source, parseLimits(limits));
      const [operation] = document.definitions;
      const { refusal } = structureRefusal(document, limits);
      if (refusal || operation?.kind !== Kind.OPERATION_DEFINITION) return false;
      return operationName === "Second" || typeof meter.costOf(document, operation, variables) === "number";
    });
    expect(within.length / sample.length).toBeGreaterThan(0.85);
  });

  test("shrink to one field", () => {
    const smallest = fc.check(
      fc.property(randomDocuments(schema, pools), ({ source }) => !source.includes("viewer")),
      { seed: 2, numRuns: 1000 },
    );
    const [document] = smallest.counterexample ?? [];
    expect(document?.source.length).toBeLessThan(60);
  });
});
