import type { Rule } from "../rule";
import { always, ConditionReader, type Condition, type RangeTest } from "./condition";
import { coverOf, guardRest, partsOf, restBehind, withoutDoubles, type Cover, type KnownFacts } from "./cover";
import { NumberLine } from "./number-line";
import { compileProgram } from "./program";
import type { Place, PlannedRule } from "./rule-records";
import type { RuleStatistics } from "./statistics";
import { everybody, type RuleVocabulary } from "./vocabulary";

/** A rule as it is put into the index. */
export interface IndexedRule {
  /** A small whole number: numbers up to the highest take four bytes each, whether they are used or not. */
  readonly id: number;
  /** Null holds of everybody. Saved audiences are keys, or were written out before. */
  readonly rule: Rule | null;
  /** Valid from the one to the other, that excluded, in milliseconds since 1970; null is open. */
  readonly from: number | null;
  readonly to: number | null;
}

/** Rules of any choice, and of none, stand here. */
export const undivided = 0;

/** With more places a rule of several scenes stands undivided. */
const mostPlaces = 64;

/**
 * How a rule comes into the index. Its conditions are taken apart into:
 *
 * 1. the division, where it names scenes: only members in that moment come by;
 * 2. the cover: the lists by which it is found there;
 * 3. two guards, keys that are looked at in the posting itself;
 * 4. the program for what is left.
 */
export class RulePlanner {
  readonly #vocabulary: RuleVocabulary;
  readonly #statistics: RuleStatistics;
  readonly #reader: ConditionReader;
  readonly #divisionFact: string;
  readonly #divisions = new Map<number, number>();
  readonly #known: KnownFacts;
  /** By slot. Never made anew, since postings stand at their nodes. */
  readonly #lines: NumberLine[] = [];

  constructor(vocabulary: RuleVocabulary, statistics: RuleStatistics, divisionFact: string) {
    this.#vocabulary = vocabulary;
    this.#statistics = statistics;
    this.#reader = new ConditionReader(vocabulary, statistics);
    this.#divisionFact = divisionFact;
    this.#known = {
      knownKey: (fact) => vocabulary.knownKey(fact),
      shareKnown: (fact) => statistics.shareKnown(fact),
    };
  }

  plan({ id, rule, from, to }: IndexedRule): PlannedRule {
    const condition = rule ? this.#reader.read(rule) : always;
    const { divisions, parts, cover } = this.#stand(partsOf(condition));
    const lists = cover?.lists ?? [everybody];
    const { guards, rest } = guardRest(restBehind(cover, parts), this.#known);
    const places = divisions.flatMap((division) => lists.map((list): Place => ({ division, list })));
    const program = places.length === 0 ? undefined : compileProgram(rest);
    return { id, from: from ?? -Infinity, to: to ?? Infinity, places, guards, program };
  }

  /** The number of the division of a key of the division's fact; undefined where no rule names it. */
  divisionOf(key: number): number | undefined {
    return this.#divisions.get(key);
  }

  /** Only of slots with ranges that rules are found by. */
  lineOf(slot: number): NumberLine | undefined {
    return this.#lines[slot];
  }

  #stand(parts: readonly Condition[]): { divisions: number[]; parts: readonly Condition[]; cover: Cover | undefined } {
    const dividing = parts.find((part) => part.kind === "KEYS" && part.holds && part.fact === this.#divisionFact);
    if (dividing?.kind === "KEYS") {
      const left = parts.filter((part) => part !== dividing);
      const cover = this.#cover(left);
      if (dividing.keys.length * (cover?.lists.length ?? 1) <= mostPlaces) {
        return { divisions: withoutDoubles(dividing.keys).map((key) => this.#division(key)), parts: left, cover };
      }
    }
    return { divisions: [undivided], parts, cover: this.#cover(parts) };
  }

  #cover(parts: readonly Condition[]): Cover | undefined {
    return coverOf({ kind: "ALL", parts }, (range) => this.#nodesOf(range));
  }

  #division(key: number): number {
    let division = this.#divisions.get(key);
    if (division === undefined) this.#divisions.set(key, (division = this.#divisions.size + 1));
    return division;
  }

  #nodesOf({ slot, fact, isSince, low, high }: RangeTest): readonly number[] {
    const line = (this.#lines[slot] ??= new NumberLine(
      isSince ? this.#statistics.cutsSince(fact) : this.#statistics.cuts(fact, this.#vocabulary.typeOf(fact)),
    ));
    return line.nodesOf(low, high);
  }
}
