import fc from "fast-check";
import { namesOf } from "../../src/rules/core/names";
import { parse, readRuleText } from "../../src/rules/core/parse";
import { print } from "../../src/rules/core/print";
import type { Rule } from "../../src/rules/core/rule";
import { anyRule, sampleAudiences, sampleFacts } from "../support/random-rules";

const names = namesOf(sampleFacts, sampleAudiences);
if (process.env.RULES_DEEP) jest.setTimeout(3_600_000);
const numRuns = process.env.RULES_DEEP ? 50_000 : 1_500;

const is = (fact: string): Rule => ({ equals: { fact, value: true } });
const x = (ends: object): Rule => ({ between: { fact: "x", ...ends } });
const d = (ends: object): Rule => ({ dateBetween: { fact: "d", ...ends } });
const [a, b, c] = [is("a"), is("b"), is("c")];

/** How each is printed. */
const printed: [string, Rule][] = [
  ["a", a],
  ["a = false", { equals: { fact: "a", value: false } }],
  ["has a", { has: { fact: "a" } }],
  ["not a", { not: a }],
  ["not not a", { not: { not: a } }],
  ["not has a", { not: { has: { fact: "a" } } }],
  ["not (x >= 3000)", { not: x({ atLeast: 3000 }) }],
  ["not (a and b)", { not: { all: [a, b] } }],
  ["a and b and c", { all: [a, b, c] }],
  ["(a and b) and c", { all: [{ all: [a, b] }, c] }],
  ["(a and b) or c", { any: [{ all: [a, b] }, c] }],
  ["a and (b or c)", { all: [a, { any: [b, c] }] }],
  ["all(a)", { all: [a] }],
  ["any(a or b)", { any: [{ any: [a, b] }] }],
  ["not all(any(a))", { not: { all: [{ any: [a] }] } }],
  ["x >= 3", x({ atLeast: 3 })],
  ["x > 3", x({ above: 3 })],
  ["x <= 3", x({ atMost: 3 })],
  ["x < 3", x({ below: 3 })],
  ["x between 3 and 5", x({ atLeast: 3, atMost: 5 })],
  ["3 < x < 5", x({ above: 3, below: 5 })],
  ["3 <= x < 5", x({ atLeast: 3, below: 5 })],
  ["3 < x <= 5", x({ above: 3, atMost: 5 })],
  ["x = 1e+21", { equals: { fact: "x", value: 1e21 } }],
  ["x >= 1e-7", x({ atLeast: 1e-7 })],
  ["x >= -0", x({ atLeast: -0 })],
  ["x >= -0.5", x({ atLeast: -0.5 })],
  ["d = 2024-02-29", { equals: { fact: "d", value: "2024-02-29" } }],
  ["d between 2020-01-01 and 2020-12-31", d({ from: "2020-01-01", to: "2020-12-31" })],
  ["d >= 2020-01-01", d({ from: "2020-01-01" })],
  ["d <= 2020-12-31", d({ to: "2020-12-31" })],
  ["d from 2020-01-01T00:00Z until 2021-01-01T00:00Z", d({ from: "2020-01-01T00:00Z", to: "2021-01-01T00:00Z" })],
  ["d from 2020-01-01T00:00:00.5+08:00", d({ from: "2020-01-01T00:00:00.5+08:00" })],
  ["d until 2020-01-01T00:00Z", d({ to: "2020-01-01T00:00Z" })],
  ['d from "soon" until 2020-01-01', d({ from: "soon", to: "2020-01-01" })],
  ["d within last 30 days", { withinLast: { fact: "d", days: 30 } }],
  ["d within last 1 day", { withinLast: { fact: "d", days: 1 } }],
  ["d not within last 30 days", { notWithinLast: { fact: "d", days: 30 } }],
  ["not (d not within last 0 days)", { not: { notWithinLast: { fact: "d", days: 0 } } }],
  ['t in ["gold", "platinum"]', { oneOf: { fact: "t", choices: ["gold", "platinum"] } }],
  ['t in ["gold"]', { oneOf: { fact: "t", choices: ["gold"] } }],
  ['t = "gold"', { equals: { fact: "t", value: "gold" } }],
  ['i contains "travel"', { contains: { fact: "i", choices: ["travel"] } }],
  ['i contains any ["travel", "golf"]', { contains: { fact: "i", choices: ["travel", "golf"] } }],
  ['in audience "young"', { audience: { code: "young" } }],
  ['not in audience "young"', { not: { audience: { code: "young" } } }],
  ['t = "say \\"no\\"\\n旅行 \u{1F600} \\\\"', { equals: { fact: "t", value: 'say "no"\n旅行 \u{1F600} \\' } }],
  ["`not` and `in`", { all: [is("not"), is("in")] }],
  ['`Tier of ten` and `a\\u0060b\\"`', { all: [is("Tier of ten"), is('a`b"')] }],
  ["has member.age", { has: { fact: "member.age" } }],
  ["history.purchases_90d > 2", { between: { fact: "history.purchases_90d", above: 2 } }],
];

