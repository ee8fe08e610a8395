import { expandAudiences, type AudienceRules } from "./expand-audiences";
import { RuleIndex } from "./index/rule-index";
import type { RuleStatistics } from "./index/statistics";
import { RuleVocabulary, type LocalSituation } from "./index/vocabulary";
import type { TypeOfFact } from "./near-miss";
import type { Leaf, Rule } from "./rule";

/** One side of a comparison: whom a thing is for, and when. */
export interface ComparedRule {
  /** Null: everybody. */
  readonly rule: Rule | null;
  /** What a member must meet besides, whatever the rule says, such as a consent; absent: nothing. */
  readonly besides?: Leaf;
  /** The half-open window in milliseconds since 1970; null: no beginning, no end. */
  readonly from: number | null;
  readonly to: number | null;
}

/** A thing as it is and as it would be; null: nobody has it. */
export interface Comparison {
  readonly before: ComparedRule | null;
  readonly after: ComparedRule | null;
}

/** Of the members that were counted. */
export interface ComparedCounts {
  readonly before: number;
  readonly after: number;
  /** Has it after, but not before. */
  readonly gained: number;
  /** Has it before, but not after. */
  readonly lost: number;
}

export interface SimulationOptions {
  readonly typeOf: TypeOfFact;
  readonly audiences: AudienceRules;
  /** Where the clock stands, in milliseconds since 1970: the windows count as of then. */
  readonly now: number;
  readonly statistics?: RuleStatistics;
}

/**
 * Counts over a stream of members who gains and who loses what by a change of rules. Both sides of every thing stand in
 * one index, so that a member is matched once however many things are compared; it is an index of its own with a
 * vocabulary of its own, since in the published one the names of drafts would stay for good.
 */
export class RuleSimulation {
  readonly vocabulary: RuleVocabulary;
  readonly #index: RuleIndex;
  readonly #audiences: AudienceRules;
  /** By place: bit 0 where the member has the thing before, bit 1 where after. All 0 between two members. */
  readonly #sides: number[] = [];
  readonly #before: number[] = [];
  readonly #after: number[] = [];
  readonly #kept: number[] = [];
  #members = 0;

  constructor({ typeOf, audiences, now, statistics }: SimulationOptions) {
    this.vocabulary = new RuleVocabulary(typeOf);
    this.#index = new RuleIndex(this.vocabulary, { ...(statistics ? { statistics } : {}), now });
    this.#audiences = audiences;
  }

  /** Adds a thing; its counts come at the place of the order in which things were added. Before the first member. */
  add({ before, after }: Comparison): void {
    if (this.#members > 0) throw new Error("a thing is added to a simulation that has counted members");
    const place = this.#sides.length;
    for (const counts of [this.#sides, this.#before, this.#after, this.#kept]) counts.push(0);
    for (const [side, compared] of [before, after].entries()) {
      if (!compared) continue;
      const { from, to } = compared;
      this.#index.put({ id: 2 * place + side, rule: this.#wholeRule(compared), from, to });
    }
  }

  /** What is asked besides comes on only afterwards: a rule that is as large as one may be stays one that is written out. */
  #wholeRule({ rule, besides }: ComparedRule): Rule | null {
    const expanded = rule && expandAudiences(rule, this.#audiences);
    if (!besides) return expanded;
    return expanded ? { all: [besides, expanded] } : besides;
  }

  /** Counts one member, in the numbers of this vocabulary. */
  count(situation: LocalSituation): void {
    const count = this.#index.match(situation);
    const { matched } = this.#index;
    const sides = this.#sides;
    this.#members += 1;
    for (let at = 0; at < count; at += 1) {
      const id = matched[at]!;
      sides[id >>> 1]! |= 1 << (id & 1);
    }
    for (let at = 0; at < count; at += 1) {
      const place = matched[at]! >>> 1;
      const both = sides[place]!;
      // 0 where the other side was met first, and both were counted.
      if (both === 0) continue;
      sides[place] = 0;
      if (both !== 2) this.#before[place]! += 1;
      if (both !== 1) this.#after[place]! += 1;
      if (both === 3) this.#kept[place]! += 1;
    }
  }

  /** Counts members of whom nothing holds: they are not active, and have nothing before or after. */
  countNobody(members: number): void {
    this.#members += members;
  }

  /** How many members were counted. */
  get members(): number {
    return this.#members;
  }

  /** Of every thing, in the order in which they were added. */
  get counts(): ComparedCounts[] {
    return this.#sides.map((_, place) => {
      const [before, after, kept] = [this.#before[place]!, this.#after[place]!, this.#kept[place]!];
      return { before, after, gained: after - kept, lost: before - kept };
    });
  }
}
