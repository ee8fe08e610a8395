import type { FactType, FactValue } from "../../facts/core/fact";
import { epochDay } from "../../kernel/calendar-date";
import { distanceBetween } from "./decimal-distance";
import { evaluate, type Situation } from "./evaluate";
import type { BetweenLeaf, DateBetweenLeaf, Leaf, NotWithinLastLeaf, WithinLastLeaf } from "./rule";

/**
 * What would have to be otherwise, for one node of a rule.
 *
 * - `RAISE`, `LOWER`: the number, day or instant by `amount`; where `isExclusive` by more than that. What is days is
 *   later or earlier by so many of them, and an instant by milliseconds.
 * - `ONE_OF`: it would have to be, or a set to hold, one of `choices`; `NONE_OF`: none of them.
 * - `KNOWN`, `UNKNOWN`: there would have to be a value, or none.
 * - `JOIN`, `LEAVE`: the member would have to be in the audience, or not.
 * - `CONDITIONS`: of the `of` conditions below, `met` are as they should be and `amount` more would have to be.
 */
export type NearMiss =
  | {
      readonly kind: "RAISE" | "LOWER";
      readonly amount: number;
      readonly measure: "NUMBER" | "DAYS" | "MILLISECONDS";
      readonly isExclusive: boolean;
    }
  | { readonly kind: "ONE_OF" | "NONE_OF"; readonly choices: readonly string[] }
  | { readonly kind: "KNOWN" | "UNKNOWN" }
  | { readonly kind: "JOIN" | "LEAVE"; readonly audience: string }
  | { readonly kind: "CONDITIONS"; readonly met: number; readonly of: number; readonly amount: number };

export const nearMissKinds = [
  "RAISE",
  "LOWER",
  "ONE_OF",
  "NONE_OF",
  "KNOWN",
  "UNKNOWN",
  "JOIN",
  "LEAVE",
  "CONDITIONS",
] as const satisfies readonly NearMiss["kind"][];

export const measures = ["NUMBER", "DAYS", "MILLISECONDS"] as const;

/** What the distance is measured by; undefined for a fact that is not registered any more. */
export type TypeOfFact = (fact: string) => FactType | undefined;

type Distance = Extract<NearMiss, { kind: "RAISE" | "LOWER" }>;

/**
 * How far the leaf is from being so as it is wished; undefined where it is so already, and where nothing this side of
 * another rule helps (an interval with nothing in it).
 */
export function nearMissOfLeaf(
  leaf: Leaf,
  situation: Situation,
  wished: boolean,
  typeOf: TypeOfFact,
): NearMiss | undefined {
  if (evaluate(leaf, situation) === wished) return undefined;
  if ("audience" in leaf) return { kind: wished ? "JOIN" : "LEAVE", audience: leaf.audience.code };
  return wished ? missOf(leaf, situation, typeOf) : excessOf(leaf, situation);
}

type FactLeaf = Exclude<Leaf, { audience: unknown }>;

/** What a leaf that does not hold lacks. */
function missOf(leaf: FactLeaf, situation: Situation, typeOf: TypeOfFact): NearMiss | undefined {
  if ("oneOf" in leaf) return { kind: "ONE_OF", choices: leaf.oneOf.choices };
  if ("contains" in leaf) return { kind: "ONE_OF", choices: leaf.contains.choices };
  if ("equals" in leaf) return missOfEquals(leaf.equals, situation, typeOf);
  if ("between" in leaf) {
    const value = situation.valueOf(leaf.between.fact);
    return typeof value === "number" ? missOfBetween(leaf.between, value) : { kind: "KNOWN" };
  }
  if ("dateBetween" in leaf) {
    const value = situation.valueOf(leaf.dateBetween.fact);
    return typeof value === "string" ? missOfDates(leaf.dateBetween, value) : { kind: "KNOWN" };
  }
  if ("has" in leaf) return { kind: "KNOWN" };
  const daysAgo = daysAgoOf(leaf, situation);
  if (daysAgo === undefined) return { kind: "KNOWN" };
  if ("notWithinLast" in leaf) return days("LOWER", leaf.notWithinLast.days + 1 - daysAgo);
  return daysAgo < 0 ? days("LOWER", -daysAgo) : days("RAISE", daysAgo - leaf.withinLast.days);
}

