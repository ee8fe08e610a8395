import fc from "fast-check";
import { isStorable } from "../../src/kernel/plain-text";
import { canonical } from "../../src/rules/core/canonical";
import { ruleCaps } from "../../src/rules/core/caps";
import { checkRule, readRule } from "../../src/rules/core/check";
import { namesOf } from "../../src/rules/core/names";
import { parse, readRuleText } from "../../src/rules/core/parse";
import { print } from "../../src/rules/core/print";
import type { Rule } from "../../src/rules/core/rule";
import { ruleOperators } from "../../src/rules/core/rule-nodes";
import { ruleWarningCodes, warningsOf } from "../../src/rules/core/rule-warnings";
import { ruleWords, tokensOf } from "../../src/rules/core/tokens";
import { anyRule, sampleAudiences, sampleFact, sampleFacts } from "../support/random-rules";

/** 200,000 inputs in all in a nightly run, a twentieth of them otherwise. */
const share = process.env.RULES_DEEP ? 1 : 0.05;
const runs = (count: number) => ({ numRuns: count * share });
const names = namesOf(sampleFacts, sampleAudiences);
if (process.env.RULES_DEEP) jest.setTimeout(3_600_000);

/** Of whatever comes in: an answer, each refusal short, in its place, and not more than are told. */
function judgeText(text: string): void {
  expect(tokensOf(text).length).toBeLessThanOrEqual(text.length + 1);
  const parsed = parse(text);
  if (parsed.ok) expect(parse(print(parsed.value))).toEqual(parsed);
  const read = readRuleText(text, names);
  if (read.ok) return judgeRule(read.value);
  expect(read.refusals.length).toBeGreaterThan(0);
  expect(read.refusals.length).toBeLessThanOrEqual(ruleCaps.refusals);
  const lines = text.split("\n");
  for (const { line, column, message } of read.refusals) {
    const written = lines[line - 1] ?? "";
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual(Array.from(written).length + 1);
    judgeMessage(message);
  }
}

function judgeJson(json: unknown): void {
  const read = checkRule(json, names);
  if (read.ok) {
    expect(readRule(json)).toEqual(read);
    return judgeRule(read.value);
  }
  expect(read.refusals.length).toBeGreaterThan(0);
  expect(read.refusals.length).toBeLessThanOrEqual(ruleCaps.refusals);
  for (const { message } of read.refusals) judgeMessage(message);
}

function judgeMessage(message: string): void {
  expect(message.length).toBeLessThan(2_500);
  expect(isStorable(message)).toBe(true);
}

/** What was let in is a rule in every way. */
function judgeRule(rule: Rule): void {
  expect(checkRule(JSON.parse(JSON.stringify(rule)), names)).toEqual({ ok: true, value: rule });
  expect(parse(print(rule))).toEqual({ ok: true, value: rule });
  expect(readRule(canonical(rule)).ok).toBe(true);
  for (const { code } of warningsOf(rule, sampleFact)) expect(ruleWarningCodes).toContain(code);
}

const words = [
  ...ruleWords,
  ...'( ) [ ] , = >= <= > < != " ` \\ . - : # & | 3 -0 1e21 1e999 2024-02-29 2023-02-29 \\u0000'.split(" "),
  ...[
    "2024-02-29T08:00+08:00",
    '"gold"',
    '"\\n"',
    "`in`",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\u3000",
    "“",
    "\u{1F600}",
    "\ud83d",
  ],
  ...["\0", "\u2028", "tier", "visits", "member_since", "interests", "context.instant", "car_owner", "member.age"],
];
const wordText = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: "binary", maxLength: 3 })), {
  maxLength: 40,
});
const edit = fc.record({
  kind: fc.constantFrom("insert", "delete", "repeat", "cut"),
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 12 }),
  word: fc.constantFrom(...words),
});
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

function edited(text: string, edits: readonly Edit[]): string {
  return edits.reduce((before, { kind, from, length, word }) => {
    const start = Math.floor(from * before.length);
    const [left, right] = [before.slice(0, start), before.slice(start + length)];
    if (kind === "insert") return left + word + before.slice(start);
    if (kind === "delete") return left + right;
    return kind === "repeat" ? left + before.slice(start, start + length).repeat(3) + right : left + word;
  }, text);
}

const oddValue = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true, maxDepth: 2 }),
  fc.constantFrom<unknown>(
    null,
    undefined,
    "",
    [],
    {},
    NaN,
    -0,
    1e21,
    Infinity,
    "\0",
    "\ud83d",
    "x".repeat(201),
    2 ** 53,
  ),
  fc.constantFrom<unknown>(JSON.parse('{"__proto__":{"all":[]}}'), { constructor: 1 }, { toString: null }, "__proto__"),
  anyRule({ depth: 1 }),
);
const fieldNames = [
  ...ruleOperators,
  "fact",
  "choices",
  "value",
  "atLeast",
  "above",
  "from",
  "to",
  "days",
  "code",
  "__proto__",
];

