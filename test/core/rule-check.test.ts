import fc from "fast-check";
import { checkRule, readRule } from "../../src/rules/core/check";
import { ruleCaps } from "../../src/rules/core/caps";
import { evaluate } from "../../src/rules/core/evaluate";
import { namesOf } from "../../src/rules/core/names";
import type { Rule } from "../../src/rules/core/rule";
import { contextFactsOf, warningsOf } from "../../src/rules/core/rule-warnings";
import {
  anyMember,
  anyMoment,
  anyRule,
  sampleAudiences,
  sampleFact,
  sampleFacts,
  situationOf,
} from "../support/random-rules";

const names = namesOf(sampleFacts, sampleAudiences);

/** Code and message of each refusal. */
function refusalsOf(json: unknown): string[] {
  const read = checkRule(json, names);
  return read.ok ? [] : read.refusals.map(({ code, message }) => `${code} ${message}`);
}

const has = (fact: string) => ({ has: { fact } });
const visits = (ends: object) => ({ between: { fact: "visits", ...ends } });
const since = (ends: object) => ({ dateBetween: { fact: "member_since", ...ends } });
const moment = (ends: object) => ({ dateBetween: { fact: "context.instant", ...ends } });
const tier = (...choices: unknown[]) => ({ oneOf: { fact: "tier", choices } });
const not = (rule: unknown) => ({ not: rule });
const times = (count: number, each: unknown) => Array.from({ length: count }, () => each);
function nested(levels: number): unknown {
  let rule: unknown = has("tier");
  for (let level = 1; level < levels; level++) rule = not(rule);
  return rule;
}