describe("the text of a rule", () => {
  it("reads back to the same tree, whatever the tree", () => {
    fc.assert(
      fc.property(anyRule(), (rule) => {
        expect(parse(print(rule))).toEqual({ ok: true, value: rule });
        expect(readRuleText(print(rule), names)).toEqual({ ok: true, value: rule });
      }),
      { numRuns },
    );
  });

  it("reads back whatever texts and numbers stand in it", () => {
    const leaf = fc.oneof(
      fc.record({ equals: fc.record({ fact: fc.string({ unit: "binary" }), value: fc.string({ unit: "binary" }) }) }),
      fc.record({
        equals: fc.record({ fact: fc.string(), value: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
      }),
      fc.record({ contains: fc.record({ fact: fc.string(), choices: fc.array(fc.string({ unit: "binary" })) }) }),
      fc.record({
        dateBetween: fc.record({ fact: fc.string(), from: fc.string({ unit: "binary" }), to: fc.string() }),
      }),
    );
    fc.assert(
      fc.property(leaf, (rule) => {
        expect(parse(print(rule))).toEqual({ ok: true, value: rule });
      }),
      { numRuns },
    );
  });

  it.each(printed)("is %s", (text, rule) => {
    expect(print(rule)).toBe(text);
    expect(parse(text)).toEqual({ ok: true, value: rule });
  });

  it.each<[string, Rule]>([
    ["a or b and c", { any: [a, { all: [b, c] }] }],
    ["not a and b", { all: [{ not: a }, b] }],
    ["not a or b", { any: [{ not: a }, b] }],
    ["not x >= 3 and a", { all: [{ not: x({ atLeast: 3 }) }, a] }],
    ["x between 1 and 2 and a", { all: [x({ atLeast: 1, atMost: 2 }), a] }],
    ["NOT a AND Has b Or c", { any: [{ all: [{ not: a }, { has: { fact: "b" } }] }, c] }],
    ["((((a))))", a],
    ["all(a, b)", { all: [a, b] }],
    ["any(a,b and c)", { any: [a, { all: [b, c] }] }],
    ["3 < x", x({ above: 3 })],
    ["3 <= x <= 5", x({ atLeast: 3, atMost: 5 })],
    ["a = true", a],
    ["x>=3.50", x({ atLeast: 3.5 })],
    ["d >= 2020-01-01T00:00Z", d({ from: "2020-01-01T00:00Z" })],
    ["d < 2020-01-01T00:00Z", d({ to: "2020-01-01T00:00Z" })],
    ["d within last 1 days", { withinLast: { fact: "d", days: 1 } }],
    ['\n\ta\r\n  and\u3000t in["gold"]\n', { all: [a, { oneOf: { fact: "t", choices: ["gold"] } }] }],
  ])("may also be written %j", (text, rule) => {
    expect(parse(text)).toEqual({ ok: true, value: rule });
  });
});

/** Text, line and column of the first error, and what its message says. */
const refused: [string, number, number, string][] = [
  ["", 1, 1, "the text ends here, expected a fact, has, in audience, not or (."],
  ["  \n ", 2, 2, "the text ends here"],
  ["a and", 1, 6, "the text ends here"],
  ["a b", 1, 3, "found b, expected and, or, or the end."],
  ["a\nand\n  and b", 3, 3, "found and, expected a condition; a fact of this name is written `and`."],
  ["(a", 1, 3, "the text ends here, expected ), and, or."],
  ["a)", 1, 2, "found ), expected and, or, or the end."],
  ["tier = gold", 1, 8, "found gold, expected a number"],
  ["tier = “gold”", 1, 8, '“ does not quote here, write "…".'],
  ["tier = 'gold'", 1, 8, "' does not quote here"],
  ['tier = "gold', 1, 8, 'the " has no second one on the same line.'],
  ['tier = "a\nb"', 1, 8, 'the " has no second one on the same line.'],
  ['tier = "\\x"', 1, 8, 'between quotes, " and \\ are written'],
  ['tier in "gold"', 1, 9, 'found "gold", expected a list: ["gold", "platinum"].'],
  ['tier in ["gold" "iron"]', 1, 17, 'found "iron", expected , or ].'],
  ["tier in [gold]", 1, 10, 'found gold, expected a text ("gold"); a text stands in quotes.'],
  ['tier not in ["gold"]', 1, 10, "found in, expected within after not"],
  ["visits != 3", 1, 8, "found !=, expected not before the condition: not visits = …"],
  ["visits <> 3", 1, 9, "expected not before the condition: not visits = …"],
  ["visits == 3", 1, 9, "found =, expected one = alone."],
  ["visits >= 80,000", 1, 11, "80,000 is written without commas here, 80000."],
  ["visits between 1 and 1,080,000", 1, 22, "1,080,000 is written without commas here, 1080000."],
  ['visits > "5"', 1, 10, 'found "5", expected a number, a day (2026-06-01), an instant'],
  ['visits > "5"', 1, 10, "it stands without quotes: 5."],
  ['member_since within last "30" days', 1, 26, "it stands without quotes: 30."],
  ['member_since >= "2026-06-01"', 1, 17, "it stands without quotes: 2026-06-01."],
  ["visits >= tier", 1, 11, "found tier, expected a number"],
  ["visits >= 3days", 1, 11, "3days is not a number"],
  ["visits >= 1e999", 1, 11, "1e999 is not a number"],
  ["visits between 3", 1, 17, "the text ends here, expected and."],
  ["visits between 3 and 2020-01-01", 1, 22, "found 2020-01-01, expected a number."],
  ["d > 2020-01-01", 1, 5, "found 2020-01-01, expected >= or <= before a day."],
  ["d <= 2020-01-01T00:00Z", 1, 6, "found 2020-01-01T00:00Z, expected >= or < before an instant."],
  ["d between 2020-01-01T00:00Z and 2020-01-02T00:00Z", 1, 11, "expected from … until … for instants"],
  ["d from 2020-01-01 until 2020-01-02", 1, 25, "expected between … and …, >= or <= for days."],
  ["d within 30 days", 1, 10, "found 30, expected last."],
  ["d within last 30", 1, 17, "the text ends here, expected days."],
  ["a && b", 1, 3, '"&" has no meaning here, write and, or.'],
  ["!a", 1, 1, "! has no meaning here, write not."],
  ["旅行 = 3", 1, 1, '"旅" has no meaning here.'],
  ["\u{1F600}\u{1F600}", 1, 1, '"\u{1F600}" has no meaning here.'],
  ['t = "\u{1F600}" +', 1, 9, '"+" has no meaning here.'],
  ["all", 1, 4, "the text ends here, expected ( after all; a fact of this name is written `all`."],
  ["all(a b)", 1, 7, "found b, expected , or )."],
  ["in tier", 1, 4, "found tier, expected audience"],
  ["3 = x", 1, 3, "found =, expected < or <= after a number that begins a condition."],
];

describe("an error in the text of a rule", () => {
  it.each(refused)("in %j", (text, line, column, what) => {
    const read = parse(text);
    expect(read.ok).toBe(false);
    const [refusal, ...others] = read.ok ? [] : read.refusals;
    expect(refusal).toMatchObject({ line, column, code: "INVALID_RULE" });
    expect(refusal?.message).toContain(`Line ${line}, column ${column}: `);
    expect(refusal?.message).toContain(what);
    expect(others).toEqual([]);
  });

  it("is shown with its line and a caret below the place", () => {
    const read = parse("car_owner\n  and tier = gold or visits\n  and has x");
    expect(read.ok ? "" : read.refusals[0]?.message.split("\n").slice(1)).toEqual([
      "    and tier = gold or visits",
      "               ^",
    ]);
  });

  it("is shown with a part of a long line", () => {
    const read = parse(`${"a and ".repeat(100)}+${" and a".repeat(100)}`);
    const [, excerpt, caret] = read.ok ? [] : (read.refusals[0]?.message.split("\n") ?? []);
    expect(excerpt?.length).toBeLessThan(90);
    expect(excerpt?.[caret!.indexOf("^")]).toBe("+");
  });

  it("that only the check finds has its place, too, and all of them are told", () => {
    const text =
      'tier in ["gold", "platnum"] and carowner\n  and not (tier >= 3 or 5 < visits < 3)\n  and last_flight_on within last 99999 days';
    const read = readRuleText(text, names, ["input", "text"]);
    const told = read.ok
      ? []
      : read.refusals.map(({ code, line, column, path }) => [code, line, column, path?.join(".")]);
    expect(told).toEqual([
      ["RULE_TYPE_MISMATCH", 1, 18, "input.text"],
      ["UNKNOWN_FACT", 1, 33, "input.text"],
      ["RULE_TYPE_MISMATCH", 2, 12, "input.text"],
      ["INVALID_RULE", 2, 25, "input.text"],
      ["INVALID_RULE", 3, 34, "input.text"],
    ]);
  });
});
