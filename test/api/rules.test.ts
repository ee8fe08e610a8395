import type { Actor } from "../../src/auth/core/actor";
import { callers } from "../support/api";
import { membersStage, type MembersStage } from "../support/members-stage";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

const marketer = callers.staff("MARKETER");
const risk = callers.staff("RISK");

let stage: MembersStage;
let bank: string;
let tags: { income: string; owner: string; level: string; likes: string; flown: string; watched: string };

beforeAll(async () => {
  stage = await membersStage();
  bank = await stage.partner();
  tags = {
    income: await stage.tag(bank, { type: "NUMBER", unit: "CNY", name: { en: "Monthly income", "zh-CN": "月收入" } }),
    owner: await stage.tag(bank, { type: "BOOLEAN" }),
    level: await stage.tag(bank, { type: "ENUM", choices: ["gold", "silver"] }),
    likes: await stage.tag(bank, { type: "SET", choices: ["tea", "coffee"] }),
    flown: await stage.tag(bank, { type: "DATE" }),
    watched: await stage.tag(bank, { type: "BOOLEAN", sensitivity: "SENSITIVE" }),
  };
});

const checkDocument = `query ($rule: RuleInput, $text: String) { checkRule(rule: $rule, text: $text) {
  rule { text hash tree facts contextFacts nodes { path operator text } }
  canonical { text hash }
  refusals { code message path line column }
  warnings { code }
  facts { name type source choices unit title alwaysKnown } } }`;

const check = async (variables: object, actor: Actor = marketer): Promise<any> =>
  (await stage.ask(actor, checkDocument, variables)).checkRule;
const refusalsOf = async (variables: object, actor?: Actor) =>
  (await check(variables, actor)).refusals.map(({ code, path, line, column }: any) =>
    line === null ? `${code} ${path.join(".")}` : `${code} ${line}:${column}`,
  );

