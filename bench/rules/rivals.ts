import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { choiceOf, choicesOfSet } from "./world";
import type { GeneratedMember, GeneratedNode, GeneratedRule, GeneratedTag } from "./generate";

/**
 * What the index is compared with: four engines from bench/rivals, each given the same rules in its own language and the
 * members as plain objects made before, and a scan of rules compiled to closures over the members' numbers, which is what
 * a team writes that finds engines slow. All of them are asked for every rule that matches, and evaluate every rule.
 */
export interface Rival {
  readonly name: string;
  /** Numbers of the rules that match, in any order. */
  match(member: number): readonly number[] | Promise<readonly number[]>;
}

export type MakeRival = (rules: readonly GeneratedRule[]) => Rival;

type Facts = Readonly<Record<string, unknown>>;

export function rivalsOver(
  tags: readonly GeneratedTag[],
  members: readonly GeneratedMember[],
): Readonly<Record<string, MakeRival>> {
  const engines = loadEngines();
  const objects = members.map((member) => objectOf(tags, member));
  const object = (member: number) => objects[member % objects.length]!;
  return {
    "json-rules-engine": (rules) => jsonRulesEngine(engines, tags, rules, object),
    "@gorules/zen-engine": (rules) => zenEngine(engines, tags, rules, object),
    "json-logic-engine": (rules) => jsonLogicEngine(engines, tags, rules, object),
    "@marcbachmann/cel-js": (rules) => celJs(engines, tags, rules, object),
    closures: (rules) => closureScan(tags.length, rules, members),
  };
}

/** What is used of packages that the product does not have. */
interface Engines {
  readonly jsonRules: { Engine: new (rules: readonly never[], options: object) => JsonRulesEngine };
  readonly zen: {
    ZenEngine: new () => { createDecision(content: unknown): ZenDecision };
    ZenDecisionContent: new (json: Buffer) => unknown;
  };
  readonly jsonLogic: { LogicEngine: new () => { build(logic: unknown): (facts: Facts) => unknown } };
  readonly cel: { parse(expression: string): (context: object) => unknown };
}

interface JsonRulesEngine {
  addOperator(name: string, holds: (fact: never, value: never) => boolean): void;
  addRule(rule: object): void;
  run(facts: Facts): Promise<{ events: readonly { params: { id: number } }[] }>;
}

interface ZenDecision {
  evaluate(facts: Facts): Promise<{ result: Readonly<Record<string, unknown>> }>;
}

