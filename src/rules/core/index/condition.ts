import type { FactType } from "../../../facts/core/fact";
import { epochDay } from "../../../kernel/calendar-date";
import type { BetweenLeaf, DateBetweenLeaf, Leaf, Rule } from "../rule";
import type { RuleStatistics } from "./statistics";
import type { RuleVocabulary } from "./vocabulary";

/**
 * A rule in numbers: nothing is negated but tests, every `not` being moved down to them. That is exact, since rules have
 * two values; a negated test is not turned into another one, so `not (x >= 3000)` still holds where x is absent.
 */
export type Condition = Group | Test;
export type Test = KeyTest | RangeTest;

/** Groups hold no group of their own kind and, but for the two below, at least two parts. */
export interface Group {
  readonly kind: "ALL" | "ANY";
  readonly parts: readonly Condition[];
}

/** At least one of these keys is true; or none of them, where it does not hold. */
export interface KeyTest {
  readonly kind: "KEYS";
  readonly keys: readonly number[];
  readonly holds: boolean;
  /** How many are expected to have one of the keys, from 0 to 1, however the test is meant. */
  readonly share: number;
  /** The fact that is known of whoever has one of the keys; undefined where the only key says just that. */
  readonly fact: string | undefined;
}

/** The slot has a number from low to high, both included; or it has not, or none at all, where it does not hold. */
export interface RangeTest {
  readonly kind: "RANGE";
  readonly slot: number;
  readonly low: number;
  readonly high: number;
  readonly holds: boolean;
  readonly share: number;
  readonly fact: string;
  readonly isSince: boolean;
}

export const always: Condition = { kind: "ALL", parts: [] };
export const never: Condition = { kind: "ANY", parts: [] };

export class ConditionReader {
  readonly #vocabulary: RuleVocabulary;
  readonly #statistics: RuleStatistics;

  constructor(vocabulary: RuleVocabulary, statistics: RuleStatistics) {
    this.#vocabulary = vocabulary;
    this.#statistics = statistics;
  }

  /** The rule, or its contrary. Gives numbers to what the rule asks for. */
  read(rule: Rule, holds = true): Condition {
    if ("all" in rule)
      return group(
        holds ? "ALL" : "ANY",
        rule.all.map((part) => this.read(part, holds)),
      );
    if ("any" in rule)
      return group(
        holds ? "ANY" : "ALL",
        rule.any.map((part) => this.read(part, holds)),
      );
    if ("not" in rule) return this.read(rule.not, !holds);
    const test = this.#test(rule);
    // What can never be true is constant, and so is its contrary.
    if (test === undefined) return holds ? never : always;
    return holds ? test : { ...test, holds };
  }

