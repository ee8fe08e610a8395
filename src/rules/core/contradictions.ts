import { epochDay } from "../../kernel/calendar-date";
import { endsOf } from "./index/condition";
import type { DateBetweenLeaf, Leaf, Rule } from "./rule";
import { factOf, isLeaf, nodesOf } from "./rule-nodes";

export interface Contradiction {
  /** Of the `all` whose parts cannot hold together. */
  readonly path: readonly string[];
  readonly fact: string;
}

/**
 * The `all`s of which nothing can ever be: a value that would have to be two choices at once, lie in two ranges that have
 * nothing in common, or be known and not. Each fact is told once for an `all`. What is looked at are the conditions that
 * stand in it side by side, and those in an `all` within it; it is no proof that the others can hold.
 */
export function contradictionsOf(rule: Rule): Contradiction[] {
  return nodesOf(rule).flatMap(({ rule: node, path }) => {
    // One that stands in another is looked at with it.
    if (!("all" in node) || path.at(-2) === "all") return [];
    const values = new Map<string, PossibleValues>();
    for (const part of partsOf(node.all)) {
      const leaf = "not" in part ? part.not : part;
      const fact = isLeaf(leaf) ? factOf(leaf) : undefined;
      if (fact === undefined) continue;
      const possible = values.get(fact) ?? new PossibleValues();
      values.set(fact, possible);
      if ("not" in part) possible.exclude(leaf as Leaf);
      else possible.restrict(leaf as Leaf);
    }
    return [...values].flatMap(([fact, possible]) => (possible.areNone ? [{ path, fact }] : []));
  });
}

function partsOf(parts: readonly Rule[]): readonly Rule[] {
  return parts.flatMap((part) => ("all" in part ? partsOf(part.all) : [part]));
}

/** What is left for one fact's value as conditions come that must all hold. */
class PossibleValues {
  #choices: ReadonlySet<string> | undefined;
  readonly #excluded = new Set<string>();
  #low = -Infinity;
  #high = Infinity;
  /** Days since the value, which move with the moment and so are a range of their own. */
  #fewestDays = -Infinity;
  #mostDays = Infinity;
  #isAsked = false;
  #mustBeAbsent = false;

  get areNone(): boolean {
    if (this.#isAsked && this.#mustBeAbsent) return true;
    if (this.#low > this.#high || this.#fewestDays > this.#mostDays) return true;
    return this.#choices !== undefined && [...this.#choices].every((choice) => this.#excluded.has(choice));
  }

  restrict(leaf: Leaf): void {
    this.#isAsked = true;
    if ("oneOf" in leaf) this.#choose(leaf.oneOf.choices);
    else if ("equals" in leaf) this.#equal(leaf.equals.value);
    else if ("between" in leaf) this.#range(...endsOf(leaf.between));
    else if ("dateBetween" in leaf) this.#range(...timesOf(leaf.dateBetween));
    else if ("withinLast" in leaf) this.#days(0, leaf.withinLast.days);
    else if ("notWithinLast" in leaf) this.#days(leaf.notWithinLast.days + 1, Infinity);
  }

  /** Of what is not so only that a value is none of some choices, or that there is none: the rest also holds without one. */
  exclude(leaf: Leaf): void {
    if ("has" in leaf) this.#mustBeAbsent = true;
    if ("oneOf" in leaf) for (const choice of leaf.oneOf.choices) this.#excluded.add(choice);
    if ("equals" in leaf) this.#excluded.add(String(leaf.equals.value));
  }

  #equal(value: boolean | number | string): void {
    this.#choose([String(value)]);
    if (typeof value === "number") this.#range(value, value);
    else if (typeof value === "string") this.#range(...dayOrAnything(value));
  }

  #choose(choices: readonly string[]): void {
    const before = this.#choices;
    this.#choices = new Set(before ? choices.filter((choice) => before.has(choice)) : choices);
  }

  #range(low: number, high: number): void {
    this.#low = Math.max(this.#low, low);
    this.#high = Math.min(this.#high, high);
  }

  #days(fewest: number, most: number): void {
    this.#fewestDays = Math.max(this.#fewestDays, fewest);
    this.#mostDays = Math.min(this.#mostDays, most);
  }
}

/** Days among themselves, and instants among themselves: a fact is of one type. */
function timesOf({ from, to }: DateBetweenLeaf["dateBetween"]): [number, number] {
  const isInstant = (from ?? to ?? "").includes("T");
  if (!isInstant) return [from === undefined ? -Infinity : epochDay(from), to === undefined ? Infinity : epochDay(to)];
  return [from === undefined ? -Infinity : Date.parse(from), to === undefined ? Infinity : Date.parse(to) - 1];
}

/** An ENUM's choice that looks like a day is one of choices all the same, and in no range. */
function dayOrAnything(text: string): [number, number] {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? epochDay(text) : NaN;
  return Number.isNaN(day) ? [-Infinity, Infinity] : [day, day];
}
