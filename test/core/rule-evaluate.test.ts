import { contextChannels, contextFacts, momentFacts, weekdays } from "../../src/facts/core/context-facts";
import { factTypes } from "../../src/facts/core/fact";
import { memberFacts } from "../../src/facts/core/member-facts";
import { purchaseChannels } from "../../src/purchases/core/purchase";
import { evaluate } from "../../src/rules/core/evaluate";
import { parse } from "../../src/rules/core/parse";
import { print } from "../../src/rules/core/print";
import { nodesOf, operatorOf, ruleOperators } from "../../src/rules/core/rule-nodes";
import { ruleCases, situationOfCase } from "../support/rule-cases";

describe("the cases of the language", () => {
  it("are at least two hundred, each with a name of its own", () => {
    expect(ruleCases.length).toBeGreaterThanOrEqual(200);
    expect(new Set(ruleCases.map(({ name }) => name)).size).toBe(ruleCases.length);
  });

  it.each(ruleOperators)("try %s both ways, alone or below not", (operator) => {
    const tried = ruleCases.filter(({ rule }) => nodesOf(rule).some((node) => operatorOf(node.rule) === operator));
    expect(new Set(tried.map(({ expected }) => expected))).toEqual(new Set([true, false]));
  });
});

describe("the reference evaluator", () => {
  it.each(ruleCases.map((each) => [each.name, each] as const))("%s", (_, given) => {
    expect(evaluate(given.rule, situationOfCase(given))).toBe(given.expected);
  });

  it("says the same of each case's text", () => {
    for (const given of ruleCases) {
      const read = parse(print(given.rule));
      expect(read).toEqual({ ok: true, value: given.rule });
    }
  });
});

describe("the facts of the moment", () => {
  it("are the channels of a purchase and the days of a week", () => {
    expect(contextChannels).toEqual(purchaseChannels);
    expect(weekdays).toHaveLength(7);
  });

  it("have names of their own, with their source before the point", () => {
    const all = [...contextFacts, ...memberFacts];
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name, source, type } of all) {
      expect(name.startsWith(`${source.toLowerCase()}.`)).toBe(true);
      expect(factTypes).toContain(type);
    }
  });

  it("are what the clock tells of an instant, for every name that is always known", () => {
    const told = Object.keys(momentFacts(new Date("2024-06-01T00:00:00Z"), "Asia/Shanghai")).sort();
    const always = contextFacts.filter(({ alwaysKnown }) => alwaysKnown).map(({ name }) => name);
    expect(told).toEqual(always.sort());
  });

  it("throw on a zone that does not exist, which the configuration refuses", () => {
    expect(() => momentFacts(new Date("2024-06-01T00:00:00Z"), "Mars/Olympus")).toThrow(RangeError);
  });
});