describe("checking a rule", () => {
  it("lets every valid rule through as it is, also without its facts", () => {
    fc.assert(
      fc.property(anyRule(), (rule) => {
        expect(checkRule(rule, names)).toEqual({ ok: true, value: rule });
        expect(readRule(rule)).toEqual({ ok: true, value: rule });
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<[string, unknown, string]>([
    ["no object", 5, "INVALID_RULE $ is 5, expected an object with exactly one of all, any, not"],
    ["nothing", null, "INVALID_RULE $ is null, expected an object"],
    ["a list", [], "INVALID_RULE $ is a list of 0, expected an object"],
    ["an empty object", {}, "INVALID_RULE $ is an empty object, expected an object"],
    ["two operators at once", { ...has("tier"), not: has("tier") }, 'INVALID_RULE $ has "has" and "not" at once'],
    ["an operator that is none", { al: [] }, "INVALID_RULE $.al is no operator, expected all, any"],
    ["one of the prototype", { constructor: {} }, "INVALID_RULE $.constructor is no operator"],
    ["__proto__", JSON.parse('{"__proto__":{"has":{"fact":"tier"}}}'), "INVALID_RULE $.__proto__ is no operator"],
    ["an operator in strange letters", { "a b": 1 }, 'INVALID_RULE $["a b"] is no operator'],
    ["all of nothing", { all: [] }, "INVALID_RULE $.all is empty, expected a list of at least one rule."],
    ["any of nothing", { all: [has("tier"), { any: [] }] }, "INVALID_RULE $.all[1].any is empty"],
    ["all of no list", { all: has("tier") }, 'INVALID_RULE $.all is an object with "has", expected a list'],
    ["a leaf of no object", { has: "tier" }, 'INVALID_RULE $.has is "tier", expected an object with fact.'],
    ["a leaf without its fact", { has: {} }, "INVALID_RULE $.has.fact is missing, expected a text."],
    ["a fact of no text", { has: { fact: 3 } }, "INVALID_RULE $.has.fact is 3, expected a text."],
    ["a fact that is empty", has(""), 'INVALID_RULE $.has.fact is "", expected a text.'],
    ["a text that cannot be stored", has("\ud83d"), "INVALID_RULE $.has.fact holds a NUL or half a surrogate pair"],
    ["a field that is none", { has: { fact: "tier", value: 1 } }, "INVALID_RULE $.has.value is no field of has"],
    ["a fact that nobody knows", has("salary"), 'UNKNOWN_FACT $.has.fact is "salary", which no rule may ask for.'],
    ["a fact of the prototype", has("toString"), 'UNKNOWN_FACT $.has.fact is "toString"'],
    ["an unknown audience", { audience: { code: "old" } }, 'UNKNOWN_AUDIENCE $.audience.code is "old"'],
    [
      "a choice that is none",
      tier("gold", "iron"),
      'RULE_TYPE_MISMATCH $.oneOf.choices[1] is "iron", no choice of "tier", expected "silver", "gold" or "platinum".',
    ],
    ["a choice of no text", tier("gold", 3), "INVALID_RULE $.oneOf.choices[1] is 3, expected a text."],
    ["no choices", tier(), "INVALID_RULE $.oneOf.choices is empty, expected a list of at least one choice."],
    ["a value that is missing", { equals: { fact: "tier" } }, "INVALID_RULE $.equals.value is missing"],
    [
      "a number for a BOOLEAN",
      { equals: { fact: "car_owner", value: 1 } },
      "RULE_TYPE_MISMATCH $.equals.value is 1, expected true or false.",
    ],
    [
      "a text for a NUMBER",
      { equals: { fact: "visits", value: "3" } },
      'INVALID_RULE $.equals.value is "3", expected a number of at most 15 digits.',
    ],
    [
      "a day that does not exist",
      { equals: { fact: "member_since", value: "2023-02-29" } },
      'INVALID_RULE $.equals.value is "2023-02-29", expected a calendar day',
    ],
    [
      "equals of a SET",
      { equals: { fact: "interests", value: "golf" } },
      'RULE_TYPE_MISMATCH $.equals asks equals of "interests", a fact of type SET, which takes "contains" or "has".',
    ],
    [
      "a comparison of a BOOLEAN",
      { between: { fact: "car_owner", atLeast: 1 } },
      'RULE_TYPE_MISMATCH $.between asks between of "car_owner", a fact of type BOOLEAN, which takes "equals" or "has". A BOOLEAN is compared by equals',
    ],
    [
      "no end",
      visits({}),
      "INVALID_RULE $.between has no end, expected at least one of atLeast, above, atMost, below.",
    ],
    ["two lower ends", visits({ atLeast: 1, above: 2 }), "INVALID_RULE $.between has atLeast and above at once"],
    ["two upper ends", visits({ atMost: 1, below: 2 }), "INVALID_RULE $.between has atMost and below at once"],
    [
      "ends the wrong way round",
      visits({ atLeast: 3, atMost: 2 }),
      "INVALID_RULE $.between lies between 3 (atLeast) and 2 (atMost), where no number is.",
    ],
    [
      "an end that does not count, met",
      visits({ atLeast: 3, below: 3 }),
      "INVALID_RULE $.between lies between 3 (atLeast) and 3 (below)",
    ],
    ["NaN", visits({ atLeast: NaN }), "INVALID_RULE $.between.atLeast is NaN, expected a number"],
    [
      "more digits than a double holds",
      visits({ atLeast: 1e15 }),
      "INVALID_RULE $.between.atLeast is 1000000000000000, expected a number of at most 15 digits.",
    ],
    [
      "days the wrong way round",
      since({ from: "2020-01-02", to: "2020-01-01" }),
      "INVALID_RULE $.dateBetween lies between 2020-01-02 and 2020-01-01, where no day is.",
    ],
    [
      "an instant for a DATE",
      since({ from: "2020-01-02T00:00Z" }),
      'INVALID_RULE $.dateBetween.from is "2020-01-02T00:00Z", expected a calendar day such as 2026-06-01.',
    ],
    ["no end of days", since({}), "INVALID_RULE $.dateBetween has no end, expected from, to or both."],
    [
      "a day for an INSTANT",
      moment({ from: "2020-01-02" }),
      'INVALID_RULE $.dateBetween.from is "2020-01-02", expected an instant with its offset',
    ],
    ["an instant without offset", moment({ from: "2020-01-02T00:00:00" }), "INVALID_RULE $.dateBetween.from is"],
    ["an instant at 24 o'clock", moment({ from: "2020-01-02T24:00:00Z" }), "INVALID_RULE $.dateBetween.from is"],
    ["an instant on no day", moment({ from: "2023-02-29T00:00:00Z" }), "INVALID_RULE $.dateBetween.from is"],
    [
      "an instant of microseconds",
      moment({ from: "2020-01-02T00:00:00.000001Z" }),
      "INVALID_RULE $.dateBetween.from is",
    ],
    [
      "the same instant twice",
      moment({ from: "2020-01-02T08:00+08:00", to: "2020-01-02T00:00Z" }),
      "INVALID_RULE $.dateBetween lies between 2020-01-02T08:00+08:00 and 2020-01-02T00:00Z, where no instant is",
    ],
    [
      "days below 0",
      { withinLast: { fact: "member_since", days: -1 } },
      "INVALID_RULE $.withinLast.days is -1, expected a whole number of days from 0 to 36500.",
    ],
    ["half a day", { notWithinLast: { fact: "member_since", days: 1.5 } }, "INVALID_RULE $.notWithinLast.days is 1.5"],
    [
      "too many days",
      { withinLast: { fact: "member_since", days: 36_501 } },
      "INVALID_RULE $.withinLast.days is 36501",
    ],
    [
      "days of an INSTANT",
      { withinLast: { fact: "context.instant", days: 1 } },
      "RULE_TYPE_MISMATCH $.withinLast asks withinLast",
    ],
    [
      "too deep",
      nested(ruleCaps.depth + 1),
      `RULE_TOO_LARGE $${".not".repeat(ruleCaps.depth)} is level 13 of the rule, expected at most 12.`,
    ],
    [
      "too many nodes",
      { all: times(ruleCaps.nodes, has("tier")) },
      "RULE_TOO_LARGE $.all[499] is where the rule becomes too large, expected at most 500 leaves and operators together.",
    ],
    [
      "too long a list",
      tier(...times(1001, "gold")),
      "RULE_TOO_LARGE $.oneOf.choices has 1001 choices, expected at most 1000.",
    ],
    ["too long a text", has("x".repeat(201)), "RULE_TOO_LARGE $.has.fact has 201 characters, expected at most 200."],
    [
      "too much text",
      { any: times(20, { oneOf: { fact: "context.city", choices: times(1000, "Shanghai") } }) },
      "RULE_TOO_LARGE $.any[4].oneOf.choices[993] is where the rule becomes too large, expected at most 60000 characters",
    ],
  ])("refuses %s", (_, json, expected) => {
    const [first, ...others] = refusalsOf(json);
    expect(first?.slice(0, expected.length)).toBe(expected);
    expect(others).toEqual([]);
  });

  it.each<[string, unknown]>([
    ["as deep as may be", nested(ruleCaps.depth)],
    ["as many nodes as may be", { all: times(ruleCaps.nodes - 1, has("tier")) }],
    ["as long a list as may be", tier(...times(1000, "gold"))],
    ["one number", visits({ atLeast: 3, atMost: 3 })],
    ["one day", since({ from: "2024-02-29", to: "2024-02-29" })],
    ["one end, the other null, as GraphQL hands it on", visits({ atLeast: 3, atMost: null, above: undefined })],
  ])("takes %s", (_, json) => {
    expect(refusalsOf(json)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ["a fact", has("teir"), "tier"],
    ["a fact of the moment", has("context.scnee"), "context.scene"],
    ["an operator", { betwen: {} }, "between"],
    ["a field", visits({ atleast: 3, atMost: 4 }), "atLeast"],
    ["a choice", tier("plattinum"), "platinum"],
    ["a short choice with two letters swapped", tier("glod"), "gold"],
    ["a choice in other letters", tier("GOLD"), "gold"],
    ["an audience", { audience: { code: "yuong" } }, "young"],
  ])("suggests what a typo may have meant: %s", (_, json, meant) => {
    expect(refusalsOf(json)[0]).toMatch(new RegExp(` Did you mean "${meant}"\\?$`));
  });

  it("suggests nothing where nothing is near, and no name that the author may not use", () => {
    const few = namesOf(sampleFacts.filter(({ name }) => name !== "tier"));
    for (const json of [has("xyz"), has("teir"), has("x".repeat(150))]) {
      expect(JSON.stringify(checkRule(json, few))).not.toContain("Did you mean");
    }
  });

  it("tells every error, not only the first", () => {
    const refusals = refusalsOf({ all: [has("salary"), not({ any: [] }), tier("iron", "gold", "lead"), visits({})] });
    expect(refusals.map((each) => each.split(" ").slice(0, 2))).toEqual([
      ["UNKNOWN_FACT", "$.all[0].has.fact"],
      ["INVALID_RULE", "$.all[1].not.any"],
      ["RULE_TYPE_MISMATCH", "$.all[2].oneOf.choices[0]"],
      ["RULE_TYPE_MISMATCH", "$.all[2].oneOf.choices[2]"],
      ["INVALID_RULE", "$.all[3].between"],
    ]);
  });

  it("tells twenty errors at most, and how many more there are", () => {
    const refusals = refusalsOf({ all: times(50, has("salary")) });
    expect(refusals).toHaveLength(20);
    expect(refusals[19]).toMatch(/\(30 more are not told\.\)$/);
  });

  it("gives each refusal a path below that of the input", () => {
    const read = checkRule({ all: [has("tier"), has("salary")] }, names, ["input", "rule"]);
    expect(read.ok ? [] : read.refusals[0]?.path).toEqual(["input", "rule", "all", "1", "has", "fact"]);
  });

  it("keeps nothing that was not asked for: -0 is 0, and other prototypes are gone", () => {
    const odd = Object.assign(Object.create({ any: [] }) as object, visits({ atLeast: -0 }));
    const read = checkRule(odd, names);
    expect(read).toStrictEqual({ ok: true, value: visits({ atLeast: 0 }) });
  });

  it("does not repeat a long value", () => {
    const [refusal] = refusalsOf({ equals: { fact: "member_since", value: "x".repeat(100_000) } });
    expect(refusal?.length).toBeLessThan(200);
  });
});

describe("warnings of a rule", () => {
  const tierKnown: Rule = has("tier");
  it.each<[string, Rule, string[]]>([
    ["a condition", tierKnown, []],
    ["has of a BOOLEAN", has("car_owner"), ["HAS_BOOLEAN"]],
    ["has of what is always known", { all: [tierKnown, has("context.hour")] }, ["ALWAYS_KNOWN"]],
  ])("of %s", (_, rule, codes) => {
    expect(warningsOf(rule, sampleFact).map(({ code }) => code)).toEqual(codes);
  });

  const [number, day] = ["monthly_spend", "member_since"];
  const tier = (value: string): Rule => ({ equals: { fact: "tier", value } });
  it.each<[string, Rule[], boolean]>([
    ["two choices", [tier("gold"), tier("silver")], true],
    ["the same choice twice", [tier("gold"), tier("gold")], false],
    ["a choice that is excluded", [tier("gold"), { not: tier("gold") }], true],
    ["choices with one in common", [tier("gold"), { oneOf: { fact: "tier", choices: ["gold", "silver"] } }], false],
    ["known and not", [tierKnown, { not: tierKnown }], true],
    ["ranges apart", [{ between: { fact: number, atLeast: 10 } }, { between: { fact: number, below: 10 } }], true],
    [
      "ranges that touch",
      [{ between: { fact: number, atLeast: 10 } }, { between: { fact: number, atMost: 10 } }],
      false,
    ],
    ["a number outside", [{ equals: { fact: number, value: 3 } }, { between: { fact: number, above: 3 } }], true],
    [
      "not in a range",
      [{ not: { between: { fact: number, atLeast: 1 } } }, { between: { fact: number, atLeast: 2 } }],
      false,
    ],
    [
      "days apart",
      [{ dateBetween: { fact: day, to: "2024-01-01" } }, { equals: { fact: day, value: "2024-01-02" } }],
      true,
    ],
    [
      "lately and not lately",
      [{ withinLast: { fact: day, days: 7 } }, { notWithinLast: { fact: day, days: 7 } }],
      true,
    ],
    [
      "long ago and not too long",
      [{ withinLast: { fact: day, days: 8 } }, { notWithinLast: { fact: day, days: 7 } }],
      false,
    ],
    ["in an all within", [tier("gold"), { all: [tierKnown, tier("silver")] }], true],
    ["in an any", [tier("gold"), { any: [tierKnown, tier("silver")] }], false],
  ])("tell of %s whether it can never hold", (_, all, never) => {
    expect(warningsOf({ all }, sampleFact).map(({ code }) => code)).toEqual(never ? ["NEVER_HOLDS"] : []);
  });

  it("never tell of a rule that holds of somebody that it cannot", () => {
    fc.assert(
      fc.property(anyRule(), anyMember(), anyMoment(), (rule, member, moment) => {
        if (!evaluate(rule, situationOf(member, moment))) return;
        for (const { code, path } of warningsOf(rule, sampleFact)) {
          if (code === "NEVER_HOLDS") expect(path).not.toEqual([]);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("name the facts of the moment that a rule needs", () => {
    const rule: Rule = { any: [has("tier"), { not: has("context.scene") }, { all: [has("context.city")] }] };
    expect(contextFactsOf(rule)).toEqual(["context.city", "context.scene"]);
  });
});
