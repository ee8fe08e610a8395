import type { FactValue } from "../../facts/core/fact";
import { epochDay } from "../../kernel/calendar-date";
import type { DateBetweenLeaf, Rule } from "./rule";

/** One member in one moment, as a rule asks about them. */
export interface Situation {
  /** Undefined where absent. DATE as yyyy-mm-dd, INSTANT as ISO 8601 in UTC. */
  valueOf(fact: string): FactValue | undefined;
  /** yyyy-mm-dd, the day of the moment in the alliance's zone; what `withinLast` counts from. */
  readonly today: string;
  /** Whether the member is in the published audience of this code. */
  isInAudience(code: string): boolean;
}

/**
 * Whether the rule holds: the reference that the index, the explanation and the audiences are tested against. A value of
 * another type than the operator asks for counts as absent, and whatever asks about something absent is false.
 */
export function evaluate(rule: Rule, situation: Situation): boolean {
  if ("all" in rule) return rule.all.every((each) => evaluate(each, situation));
  if ("any" in rule) return rule.any.some((each) => evaluate(each, situation));
  if ("not" in rule) return !evaluate(rule.not, situation);
  if ("audience" in rule) return situation.isInAudience(rule.audience.code);
  if ("has" in rule) return situation.valueOf(rule.has.fact) !== undefined;
  if ("equals" in rule) return situation.valueOf(rule.equals.fact) === rule.equals.value;
  if ("oneOf" in rule) {
    const value = situation.valueOf(rule.oneOf.fact);
    return typeof value === "string" && rule.oneOf.choices.includes(value);
  }
  if ("contains" in rule) {
    const value = situation.valueOf(rule.contains.fact);
    return Array.isArray(value) && rule.contains.choices.some((choice) => value.includes(choice));
  }
  if ("between" in rule) {
    const { fact, atLeast = -Infinity, above = -Infinity, atMost = Infinity, below = Infinity } = rule.between;
    const value = situation.valueOf(fact);
    return typeof value === "number" && value >= atLeast && value > above && value <= atMost && value < below;
  }
  if ("dateBetween" in rule) return isDateBetween(situation.valueOf(rule.dateBetween.fact), rule.dateBetween);
  const { fact, days } = "withinLast" in rule ? rule.withinLast : rule.notWithinLast;
  const value = situation.valueOf(fact);
  if (typeof value !== "string") return false;
  const daysAgo = epochDay(situation.today) - epochDay(value);
  return "withinLast" in rule ? daysAgo >= 0 && daysAgo <= days : daysAgo > days;
}

function isDateBetween(value: FactValue | undefined, { from, to }: DateBetweenLeaf["dateBetween"]): boolean {
  if (typeof value !== "string") return false;
  const isDay = !value.includes("T");
  // Days compare as texts, both ends included; instants may be written with other offsets, and the end is excluded.
  if (isDay) return (from === undefined || value >= from) && (to === undefined || value <= to);
  const instant = Date.parse(value);
  return (from === undefined || instant >= Date.parse(from)) && (to === undefined || instant < Date.parse(to));
}