describe("a rule that is written as a tree", () => {
  it("comes back as the same tree, and as text that reads back to it", async () => {
    const rule = {
      all: [
        { any: [{ oneOf: { fact: tags.level, choices: ["gold", "silver"] } }, { has: { fact: tags.income } }] },
        { not: { equals: { fact: tags.owner, value: { boolean: false } } } },
        { equals: { fact: tags.level, value: { text: "gold" } } },
        { equals: { fact: tags.income, value: { number: 0 } } },
        { between: { fact: tags.income, atLeast: 3000, below: 9000.5 } },
        { dateBetween: { fact: tags.flown, from: "2026-01-01" } },
        { withinLast: { fact: tags.flown, days: 30 } },
        { notWithinLast: { fact: tags.flown, days: 0 } },
        { contains: { fact: tags.likes, choices: ["tea"] } },
        { equals: { fact: "context.scene", value: { text: "fuel" } } },
        { between: { fact: "context.hour", atLeast: 8, below: 10 } },
      ],
    };
    const written = await check({ rule });
    expect(written.refusals).toEqual([]);
    expect(written.rule.tree).toEqual(rule);
    const again = await check({ text: written.rule.text });
    expect(again.rule).toEqual(written.rule);
    expect(written.rule.contextFacts).toEqual(["context.scene"]);
    expect(written.rule.nodes.map((node: any) => `${node.path.join(".")} ${node.operator}`).slice(0, 5)).toEqual([
      " all",
      "all.0 any",
      "all.0.any.0 oneOf",
      "all.0.any.1 has",
      "all.1 not",
    ]);
  });

  it("is answered as objects with the fields that the input has", async () => {
    const document = `query ($text: String) { checkRule(text: $text) { rule { root {
      operator path not { path all { operator path has { fact } equals { fact value { boolean number text } }
        between { fact atLeast above atMost below } audience { code } } } } } } }`;
    const text = `not (has ${tags.likes} and ${tags.level} = "gold" and ${tags.income} > 5)`;
    const { checkRule } = await stage.ask(marketer, document, { text });
    const none = { has: null, equals: null, between: null, audience: null };
    const value = { boolean: null, number: null, text: "gold" };
    const ends = { atLeast: null, above: 5, atMost: null, below: null };
    const path = (place: number) => ["not", "all", String(place)];
    expect(checkRule.rule.root).toEqual({
      operator: "not",
      path: [],
      not: {
        path: ["not"],
        all: [
          { ...none, operator: "has", path: path(0), has: { fact: tags.likes } },
          { ...none, operator: "equals", path: path(1), equals: { fact: tags.level, value } },
          { ...none, operator: "between", path: path(2), between: { fact: tags.income, ...ends } },
        ],
      },
    });
  });

  it("has the hash of every rule that means the same by order and nesting", async () => {
    const a = { has: { fact: tags.income } };
    const b = { has: { fact: tags.owner } };
    const one = await check({ rule: { all: [a, { all: [b, a] }] } });
    const other = await check({ rule: { all: [b, a] } });
    const another = await check({ rule: { any: [b, a] } });
    expect(one.rule.hash).toBe(other.rule.hash);
    expect(one.canonical).toEqual(other.canonical);
    expect(another.rule.hash).not.toBe(one.rule.hash);
  });

  it("is taken as deep as rules may be, written into the document or given as a variable", async () => {
    let rule: object = { has: { fact: tags.income } };
    let literal = `{ has: { fact: "${tags.income}" } }`;
    for (let level = 1; level < 12; level += 1) {
      [rule, literal] = [{ all: [rule] }, `{ all: [${literal}] }`];
    }
    expect(await refusalsOf({ rule })).toEqual([]);
    const { checkRule } = await stage.ask(marketer, `{ checkRule(rule: ${literal}) { refusals { code } } }`);
    expect(checkRule.refusals).toEqual([]);
    expect(await refusalsOf({ rule: { all: [rule] } })).toEqual([`RULE_TOO_LARGE ${"all.0.".repeat(12).slice(0, -1)}`]);
  });

  it.each<[string, (names: typeof tags) => object, string]>([
    ["a fact that nobody defined", () => ({ has: { fact: "no_such_tag" } }), "UNKNOWN_FACT has.fact"],
    [
      "an operator of another type",
      ({ level }) => ({ between: { fact: level, atLeast: 1 } }),
      "RULE_TYPE_MISMATCH between",
    ],
    [
      "a choice that is none",
      ({ level }) => ({ all: [{ oneOf: { fact: level, choices: ["gold", "tin"] } }] }),
      "RULE_TYPE_MISMATCH all.0.oneOf.choices.1",
    ],
    [
      "a value of another type",
      ({ income }) => ({ equals: { fact: income, value: { text: "much" } } }),
      "INVALID_RULE equals.value",
    ],
    ["an empty list", () => ({ any: [] }), "INVALID_RULE any"],
    ["no end", ({ income }) => ({ between: { fact: income } }), "INVALID_RULE between"],
    [
      "an audience that nobody saved",
      () => ({ not: { audience: { code: "vip" } } }),
      "UNKNOWN_AUDIENCE not.audience.code",
    ],
  ])("is refused with its place for %s", async (_, ruleOf, refusal) => {
    expect(await refusalsOf({ rule: ruleOf(tags) })).toEqual([refusal]);
  });

  it("is refused by the schema with two operators at once, or none", async () => {
    for (const rule of [{}, { has: { fact: "a" }, not: { has: { fact: "b" } } }]) {
      const { errors } = await stage.api.execute(marketer, checkDocument, { rule });
      expect(errors?.[0]?.message).toMatch(/Exactly one key must be specified/);
    }
  });
});

describe("a rule that is written as text", () => {
  it("is refused with line and column", async () => {
    expect(await refusalsOf({ text: `has ${tags.income}\n  and and` })).toEqual(["INVALID_RULE 2:7"]);
    expect(await refusalsOf({ text: `${tags.level} = "tin"` })).toEqual([
      expect.stringMatching(/^RULE_TYPE_MISMATCH 1:\d+$/),
    ]);
  });

  it("is refused beside a tree, and where there is neither", async () => {
    const both = { rule: { has: { fact: tags.income } }, text: `has ${tags.income}` };
    expect(await refusalsOf(both)).toEqual(["INVALID_INPUT "]);
    expect(await refusalsOf({})).toEqual(["INVALID_INPUT "]);
  });
});

