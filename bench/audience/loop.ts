import { derivedFacts } from "../../src/facts/core/member-facts";
import { calendarDateOf } from "../../src/kernel/calendar-date";
import { evaluate } from "../../src/rules/core/evaluate";
import { factOf } from "../../src/rules/core/rule-nodes";
import type { Leaf, Rule } from "../../src/rules/core/rule";
import { today, type GeneratedTag } from "../rules/generate";
import { todayText, type GeneratedMembers } from "./columns";
import type { BenchFacts } from "./keys";

/**
 * The hand-written bitmap loop: for exactly the leaves of one rule, each already one bitset over all members, numbers
 * and ages too, a loop over their words. What a rule costs at least, if everything was known of it beforehand.
 */
export function bitmapLoop(rule: Rule, members: GeneratedMembers, facts: BenchFacts): () => number {
  const leaves: Int32Array[] = [members.live];
  const condition = source(rule, (leaf) => leaves.push(bitsOfLeaf(leaf, members, facts)) - 1);
  const names = leaves.map((_, place) => `b${place}`);
  // As written by hand for this rule: one function over all shapes would call a closure for each word.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const loop = new Function(
    ...names,
    `let count = 0;
    for (let i = 0; i < b0.length; i++) {
      let v = b0[i] & (${condition});
      v -= (v >>> 1) & 0x55555555;
      v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
      count += Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
    return count;`,
  ) as (...bits: readonly Int32Array[]) => number;
  return () => loop(...leaves);
}

function source(rule: Rule, place: (leaf: Leaf) => number): string {
  if ("all" in rule) return `(${rule.all.map((each) => source(each, place)).join(" & ")})`;
  if ("any" in rule) return `(${rule.any.map((each) => source(each, place)).join(" | ")})`;
  if ("not" in rule) return `(~${source(rule.not, place)})`;
  return `b${place(rule)}[i]`;
}

/** By asking the reference evaluator for each value that occurs. */
function bitsOfLeaf(leaf: Leaf, members: GeneratedMembers, facts: BenchFacts): Int32Array {
  const fact = factOf(leaf)!;
  const tag = facts.tagOf(fact);
  const { ids, values } = members.columns.get(tag.id)!;
  const bits = new Int32Array(members.live.length);
  const verdicts = new Map<number, boolean>();
  for (let place = 0; place < ids.length; place += 1) {
    const value = values ? values[place]! : 1;
    const verdict = verdicts.get(value) ?? holds(leaf, fact, tag, value);
    verdicts.set(value, verdict);
    if (verdict) bits[ids[place]! >>> 5]! |= 1 << (ids[place]! & 31);
  }
  return bits;
}

function holds(leaf: Leaf, fact: string, tag: GeneratedTag, value: number): boolean {
  const known = factValue(fact, tag, value);
  return evaluate(leaf, { today: todayText, valueOf: () => known, isInAudience: () => false });
}

/** As the reference evaluator sees it. */
export function factValue(fact: string, tag: GeneratedTag, value: number) {
  if (fact === "member.age") return derivedFacts(calendarDateOf(value), undefined, todayText)[fact];
  if (fact === "member.tenure_days") return today - value;
  if (tag.type === "bool") return true;
  if (tag.type === "enum") return `v${value}`;
  if (tag.type === "num") return value;
  if (tag.type === "date") return calendarDateOf(value);
  return Array.from({ length: tag.n! }, (_, choice) => choice)
    .filter((choice) => (value >>> choice) & 1)
    .map((choice) => `c${choice}`);
}
