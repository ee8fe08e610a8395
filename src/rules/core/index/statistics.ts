import type { FactType, FactValue } from "../../../facts/core/fact";
import { epochDay } from "../../../kernel/calendar-date";

/**
 * What the index expects of a member and a moment: shares from 0 to 1. Answers never depend on them, only time does:
 * a rule is found by that of its conditions which the fewest are expected to meet.
 */
export interface RuleStatistics {
  shareKnown(fact: string): number;
  shareOfChoice(fact: string, choice: string): number;
  shareInAudience(audience: string): number;
  /** Known and from low to high, both included; days are those since 1970-01-01, instants milliseconds. */
  shareBetween(fact: string, low: number, high: number): number;
  /** The same of the days from the DATE to today. */
  shareSince(fact: string, low: number, high: number): number;
  /** Numbers, ascending, between which about as many members lie each; empty where nothing is known. */
  cuts(fact: string, type: FactType | undefined): readonly number[];
  cutsSince(fact: string): readonly number[];
}

/** How many parts a number line is cut into, so that at most one cut less is asked for. A power of two. */
export const partsOfNumberLine = 32;

/** Rough, and good enough to begin with: 1, 2, 5, 10 … for amounts, ages, days and counts; three years each for days. */
const amountCuts = [0, 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8].flatMap((unit) => [unit, 2 * unit, 5 * unit]).slice(2);
const dayCuts = Array.from({ length: partsOfNumberLine - 1 }, (_, place) => epochDay(`${1950 + 3 * place}-01-01`));

/** What is expected where nobody was counted. */
export const assumedStatistics: RuleStatistics = {
  shareKnown: (fact) => (fact.startsWith("context.") || fact.startsWith("history.") ? 1 : 0.3),
  shareOfChoice: () => 0.05,
  shareInAudience: () => 0.05,
  shareBetween: () => 0.2,
  shareSince: () => 0.2,
  cuts: (_, type) => (type === "DATE" ? dayCuts : type === "NUMBER" ? amountCuts : []),
  cutsSince: () => amountCuts,
};

interface CountedFact {
  known: number;
  readonly choices: Map<string, number>;
  readonly numbers: number[];
}

/**
 * Counts a sample of members, or of members in moments; some thousands are enough. What was counted is asked for once
 * all are counted. A fact that nobody of the sample has is taken as rare; one of the moment (`context.…`) that nobody
 * gave, as `assumedStatistics` has it, since a sample of members says nothing about it.
 */
export class SampledStatistics implements RuleStatistics {
  readonly #facts = new Map<string, CountedFact>();
  readonly #audiences = new Map<string, number>();
  readonly #sorted = new Map<string, Float64Array>();
  readonly #today: number;
  #members = 0;

  /** `today` (yyyy-mm-dd) is the day that days since a DATE are counted to. */
  constructor(today: string) {
    this.#today = epochDay(today);
  }

  /** One member: what is known, a number in the type's own measure or as texts of days, and the audiences. */
  count(facts: Iterable<readonly [fact: string, value: FactValue]>, audiences: Iterable<string> = []): void {
    this.#members += 1;
    for (const [name, value] of facts) {
      const fact = this.#factOf(name);
      fact.known += 1;
      if (typeof value === "number") fact.numbers.push(value);
      else if (typeof value === "object") value.forEach((choice) => increment(fact.choices, choice));
      else {
        const time = typeof value === "string" ? numberOfTime(value) : undefined;
        if (time === undefined) increment(fact.choices, String(value));
        else fact.numbers.push(time);
      }
    }
    for (const audience of audiences) increment(this.#audiences, audience);
  }

  shareKnown(fact: string): number {
    const counted = this.#facts.get(fact);
    return counted
      ? this.#share(counted.known)
      : this.#isUncounted(fact)
        ? assumedStatistics.shareKnown(fact)
        : this.#rare;
  }

  shareOfChoice(fact: string, choice: string): number {
    const counted = this.#facts.get(fact);
    if (!counted && this.#isUncounted(fact)) return assumedStatistics.shareOfChoice(fact, choice);
    return this.#share(counted?.choices.get(choice) ?? 0);
  }

  shareInAudience(audience: string): number {
    const counted = this.#audiences.get(audience);
    return counted === undefined ? assumedStatistics.shareInAudience(audience) : this.#share(counted);
  }

  shareBetween(fact: string, low: number, high: number): number {
    const numbers = this.#numbersOf(fact);
    if (numbers.length === 0) {
      return this.#isUncounted(fact) ? assumedStatistics.shareBetween(fact, low, high) : this.#rare;
    }
    return this.#share(placeOf(numbers, high, true) - placeOf(numbers, low, false));
  }

  shareSince(fact: string, low: number, high: number): number {
    return this.shareBetween(fact, this.#today - high, this.#today - low);
  }

  cuts(fact: string, type: FactType | undefined): readonly number[] {
    const numbers = this.#numbersOf(fact);
    if (numbers.length === 0) return assumedStatistics.cuts(fact, type);
    const cuts = new Set<number>();
    for (let part = 1; part < partsOfNumberLine; part += 1) {
      cuts.add(numbers[Math.floor((part * numbers.length) / partsOfNumberLine)]!);
    }
    return [...cuts];
  }

  cutsSince(fact: string): readonly number[] {
    if (this.#numbersOf(fact).length === 0) return assumedStatistics.cutsSince(fact);
    return this.cuts(fact, "DATE")
      .map((day) => this.#today - day)
      .reverse();
  }

  get #rare(): number {
    return this.#share(0);
  }

  /** Half a member more: what nobody of the sample has, somebody may still have. */
  #share(count: number): number {
    return Math.min(1, (count + 0.5) / (this.#members + 1));
  }

  #isUncounted(fact: string): boolean {
    return this.#members === 0 || fact.startsWith("context.");
  }

  #factOf(name: string): CountedFact {
    let fact = this.#facts.get(name);
    if (!fact) this.#facts.set(name, (fact = { known: 0, choices: new Map(), numbers: [] }));
    return fact;
  }

  #numbersOf(fact: string): Float64Array {
    let numbers = this.#sorted.get(fact);
    if (!numbers) this.#sorted.set(fact, (numbers = Float64Array.from(this.#facts.get(fact)?.numbers ?? []).sort()));
    return numbers;
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** A day's or an instant's number; undefined of a choice that is neither. */
function numberOfTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const number = text.includes("T") ? Date.parse(text) : epochDay(text);
  return Number.isNaN(number) ? undefined : number;
}

/** How many of the ascending numbers are below the limit, or at most it. */
function placeOf(numbers: Float64Array, limit: number, including: boolean): number {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const number = numbers[middle]!;
    if (number < limit || (including && number === limit)) from = middle + 1;
    else to = middle;
  }
  return from;
}