function loadEngines(): Engines {
  const folder = resolve(__dirname, "..", "rivals");
  if (!existsSync(join(folder, "node_modules", "json-rules-engine"))) {
    console.log("Installing the rivals (npm ci in bench/rivals) …");
    const { status, error } = spawnSync("npm", ["ci", "--prefix", folder, "--no-audit", "--no-fund", "--silent"], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (status !== 0) throw new Error("The rivals could not be installed; see above.", { cause: error });
  }
  const load = createRequire(join(folder, "package.json")) as (name: string) => unknown;
  return {
    jsonRules: load("json-rules-engine"),
    zen: load("@gorules/zen-engine"),
    jsonLogic: load("json-logic-engine"),
    cel: load("@marcbachmann/cel-js"),
  } as Engines;
}

/** A member as applications hold it. */
function objectOf(tags: readonly GeneratedTag[], { ids, vals }: GeneratedMember): Facts {
  const facts: Record<string, unknown> = {};
  ids.forEach((id, place) => {
    const tag = tags[id]!;
    const value = vals[place]!;
    if (tag.type === "bool") facts[tag.name] = true;
    else if (tag.type === "enum") facts[tag.name] = choiceOf(tag, value);
    else facts[tag.name] = tag.type === "set" ? choicesOfSet(tag, value) : value;
  });
  return facts;
}

type ObjectOf = (member: number) => Facts;

function jsonRulesEngine(
  { jsonRules }: Engines,
  tags: readonly GeneratedTag[],
  rules: readonly GeneratedRule[],
  object: ObjectOf,
): Rival {
  const engine = new jsonRules.Engine([], { allowUndefinedFacts: true });
  engine.addOperator("has", (fact: unknown) => fact !== undefined);
  engine.addOperator("atLeast", (fact: unknown, value: number) => typeof fact === "number" && fact >= value);
  engine.addOperator("atMost", (fact: unknown, value: number) => typeof fact === "number" && fact <= value);
  engine.addOperator("oneOf", (fact: string, value: string[]) => value.includes(fact));
  engine.addOperator("holds", (fact: unknown, value: string[]) => {
    return Array.isArray(fact) && value.some((each) => fact.includes(each));
  });
  const conditions = (node: GeneratedNode): object => {
    if (node.op === "and") return { all: node.args.map(conditions) };
    if (node.op === "or") return { any: node.args.map(conditions) };
    if (node.op === "not") return { not: conditions(node.arg) };
    const tag = tags[node.tag]!;
    const test = (operator: string, value: unknown) => ({ fact: tag.name, operator, value });
    if (node.op === "has") return test("has", true);
    if (node.op === "range") {
      const ends = [
        ...(node.lo === null ? [] : [test("atLeast", node.lo)]),
        ...(node.hi === null ? [] : [test("atMost", node.hi)]),
      ];
      return ends.length === 1 ? ends[0]! : { all: ends };
    }
    const choices = node.values.map((each) => choiceOf(tag, each));
    if (node.op === "any") return test("holds", choices);
    return choices.length === 1 ? test("equal", choices[0]) : test("oneOf", choices);
  };
  for (const { id, when } of rules) {
    engine.addRule({ conditions: conditions(when), event: { type: "matched", params: { id } } });
  }
  return {
    name: "json-rules-engine",
    match: async (member) => (await engine.run(object(member))).events.map(({ params }) => params.id),
  };
}

/** All rules as the expressions of one node, which is the cheapest way to ask it for all of them at once. */
function zenEngine(
  { zen }: Engines,
  tags: readonly GeneratedTag[],
  rules: readonly GeneratedRule[],
  object: ObjectOf,
): Rival {
  const text = (node: GeneratedNode): string => {
    if (node.op === "and") return `(${node.args.map(text).join(" and ")})`;
    if (node.op === "or") return `(${node.args.map(text).join(" or ")})`;
    if (node.op === "not") return `(not ${text(node.arg)})`;
    const tag = tags[node.tag]!;
    if (node.op === "has") return `(${tag.name} != null)`;
    if (node.op === "range") {
      const ends = [
        node.lo === null ? "" : `${tag.name} >= ${node.lo}`,
        node.hi === null ? "" : `${tag.name} <= ${node.hi}`,
      ];
      return `(${[`${tag.name} != null`, ...ends.filter(Boolean)].join(" and ")})`;
    }
    const choices = `[${node.values.map((each) => `'${choiceOf(tag, each)}'`).join(",")}]`;
    return node.op === "any" ? `(some(${tag.name} ?? [], # in ${choices}))` : `(${tag.name} in ${choices})`;
  };
  const position = { x: 0, y: 0 };
  const expressions = rules.map(({ id, when }) => ({ id: `e${id}`, key: `r${id}`, value: text(when) }));
  const content = {
    nodes: [
      { id: "in", type: "inputNode", name: "in", position },
      { id: "rules", type: "expressionNode", name: "rules", position, content: { expressions } },
      { id: "out", type: "outputNode", name: "out", position },
    ],
    edges: [
      { id: "first", sourceId: "in", targetId: "rules", type: "edge" },
      { id: "second", sourceId: "rules", targetId: "out", type: "edge" },
    ],
  };
  const decision = new zen.ZenEngine().createDecision(new zen.ZenDecisionContent(Buffer.from(JSON.stringify(content))));
  return {
    name: "@gorules/zen-engine",
    match: async (member) => {
      const { result } = await decision.evaluate(object(member));
      return Object.keys(result)
        .filter((key) => result[key] === true)
        .map((key) => Number(key.slice(1)));
    },
  };
}

function jsonLogicEngine(
  { jsonLogic }: Engines,
  tags: readonly GeneratedTag[],
  rules: readonly GeneratedRule[],
  object: ObjectOf,
): Rival {
  const logic = (node: GeneratedNode): object => {
    if (node.op === "and") return { and: node.args.map(logic) };
    if (node.op === "or") return { or: node.args.map(logic) };
    if (node.op === "not") return { "!": [logic(node.arg)] };
    const tag = tags[node.tag]!;
    const value = { var: tag.name };
    if (node.op === "has") return { "!=": [value, null] };
    if (node.op === "range") {
      const ends = [
        ...(node.lo === null ? [] : [{ ">=": [value, node.lo] }]),
        ...(node.hi === null ? [] : [{ "<=": [value, node.hi] }]),
      ];
      return { and: [{ "!=": [value, null] }, ...ends] };
    }
    const choices = node.values.map((each) => choiceOf(tag, each));
    if (node.op === "any") return { some: [{ var: [tag.name, []] }, { in: [{ var: "" }, choices] }] };
    return choices.length === 1 ? { "==": [value, choices[0]] } : { in: [value, choices] };
  };
  const engine = new jsonLogic.LogicEngine();
  const compiled = rules.map(({ id, when }) => ({ id, holds: engine.build(logic(when)) }));
  return {
    name: "json-logic-engine",
    match: (member) => compiled.filter(({ holds }) => holds(object(member))).map(({ id }) => id),
  };
}

function celJs(
  { cel }: Engines,
  tags: readonly GeneratedTag[],
  rules: readonly GeneratedRule[],
  object: ObjectOf,
): Rival {
  const double = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));
  const text = (node: GeneratedNode): string => {
    if (node.op === "and") return `(${node.args.map(text).join(" && ")})`;
    if (node.op === "or") return `(${node.args.map(text).join(" || ")})`;
    if (node.op === "not") return `!${text(node.arg)}`;
    const tag = tags[node.tag]!;
    const value = `m.${tag.name}`;
    if (node.op === "has") return `(has(${value}))`;
    if (node.op === "range") {
      const ends = [
        node.lo === null ? "" : `${value} >= ${double(node.lo)}`,
        node.hi === null ? "" : `${value} <= ${double(node.hi)}`,
      ];
      return `(${[`has(${value})`, ...ends.filter(Boolean)].join(" && ")})`;
    }
    const choices = `[${node.values.map((each) => `"${choiceOf(tag, each)}"`).join(",")}]`;
    const test = node.op === "any" ? `${value}.exists(x, x in ${choices})` : `${value} in ${choices}`;
    return `(has(${value}) && ${test})`;
  };
  const compiled = rules.map(({ id, when }) => ({ id, holds: cel.parse(text(when)) }));
  return {
    name: "@marcbachmann/cel-js",
    match: (member) => compiled.filter(({ holds }) => holds({ m: object(member) }) === true).map(({ id }) => id),
  };
}