describe("what an author may name", () => {
  it("is a confidential tag for those alone who may read it; for others there is none", async () => {
    const known = await check({ rule: { has: { fact: tags.watched } } }, risk);
    expect(known.refusals).toEqual([]);
    const unknown = await check({ rule: { has: { fact: tags.watched } } });
    const missing = await check({ rule: { has: { fact: `${tags.watched}x` } } });
    expect(unknown.refusals[0].code).toBe("UNKNOWN_FACT");
    expect(unknown.refusals[0].message).toBe(missing.refusals[0].message.replaceAll(`${tags.watched}x`, tags.watched));
    expect(unknown.rule).toBeNull();
  });

  it("is for a partner its own tags and public ones", async () => {
    const other = callers.partner(await stage.partner(), ["offers:write"]);
    const shown = await stage.tag(bank, { type: "BOOLEAN", sensitivity: "PUBLIC" });
    expect(await refusalsOf({ text: shown }, other)).toEqual([]);
    expect(await refusalsOf({ text: tags.owner }, other)).toEqual(["UNKNOWN_FACT 1:1"]);
    expect(await refusalsOf({ text: tags.owner }, callers.partner(bank, ["offers:write"]))).toEqual([]);
  });

  it("is not a retired tag", async () => {
    const code = await stage.tag(bank, { type: "BOOLEAN" });
    const document = `mutation ($input: UpdateTagDefinitionInput!) { updateTagDefinition(input: $input) { userErrors { code } } }`;
    await stage.mutate(marketer, document, { code, revision: 1, status: "RETIRED" });
    expect(await refusalsOf({ text: code })).toEqual(["UNKNOWN_FACT 1:1"]);
  });

  it("is listed with what an editor needs, by name, filtered and in pages", async () => {
    const document = `query ($filter: RuleFactFilterInput, $first: Int, $after: Cursor) {
      ruleFacts(filter: $filter, first: $first, after: $after) {
        nodes { name type source choices unit title alwaysKnown } pageInfo { hasNextPage endCursor } } }`;
    const facts = async (actor: Actor, variables: object) => (await stage.ask(actor, document, variables)).ruleFacts;
    const income = await facts(marketer, { filter: { search: "monthly INC" } });
    expect(income.nodes).toEqual([
      {
        name: tags.income,
        type: "NUMBER",
        source: "TAG",
        choices: null,
        unit: "CNY",
        title: "Monthly income",
        alwaysKnown: false,
      },
    ]);
    const context = await facts(marketer, { filter: { source: "CONTEXT" }, first: 3 });
    expect(context.nodes.map((fact: any) => fact.name)).toEqual([
      "context.amount_minor",
      "context.category",
      "context.channel",
    ]);
    const next = await facts(marketer, { filter: { source: "CONTEXT" }, first: 2, after: context.pageInfo.endCursor });
    expect(next.nodes.map((fact: any) => fact.name)).toEqual(["context.city", "context.currency"]);
    const named = async (actor: Actor) =>
      (await facts(actor, { filter: { search: tags.watched }, first: 100 })).nodes.map((fact: any) => fact.name);
    expect([await named(marketer), await named(risk)]).toEqual([[], [tags.watched]]);
  });

  it("is nothing for members and for who did not sign in", async () => {
    for (const actor of [callers.member("01900000-0000-7000-8000-000000000000"), { kind: "anonymous" } as const]) {
      const { errors } = await stage.api.execute(actor, `{ checkRule(text: "a") { refusals { code } } }`);
      expect(errors?.[0]?.extensions.code).toBe(actor.kind === "member" ? "FORBIDDEN" : "UNAUTHENTICATED");
    }
  });
});

describe("a warning", () => {
  it.each<[string, string[]]>([
    ["not (income > 5)", ["NOT_NARROWED"]],
    ["income > 5 and not owner", []],
    ["owner or not has income", ["NOT_NARROWED"]],
    ["income > 5 and has owner", ["HAS_BOOLEAN"]],
    ["income > 5 and has context.hour", ["ALWAYS_KNOWN"]],
    ["income > 5 and income < 5", ["NEVER_HOLDS"]],
    ['income > 5 and context.merchant = "no-such-merchant"', ["UNKNOWN_CODE"]],
    ['income > 5 and context.outlet in ["no-such-merchant/1"]', ["UNKNOWN_CODE"]],
    ['income > 5 and context.category = "no-such-category"', ["UNKNOWN_CODE"]],
    ['income > 5 and context.currency in ["CNY", "RMB"]', ["UNKNOWN_CODE"]],
  ])("tells of %s what is seldom meant", async (text, warnings) => {
    const named = text.replaceAll("income", tags.income).replaceAll("owner", tags.owner);
    expect((await check({ text: named })).warnings.map((warning: any) => warning.code)).toEqual(warnings);
  });
});