/** What a leaf that holds has too much of. */
function excessOf(leaf: FactLeaf, situation: Situation): NearMiss | undefined {
  if ("has" in leaf) return { kind: "UNKNOWN" };
  if ("equals" in leaf) return { kind: "NONE_OF", choices: [String(leaf.equals.value)] };
  if ("oneOf" in leaf) return { kind: "NONE_OF", choices: leaf.oneOf.choices };
  if ("contains" in leaf) {
    const held = situation.valueOf(leaf.contains.fact) as readonly string[];
    return { kind: "NONE_OF", choices: leaf.contains.choices.filter((choice) => held.includes(choice)) };
  }
  if ("between" in leaf) return excessOfBetween(leaf.between, situation.valueOf(leaf.between.fact) as number);
  if ("dateBetween" in leaf) {
    return excessOfDates(leaf.dateBetween, situation.valueOf(leaf.dateBetween.fact) as string);
  }
  const daysAgo = daysAgoOf(leaf, situation) ?? 0;
  if ("notWithinLast" in leaf) return days("RAISE", daysAgo - leaf.notWithinLast.days);
  // A day to come would do as well, but what happens by itself is that it becomes longer ago.
  return days("LOWER", leaf.withinLast.days + 1 - daysAgo);
}

function missOfEquals(
  { fact, value: wanted }: { readonly fact: string; readonly value: FactValue },
  situation: Situation,
  typeOf: TypeOfFact,
): NearMiss {
  const value = situation.valueOf(fact);
  if (typeof wanted === "number") {
    if (typeof value !== "number") return { kind: "KNOWN" };
    return number(value < wanted ? "RAISE" : "LOWER", distanceBetween(value, wanted), false);
  }
  if (typeOf(fact) !== "DATE" || typeof wanted !== "string") return { kind: "ONE_OF", choices: [String(wanted)] };
  if (typeof value !== "string") return { kind: "KNOWN" };
  const ahead = epochDay(wanted) - epochDay(value);
  return days(ahead > 0 ? "RAISE" : "LOWER", Math.abs(ahead));
}

/** The ends that count, with whether they lie outside themselves. */
function endsOf({ atLeast, above, atMost, below }: BetweenLeaf["between"]) {
  const lower = Math.max(atLeast ?? -Infinity, above ?? -Infinity);
  const upper = Math.min(atMost ?? Infinity, below ?? Infinity);
  return { lower, upper, isLowerOutside: above === lower, isUpperOutside: below === upper };
}

function missOfBetween(between: BetweenLeaf["between"], value: number): NearMiss | undefined {
  const { lower, upper, isLowerOutside, isUpperOutside } = endsOf(between);
  if (lower > upper || (lower === upper && (isLowerOutside || isUpperOutside))) return undefined;
  return value < upper && value <= lower
    ? number("RAISE", distanceBetween(value, lower), isLowerOutside)
    : number("LOWER", distanceBetween(value, upper), isUpperOutside);
}

/** The nearer way out. */
function excessOfBetween(between: BetweenLeaf["between"], value: number): NearMiss | undefined {
  const { lower, upper, isLowerOutside, isUpperOutside } = endsOf(between);
  if (lower === -Infinity && upper === Infinity) return { kind: "UNKNOWN" };
  return value - lower < upper - value
    ? number("LOWER", distanceBetween(value, lower), !isLowerOutside)
    : number("RAISE", distanceBetween(value, upper), !isUpperOutside);
}

/** Days have both ends within; of instants, which are whole milliseconds here, the later end lies outside. */
function datesOf({ from, to }: DateBetweenLeaf["dateBetween"], value: string) {
  const isDay = !value.includes("T");
  const read = isDay ? epochDay : Date.parse;
  return {
    at: read(value),
    first: from === undefined ? -Infinity : read(from),
    last: to === undefined ? Infinity : read(to) - (isDay ? 0 : 1),
    measure: isDay ? ("DAYS" as const) : ("MILLISECONDS" as const),
  };
}

function missOfDates(dates: DateBetweenLeaf["dateBetween"], value: string): NearMiss | undefined {
  const { at, first, last, measure } = datesOf(dates, value);
  if (first > last) return undefined;
  return at < first
    ? { kind: "RAISE", amount: first - at, measure, isExclusive: false }
    : { kind: "LOWER", amount: at - last, measure, isExclusive: false };
}

function excessOfDates(dates: DateBetweenLeaf["dateBetween"], value: string): NearMiss {
  const { at, first, last, measure } = datesOf(dates, value);
  if (first === -Infinity && last === Infinity) return { kind: "UNKNOWN" };
  const [down, up] = [at - first + 1, last - at + 1];
  return down < up
    ? { kind: "LOWER", amount: down, measure, isExclusive: false }
    : { kind: "RAISE", amount: up, measure, isExclusive: false };
}

function daysAgoOf(leaf: WithinLastLeaf | NotWithinLastLeaf, situation: Situation): number | undefined {
  const value = situation.valueOf(("withinLast" in leaf ? leaf.withinLast : leaf.notWithinLast).fact);
  return typeof value === "string" ? epochDay(situation.today) - epochDay(value) : undefined;
}

function days(kind: Distance["kind"], amount: number): Distance {
  return { kind, amount, measure: "DAYS", isExclusive: false };
}

function number(kind: Distance["kind"], amount: number, isExclusive: boolean): Distance {
  return { kind, amount, measure: "NUMBER", isExclusive };
}
