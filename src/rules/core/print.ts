import type { BetweenLeaf, DateBetweenLeaf, Leaf, Rule } from "./rule";
import { isLeaf } from "./rule-nodes";
import { dayShape, instantShape, ruleWords } from "./tokens";

/**
 * The rule as text: `tier in ["gold", "platinum"] and monthly_spend >= 3000 and not blacklisted`. `parse` reads it back
 * to the same tree, so that nesting shows in brackets, also where precedence would do, and a single child as `all(…)`.
 */
export function print(rule: Rule): string {
  if ("all" in rule) return printParts(rule.all, "all", " and ");
  if ("any" in rule) return printParts(rule.any, "any", " or ");
  if ("not" in rule) return `not ${isOneWord(rule.not) ? print(rule.not) : `(${print(rule.not)})`}`;
  return printLeaf(rule);
}

function printParts(parts: readonly Rule[], operator: "all" | "any", joint: string): string {
  // One part, or none, stands between no joints.
  if (parts.length < 2) return `${operator}(${parts.map(print).join("")})`;
  return parts.map((part) => (isJoined(part) ? `(${print(part)})` : print(part))).join(joint);
}

/** Printed with `and` or `or` between its parts. */
function isJoined(rule: Rule): boolean {
  return ("all" in rule && rule.all.length > 1) || ("any" in rule && rule.any.length > 1);
}

/** Where nobody could take `not` for a part of the condition: `not car_owner`, `not has tier`. */
function isOneWord(rule: Rule): boolean {
  if (!isLeaf(rule)) return !isJoined(rule);
  return "has" in rule || "audience" in rule || ("equals" in rule && rule.equals.value === true);
}

function printLeaf(leaf: Leaf): string {
  if ("has" in leaf) return `has ${printName(leaf.has.fact)}`;
  if ("audience" in leaf) return `in audience ${JSON.stringify(leaf.audience.code)}`;
  if ("equals" in leaf) {
    const { fact, value } = leaf.equals;
    return value === true ? printName(fact) : `${printName(fact)} = ${printValue(value)}`;
  }
  if ("oneOf" in leaf) return `${printName(leaf.oneOf.fact)} in ${printList(leaf.oneOf.choices)}`;
  if ("contains" in leaf) {
    const { fact, choices } = leaf.contains;
    return `${printName(fact)} contains ${choices.length === 1 ? printList(choices).slice(1, -1) : `any ${printList(choices)}`}`;
  }
  if ("between" in leaf) return printBetween(leaf);
  if ("dateBetween" in leaf) return printDateBetween(leaf);
  const [asked, words] = "withinLast" in leaf ? [leaf.withinLast, "within"] : [leaf.notWithinLast, "not within"];
  return `${printName(asked.fact)} ${words} last ${printNumber(asked.days)} ${asked.days === 1 ? "day" : "days"}`;
}

function printBetween({ between: { fact, atLeast, above, atMost, below } }: BetweenLeaf): string {
  const name = printName(fact);
  if (atLeast !== undefined && atMost !== undefined) {
    return `${name} between ${printNumber(atLeast)} and ${printNumber(atMost)}`;
  }
  const lower = atLeast ?? above;
  const upper = atMost ?? below;
  const [over, under] = [atLeast === undefined ? "" : "=", atMost === undefined ? "" : "="];
  if (lower === undefined) return upper === undefined ? `${name} between` : `${name} <${under} ${printNumber(upper)}`;
  if (upper === undefined) return `${name} >${over} ${printNumber(lower)}`;
  return `${printNumber(lower)} <${over} ${name} <${under} ${printNumber(upper)}`;
}

/** Days include their end and read as numbers do; instants exclude it, which `until` says. */
function printDateBetween({ dateBetween: { fact, from, to } }: DateBetweenLeaf): string {
  const name = printName(fact);
  const areDays = [from, to].every((end) => end === undefined || dayShape.test(end));
  if (from === undefined)
    return to === undefined ? `${name} from` : `${name} ${areDays ? "<=" : "until"} ${printTime(to)}`;
  if (to === undefined) return `${name} ${areDays ? ">=" : "from"} ${printTime(from)}`;
  return areDays ? `${name} between ${from} and ${to}` : `${name} from ${printTime(from)} until ${printTime(to)}`;
}

const bareName = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/;

export function printName(name: string): string {
  if (bareName.test(name) && !ruleWords.has(name)) return name;
  return `\`${JSON.stringify(name).slice(1, -1).replaceAll("`", "\\u0060")}\``;
}

function printValue(value: boolean | number | string): string {
  if (typeof value === "number") return printNumber(value);
  return typeof value === "string" ? printTime(value) : String(value);
}

/** Days and instants stand without quotes; another text is quoted. Both read back as the same value. */
function printTime(text: string): string {
  return dayShape.test(text) || instantShape.test(text) ? text : JSON.stringify(text);
}

function printNumber(number: number): string {
  return Object.is(number, -0) ? "-0" : String(number);
}

function printList(choices: readonly string[]): string {
  return `[${choices.map((choice) => JSON.stringify(choice)).join(", ")}]`;
}