type Holds = (values: Float64Array) => boolean;

/** NaN where a value is absent, which is equal to nothing. */
function closureScan(tagCount: number, rules: readonly GeneratedRule[], members: readonly GeneratedMember[]): Rival {
  const compiled = rules.map(({ id, when }) => ({ id, holds: closure(when) }));
  const values = new Float64Array(tagCount);
  return {
    name: "closures",
    match: (number) => {
      const { ids, vals } = members[number % members.length]!;
      values.fill(NaN);
      ids.forEach((id, place) => (values[id] = vals[place]!));
      return compiled.filter(({ holds }) => holds(values)).map(({ id }) => id);
    },
  };
}

function closure(node: GeneratedNode): Holds {
  switch (node.op) {
    case "and": {
      const parts = node.args.map(closure);
      return (values) => parts.every((part) => part(values));
    }
    case "or": {
      const parts = node.args.map(closure);
      return (values) => parts.some((part) => part(values));
    }
    case "not": {
      const part = closure(node.arg);
      return (values) => !part(values);
    }
    case "has":
      return (values) => !Number.isNaN(values[node.tag]!);
    case "in": {
      const [first] = node.values;
      if (node.values.length === 1) return (values) => values[node.tag] === first;
      return (values) => node.values.includes(values[node.tag]!);
    }
    case "any": {
      const mask = node.values.reduce((sum, value) => sum | (1 << value), 0);
      return (values) => (values[node.tag]! & mask) !== 0;
    }
    case "range": {
      const [low, high] = [node.lo ?? -Infinity, node.hi ?? Infinity];
      return (values) => values[node.tag]! >= low && values[node.tag]! <= high;
    }
  }
}
