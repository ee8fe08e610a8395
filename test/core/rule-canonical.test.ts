import fc from "fast-check";
import { canonical, ruleHash } from "../../src/rules/core/canonical";
import { checkRule } from "../../src/rules/core/check";
import { evaluate } from "../../src/rules/core/evaluate";
import { namesOf } from "../../src/rules/core/names";
import type { Rule } from "../../src/rules/core/rule";
import { anyMember, anyMoment, anyRule, sampleAudiences, sampleFacts, situationOf } from "../support/random-rules";

const numRuns = process.env.RULES_DEEP ? 20_000 : 1_000;
const names = namesOf(sampleFacts, sampleAudiences);
if (process.env.RULES_DEEP) jest.setTimeout(3_600_000);

/** The same rule, written otherwise: parts and lists in another order, repeated, and nested once more. */
function rewritten(rule: Rule, random: () => number): Rule {
  const shuffled = <T>(list: readonly T[]): T[] =>
    list
      .map((each) => ({ each, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ each }) => each);
  const wrapped = (inner: Rule): Rule => {
    const chance = random();
    if (chance < 0.05) return { all: [inner] };
    if (chance < 0.1) return { any: [inner, inner] };
    return chance < 0.15 ? { not: { not: inner } } : inner;
  };
  const parts = (list: readonly Rule[]) => shuffled(list.map((part) => rewritten(part, random)));
  const grouped = (list: Rule[], group: (some: Rule[]) => Rule): Rule[] =>
    list.length > 2 && random() < 0.5 ? [group(list.slice(0, 2)), ...list.slice(2)] : list;
  if ("all" in rule) return wrapped({ all: grouped(parts(rule.all), (all) => ({ all })) });
  if ("any" in rule) return wrapped({ any: grouped(parts(rule.any), (any) => ({ any })) });
  if ("not" in rule) return wrapped({ not: rewritten(rule.not, random) });
  if ("oneOf" in rule) return wrapped({ oneOf: { ...rule.oneOf, choices: shuffled(rule.oneOf.choices) } });
  if ("contains" in rule) {
    const { choices } = rule.contains;
    return wrapped({ contains: { ...rule.contains, choices: shuffled([...choices, ...choices.slice(1)]) } });
  }
  return wrapped(rule);
}

const randomFrom = (seed: number) => {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
};

describe("the canonical form of a rule", () => {
  it("never changes what the rule means", () => {
    fc.assert(
      fc.property(anyRule(), anyMember(), anyMoment(), (rule, member, moment) => {
        const situation = situationOf(member, moment);
        expect(evaluate(canonical(rule), situation)).toBe(evaluate(rule, situation));
      }),
      { numRuns },
    );
  });

  it("is the same for whatever differs by order, repetition or nesting", () => {
    fc.assert(
      fc.property(anyRule(), fc.integer({ min: 1, max: 2_147_483_646 }), (rule, seed) => {
        const other = rewritten(rule, randomFrom(seed));
        expect(canonical(other)).toEqual(canonical(rule));
        expect(ruleHash(other)).toBe(ruleHash(rule));
      }),
      { numRuns },
    );
  });

  it("is its own canonical form, and a valid rule", () => {
    fc.assert(
      fc.property(anyRule(), (rule) => {
        const once = canonical(rule);
        expect(canonical(once)).toEqual(once);
        expect(checkRule(once, names)).toEqual({ ok: true, value: once });
      }),
      { numRuns },
    );
  });

  const x = (more: object): Rule => ({ between: { fact: "x", ...more } });
  const a: Rule = { has: { fact: "a" } };
  const b: Rule = { has: { fact: "b" } };

  it.each<[string, Rule, Rule]>([
    ["a single part stands for itself", { all: [{ any: [a] }] }, a],
    ["parts of one operator are flattened", { all: [a, { all: [b] }] }, { all: [a, b] }],
    ["parts are told once", { any: [b, a, b] }, { any: [a, b] }],
    ["a doubled negation falls away", { not: { not: { not: a } } }, { not: a }],
    ["one that shows after flattening, too", { not: { all: [{ not: a }] } }, a],
    ["a list of one is equals", { oneOf: { fact: "t", choices: ["g"] } }, { equals: { fact: "t", value: "g" } }],
    ["a number between itself is equals", x({ atLeast: 3, atMost: 3 }), { equals: { fact: "x", value: 3 } }],
    ["-0 is 0", x({ atLeast: -0 }), x({ atLeast: 0 })],
    [
      "a day between itself is equals",
      { dateBetween: { fact: "d", from: "2024-02-29", to: "2024-02-29" } },
      { equals: { fact: "d", value: "2024-02-29" } },
    ],
    [
      "instants are in UTC",
      { dateBetween: { fact: "i", from: "2024-02-29T08:00+08:00" } },
      { dateBetween: { fact: "i", from: "2024-02-29T00:00:00.000Z" } },
    ],
  ])("%s", (_, written, expected) => {
    expect(canonical(written)).toStrictEqual(expected);
  });

  it.each<[string, Rule, Rule]>([
    ["not at least and less", { not: x({ atLeast: 3 }) }, x({ below: 3 })],
    [
      "not within and longer ago",
      { not: { withinLast: { fact: "d", days: 3 } } },
      { notWithinLast: { fact: "d", days: 3 } },
    ],
    ["not true and false", { not: { equals: { fact: "a", value: true } } }, { equals: { fact: "a", value: false } }],
    ["all and any", { all: [a, b] }, { any: [a, b] }],
    ["an end that counts and one that does not", x({ atLeast: 3 }), x({ above: 3 })],
    ["a number and its text", { equals: { fact: "x", value: 3 } }, { equals: { fact: "x", value: "3" } }],
  ])("keeps apart %s", (_, one, other) => {
    expect(ruleHash(one)).not.toBe(ruleHash(other));
  });

  it("has a hash that does not change between releases", () => {
    expect(ruleHash({ all: [b, a] })).toBe("a4e04cf667952d196d90957466e7e142a5136d040273f1d371c40a86fcf826d6");
  });
});