  /**
   * Undefined where the leaf is false of everybody: what it asks is not registered, or has another type than it compares
   * with, which counts as absent.
   */
  #test(leaf: Leaf): Test | undefined {
    if ("audience" in leaf) {
      const { code } = leaf.audience;
      return keyTest([this.#vocabulary.audienceKey(code)], [this.#statistics.shareInAudience(code)]);
    }
    if ("has" in leaf) {
      const { fact } = leaf.has;
      if (this.#vocabulary.typeOf(fact) === undefined) return undefined;
      return keyTest([this.#vocabulary.knownKey(fact)], [this.#statistics.shareKnown(fact)]);
    }
    if ("oneOf" in leaf) return this.#choiceTest("ENUM", leaf.oneOf.fact, leaf.oneOf.choices);
    if ("contains" in leaf) return this.#choiceTest("SET", leaf.contains.fact, leaf.contains.choices);
    if ("equals" in leaf) return this.#equalsTest(leaf.equals.fact, leaf.equals.value);
    if ("between" in leaf) return this.#rangeTest("NUMBER", leaf.between.fact, ...endsOf(leaf.between));
    if ("dateBetween" in leaf) return this.#dateTest(leaf.dateBetween);
    if ("withinLast" in leaf) return this.#rangeTest("DATE", leaf.withinLast.fact, 0, leaf.withinLast.days, true);
    const { fact, days } = leaf.notWithinLast;
    return this.#rangeTest("DATE", fact, nextUp(days), Infinity, true);
  }

  #choiceTest(type: FactType, fact: string, choices: readonly string[]): Test | undefined {
    if (this.#vocabulary.typeOf(fact) !== type || choices.length === 0) return undefined;
    const keys = choices.map((choice) => this.#vocabulary.choiceKey(fact, choice));
    return keyTest(
      keys,
      choices.map((choice) => this.#statistics.shareOfChoice(fact, choice)),
      fact,
    );
  }

  #equalsTest(fact: string, value: boolean | number | string): Test | undefined {
    if (typeof value === "number") return this.#rangeTest("NUMBER", fact, value, value);
    if (typeof value === "boolean") return this.#choiceTest("BOOLEAN", fact, [String(value)]);
    if (this.#vocabulary.typeOf(fact) !== "DATE") return this.#choiceTest("ENUM", fact, [value]);
    return this.#rangeTest("DATE", fact, epochDay(value), epochDay(value));
  }

  #dateTest({ fact, from, to }: DateBetweenLeaf["dateBetween"]): Test | undefined {
    if (this.#vocabulary.typeOf(fact) === "DATE") {
      const low = from === undefined ? -Infinity : epochDay(from);
      return this.#rangeTest("DATE", fact, low, to === undefined ? Infinity : epochDay(to));
    }
    const low = from === undefined ? -Infinity : Date.parse(from);
    return this.#rangeTest("INSTANT", fact, low, to === undefined ? Infinity : nextDown(Date.parse(to)));
  }

  #rangeTest(type: FactType, fact: string, low: number, high: number, isSince = false): Test | undefined {
    // Also where an end is NaN, the number of a text that is no day.
    if (this.#vocabulary.typeOf(fact) !== type || !(low <= high)) return undefined;
    const slot = isSince ? this.#vocabulary.sinceSlot(fact) : this.#vocabulary.slot(fact);
    const share = isSince
      ? this.#statistics.shareSince(fact, low, high)
      : this.#statistics.shareBetween(fact, low, high);
    return { kind: "RANGE", slot, low, high, holds: true, share, fact, isSince };
  }
}

/** The expected share of those of whom the condition holds, as if its parts had nothing to do with one another. */
export function shareOf(condition: Condition): number {
  if (isTest(condition)) return condition.holds ? condition.share : 1 - condition.share;
  const shares = condition.parts.map(shareOf);
  if (condition.kind === "ALL") return shares.reduce((product, share) => product * share, 1);
  return 1 - shares.reduce((product, share) => product * (1 - share), 1);
}

export function isTest(condition: Condition): condition is Test {
  return condition.kind === "KEYS" || condition.kind === "RANGE";
}

function group(kind: Group["kind"], parts: readonly Condition[]): Condition {
  const [neutral, decisive] = kind === "ALL" ? [always, never] : [never, always];
  if (parts.includes(decisive)) return decisive;
  const isFlat = parts.every((part) => part.kind !== kind);
  const flat = isFlat ? parts : parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  if (flat.length === 0) return neutral;
  return flat.length === 1 ? flat[0]! : { kind, parts: flat };
}

function keyTest(keys: readonly number[], shares: readonly number[], fact?: string): KeyTest {
  const share = Math.min(
    1,
    shares.reduce((sum, each) => sum + each, 0),
  );
  return { kind: "KEYS", keys, holds: true, share, fact };
}

/** Both ends included: what lies above a number begins with the next one that there is. */
export function endsOf({ atLeast, above, atMost, below }: BetweenLeaf["between"]): [low: number, high: number] {
  const low = Math.max(atLeast ?? -Infinity, above === undefined ? -Infinity : nextUp(above));
  return [low, Math.min(atMost ?? Infinity, below === undefined ? Infinity : nextDown(below))];
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** The smallest double above a finite one. */
export function nextUp(number: number): number {
  if (number === 0) return Number.MIN_VALUE;
  double[0] = number;
  bits[0]! += number > 0 ? 1n : -1n;
  return double[0];
}

export function nextDown(number: number): number {
  return -nextUp(-number);
}