/** The tree with one place replaced, one field added or taken out; `steps` choose the place from the root on. */
function mutated(json: unknown, steps: readonly number[], field: string, value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof json !== "object" || json === null) return value;
  const entries: [string, unknown][] = Object.entries(json);
  const place = Math.floor(step * (entries.length + 1));
  if (place === entries.length) entries.push([field, value]);
  else entries[place] = [entries[place]![0], mutated(entries[place]![1], rest, field, value)];
  if (Array.isArray(json)) return entries.map(([, each]) => each);
  const other = Object.create(null) as Record<string, unknown>;
  for (const [name, each] of entries) other[name] = each;
  return other;
}

describe("whatever text is given", () => {
  it("is answered: words of the language in any order", () => {
    fc.assert(
      fc.property(wordText, fc.constantFrom("", " "), (list, joint) => judgeText(list.join(joint))),
      runs(40_000),
    );
  });

  it("is answered: any characters", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), judgeText), runs(20_000));
  });

  it("is answered: rules with a few edits", () => {
    const edits = fc.array(edit, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anyRule({ depth: 3 }), edits, (rule, each) => judgeText(edited(print(rule), each))),
      runs(60_000),
    );
  });
});

describe("whatever JSON is given", () => {
  it("is answered: any values", () => {
    fc.assert(fc.property(oddValue, judgeJson), runs(30_000));
  });

  it("is answered: rules with a few places changed", () => {
    const change = fc.tuple(
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(...fieldNames),
      oddValue,
    );
    fc.assert(
      fc.property(anyRule({ depth: 3 }), fc.array(change, { minLength: 1, maxLength: 3 }), (rule, changes) => {
        judgeJson(changes.reduce<unknown>((json, [steps, field, value]) => mutated(json, steps, field, value), rule));
      }),
      runs(50_000),
    );
  });
});

/** Each as large as a request lets through, and larger: work that grew with the square would not come to its end. */
describe("what is made to be large", () => {
  const text = (unit: string) => unit.repeat(Math.floor(ruleCaps.ruleText / unit.length));
  it.each([
    ["brackets", text("(")],
    ["negations", text("not ")],
    ["lists of parts", text("all(")],
    ["quotes that do not end", `x = "${"\\a".repeat(49_000)}`],
    ["single quotes", text('"')],
    ["one name", text("a")],
    ["one number", text("1")],
    ["one sign", text("-")],
    ["parts", text("a or ")],
    ["choices", `x in [${text('"a",').slice(0, -10)}`],
    ["spaces", text(" ")],
    ["lines", text("\n")],
    ["unknown names on a line each", text("abcdef and\n").slice(0, -5)],
  ])("is answered: %s", (_, large) => {
    judgeText(large);
    judgeText(`${large}${large}`.slice(0, ruleCaps.ruleText));
    const read = readRuleText(large.repeat(10), names);
    expect(read.ok ? [] : read.refusals.map(({ code }) => code)).toEqual(["RULE_TOO_LARGE"]);
  });

  const nested = (operator: (inner: unknown) => unknown) => {
    let json: unknown = { has: { fact: "tier" } };
    for (let level = 0; level < 100_000; level++) json = operator(json);
    return json;
  };
  const circle: { all: unknown[] } = { all: [] };
  circle.all.push(circle, circle);
  const wide = Array.from({ length: 1_000_000 }, () => ({ has: { fact: "teir" } }));
  const choices = Array.from({ length: 1_000 }, (_, index) => `choice ${index}`);
  it.each<[string, unknown]>([
    ["depth by not", nested((not) => ({ not }))],
    ["depth by all", nested((inner) => ({ all: [inner] }))],
    ["a circle", circle],
    ["width", { all: wide }],
    ["a million choices", { oneOf: { fact: "tier", choices: wide } }],
    ["many long lists", { any: Array.from({ length: 499 }, () => ({ oneOf: { fact: "context.city", choices } })) }],
    ["many operators at once", Object.fromEntries(wide.slice(0, 100_000).map((each, index) => [`x${index}`, each]))],
    ["many fields", { has: Object.fromEntries(wide.slice(0, 100_000).map((_, index) => [`x${index}`, 1])) }],
  ])("is answered: %s", (_, json) => {
    judgeJson(json);
    expect(checkRule(json, names).ok).toBe(false);
  });
});
