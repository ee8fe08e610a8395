import { createHash } from "node:crypto";
import { canonicalJson } from "../../kernel/canonical-json";
import type { DateBetweenLeaf, Leaf, Rule } from "./rule";

/**
 * The one tree of all that are written differently and mean the same by order, repetition or nesting: parts of one
 * operator are flattened, sorted and told once, a single part stands for itself, `not not` falls away; lists of choices
 * are sorted, a list of one is `equals`, a number or day between itself and itself, too; instants are in UTC.
 *
 * Nothing is rewritten that depends on a fact's being known: `not (x >= 3000)` holds where x is absent, `x < 3000` does
 * not. Nor does `not` move inwards: rules that are equal by de Morgan's laws stay different, as they read differently.
 */
export function canonical(rule: Rule): Rule {
  if ("all" in rule) return joined("all", rule.all.map(canonical));
  if ("any" in rule) return joined("any", rule.any.map(canonical));
  if ("not" in rule) {
    const inner = canonical(rule.not);
    return "not" in inner ? inner.not : { not: inner };
  }
  return canonicalLeaf(rule);
}

/** SHA-256 of the canonical form, 64 hexadecimal digits: equal rules have equal hashes. */
export function ruleHash(rule: Rule): string {
  return createHash("sha256")
    .update(canonicalJson(canonical(rule)))
    .digest("hex");
}

function joined(operator: "all" | "any", parts: readonly Rule[]): Rule {
  const byText = new Map<string, Rule>();
  for (const part of parts) {
    for (const each of partsOf(operator, part)) byText.set(canonicalJson(each), each);
  }
  // By UTF-16 units, as the keys of canonical JSON are.
  const sorted = [...byText.keys()].sort().map((text) => byText.get(text)!);
  const [only] = sorted;
  if (only && sorted.length === 1) return only;
  return operator === "all" ? { all: sorted } : { any: sorted };
}

function partsOf(operator: "all" | "any", part: Rule): readonly Rule[] {
  if (operator === "all" && "all" in part) return part.all;
  return operator === "any" && "any" in part ? part.any : [part];
}

function canonicalLeaf(leaf: Leaf): Leaf {
  if ("equals" in leaf) return { equals: { ...leaf.equals, value: canonicalValue(leaf.equals.value) } };
  if ("oneOf" in leaf) {
    const { fact } = leaf.oneOf;
    const choices = sortedSet(leaf.oneOf.choices);
    return choices.length === 1 ? { equals: { fact, value: choices[0]! } } : { oneOf: { fact, choices } };
  }
  if ("contains" in leaf) return { contains: { fact: leaf.contains.fact, choices: sortedSet(leaf.contains.choices) } };
  if ("between" in leaf) {
    const { fact, atLeast, above, atMost, below } = leaf.between;
    if (atLeast !== undefined && atLeast === atMost && above === undefined && below === undefined) {
      return { equals: { fact, value: canonicalValue(atLeast) } };
    }
    const ends = Object.entries({ atLeast, above, atMost, below }).filter(([, end]) => end !== undefined);
    return { between: { fact, ...Object.fromEntries(ends.map(([name, end]) => [name, canonicalValue(end ?? 0)])) } };
  }
  return "dateBetween" in leaf ? canonicalDates(leaf) : leaf;
}

function canonicalDates({ dateBetween: { fact, from, to } }: DateBetweenLeaf): Leaf {
  if (from !== undefined && from === to && !from.includes("T")) return { equals: { fact, value: from } };
  return {
    dateBetween: {
      fact,
      ...(from === undefined ? {} : { from: inUtc(from) }),
      ...(to === undefined ? {} : { to: inUtc(to) }),
    },
  };
}

const inUtc = (time: string): string => (time.includes("T") ? new Date(time).toISOString() : time);

/** -0 equals 0, and JSON writes both as 0. */
const canonicalValue = <Value>(value: Value): Value | 0 => (value === 0 ? 0 : value);

const sortedSet = (choices: readonly string[]): string[] => [...new Set(choices)].sort();
