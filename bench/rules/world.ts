import type { EncodedFacts } from "../../src/facts/core/encoding";
import type { FactType, FactValue } from "../../src/facts/core/fact";
import type { FactKey } from "../../src/facts/core/stored-facts";
import { calendarDateOf } from "../../src/kernel/calendar-date";
import type { Situation } from "../../src/rules/core/evaluate";
import type { IndexedRule } from "../../src/rules/core/index/rule-index";
import { SampledStatistics } from "../../src/rules/core/index/statistics";
import type { KnownMember, KnownNumbers } from "../../src/rules/core/local-situation";
import type { Moment } from "../../src/rules/core/moment";
import type { Rule } from "../../src/rules/core/rule";
import {
  nowTag,
  today,
  type GeneratedMember,
  type GeneratedNode,
  type GeneratedRule,
  type GeneratedTag,
} from "./generate";

/** What was generated, in the product's own words. */

const millisPerDay = 86_400_000;
export const now = today * millisPerDay;
export const todayText = calendarDateOf(today);

const factNames: Readonly<Record<string, string>> = {
  scene: "context.scene",
  channel: "context.channel",
  mcc: "context.category",
  city: "context.city",
  amount: "context.amount_minor",
  now: "context.date",
};
const factTypes = { bool: "BOOLEAN", enum: "ENUM", num: "NUMBER", date: "DATE", set: "SET" } as const;

export const factOf = (tag: GeneratedTag) => (tag.ctx ? factNames[tag.name]! : tag.name);
export const choiceOf = (tag: GeneratedTag, number: number) => `${tag.type === "set" ? "c" : "v"}${number}`;

export function choicesOfSet(tag: GeneratedTag, mask: number): string[] {
  const choices: string[] = [];
  for (let bit = 0; bit < tag.n!; bit += 1) if ((mask >>> bit) & 1) choices.push(choiceOf(tag, bit));
  return choices.sort();
}

/** Types by fact, as the registry of facts would tell them. */
export function typesOf(tags: readonly GeneratedTag[]): (fact: string) => FactType | undefined {
  const types = new Map(tags.map((tag): [string, FactType] => [factOf(tag), factTypes[tag.type]]));
  return (fact) => types.get(fact);
}

/** The condition on the day, where a rule has one, becomes its window; days there are in UTC, whole, both included. */
export function indexedRule(tags: readonly GeneratedTag[], { id, when }: GeneratedRule): IndexedRule {
  const window = when.args.find((part) => part.op === "range" && part.tag === nowTag);
  const parts = when.args.filter((part) => part !== window);
  const [lo, hi] = window?.op === "range" ? [window.lo, window.hi] : [null, null];
  return {
    id,
    rule: { all: parts.map((part) => ruleOf(tags, part)) },
    from: lo === null ? null : lo * millisPerDay,
    to: hi === null ? null : (hi + 1) * millisPerDay,
  };
}

function ruleOf(tags: readonly GeneratedTag[], node: GeneratedNode): Rule {
  if (node.op === "and") return { all: node.args.map((arg) => ruleOf(tags, arg)) };
  if (node.op === "or") return { any: node.args.map((arg) => ruleOf(tags, arg)) };
  if (node.op === "not") return { not: ruleOf(tags, node.arg) };
  const tag = tags[node.tag]!;
  const fact = factOf(tag);
  if (node.op === "has") return { has: { fact } };
  if (node.op === "any") return { contains: { fact, choices: node.values.map((each) => choiceOf(tag, each)) } };
  if (node.op === "in") {
    const choices = node.values.map((each) => choiceOf(tag, each));
    return choices.length === 1 ? { equals: { fact, value: choices[0]! } } : { oneOf: { fact, choices } };
  }
  const { lo, hi } = node;
  if (tag.type === "date") return { dateBetween: { fact, ...ends("from", lo, "to", hi, calendarDateOf) } };
  return { between: { fact, ...ends("atLeast", lo, "atMost", hi, (end) => end) } };
}

function ends<T>(from: string, low: number | null, to: string, high: number | null, value: (end: number) => T) {
  return { ...(low === null ? {} : { [from]: value(low) }), ...(high === null ? {} : { [to]: value(high) }) };
}

export function valuesOf(tags: readonly GeneratedTag[], member: GeneratedMember): Map<string, FactValue> {
  const values = new Map<string, FactValue>();
  member.ids.forEach((id, place) => {
    const tag = tags[id]!;
    const value = member.vals[place]!;
    values.set(factOf(tag), factValueOf(tag, value));
  });
  return values;
}

function factValueOf(tag: GeneratedTag, value: number): FactValue {
  if (tag.type === "bool") return true;
  if (tag.type === "num") return value;
  if (tag.type === "date") return calendarDateOf(value);
  return tag.type === "enum" ? choiceOf(tag, value) : choicesOfSet(tag, value);
}

/** As the reference evaluator asks. */
export function situationOf(tags: readonly GeneratedTag[], member: GeneratedMember): Situation {
  const values = valuesOf(tags, member);
  return { today: todayText, valueOf: (fact) => values.get(fact), isInAudience: () => false };
}

export function sampled(tags: readonly GeneratedTag[], members: readonly GeneratedMember[]): SampledStatistics {
  const statistics = new SampledStatistics(todayText);
  for (const member of members) statistics.count(valuesOf(tags, member));
  return statistics;
}

/** One member in one moment, as it comes from the database and the request. */
export interface Asked {
  readonly member: KnownMember;
  readonly moment: Moment;
}

export function askedOf(tags: readonly GeneratedTag[], generated: GeneratedMember, numbers: NumbersOfBench): Asked {
  const keys: number[] = [];
  const slots: (readonly [number, number])[] = [];
  const facts = new Map<string, FactValue>([["context.instant", new Date(now).toISOString()]]);
  generated.ids.forEach((id, place) => {
    const tag = tags[id]!;
    const value = generated.vals[place]!;
    if (tag.ctx) return void facts.set(factOf(tag), factValueOf(tag, value));
    const known = numbers.number(tag.name, null);
    keys.push(known);
    if (tag.type === "num" || tag.type === "date") slots.push([known, value]);
    else {
      const choices = tag.type === "set" ? choicesOfSet(tag, value) : [String(factValueOf(tag, value))];
      keys.push(...choices.map((choice) => numbers.number(tag.name, choice)));
    }
  });
  slots.sort(([one], [other]) => one - other);
  const encoded: EncodedFacts = {
    keys: Int32Array.from(keys).sort(),
    slots: Int32Array.from(slots, ([slot]) => slot),
    values: Float64Array.from(slots, ([, value]) => value),
  };
  const member: KnownMember = { encoded, counters: new Map(), audiences: new Set() };
  return { member, moment: { instant: new Date(now), today: todayText, epochDay: today, facts } };
}

/** The numbers that the database would give, in the order in which they are first met. */
export class NumbersOfBench implements KnownNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #keys: (FactKey | undefined)[] = [undefined];

  number(fact: string, choice: string | null): number {
    const name = `${fact} ${choice ?? ""}`;
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#keys.push({ fact, choice }) - 1;
      this.#numbers.set(name, number);
    }
    return number;
  }

  find({ fact, choice }: FactKey): number | undefined {
    return this.#numbers.get(`${fact} ${choice ?? ""}`);
  }

  keyOf(number: number): FactKey | undefined {
    return this.#keys[number];
  }
}
