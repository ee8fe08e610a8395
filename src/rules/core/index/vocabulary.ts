import type { TypeOfFact } from "../near-miss";

/**
 * One thing that some rule asks for, in the order in which they were first asked for:
 *
 * - keys, which are true of a member or not: `KNOWN` that there is a value, `CHOICE` that it is this one ("true" or
 *   "false" of a BOOLEAN) or among those of a SET, `AUDIENCE` membership of a published audience;
 * - slots, which have a number: `VALUE` of a NUMBER, of a DATE as days since 1970-01-01, of an INSTANT as milliseconds;
 *   `SINCE` the days from a DATE to the day of the moment, below 0 for a day to come.
 */
export type Named =
  | { readonly kind: "KNOWN"; readonly fact: string; readonly key: number }
  | { readonly kind: "CHOICE"; readonly fact: string; readonly choice: string; readonly key: number }
  | { readonly kind: "AUDIENCE"; readonly audience: string; readonly key: number }
  | { readonly kind: "VALUE" | "SINCE"; readonly fact: string; readonly slot: number };

/** The key that is true of everybody; no situation has to list it. */
export const everybody = 0;

/**
 * Numbers everything that the rules of one index ask for. A member may have thousands of values that no rule of this
 * process names; with numbers of their own, the index' arrays are only as long as what is asked.
 *
 * Numbers are never taken back: a process keeps those of rules that are gone until it ends, a few bytes each.
 */
export class RuleVocabulary {
  /** Everything named so far; who translates members remembers how far it has read. */
  readonly named: readonly Named[];
  readonly #named: Named[] = [];
  readonly #known = new Map<string, number>();
  readonly #choices = new Map<string, Map<string, number>>();
  readonly #audiences = new Map<string, number>();
  readonly #values = new Map<string, number>();
  readonly #since = new Map<string, number>();
  #keyCount = everybody + 1;
  #slotCount = 0;

  constructor(readonly typeOf: TypeOfFact) {
    this.named = this.#named;
  }

  /** Keys are below this. */
  get keyCount(): number {
    return this.#keyCount;
  }

  /** Slots are below this. */
  get slotCount(): number {
    return this.#slotCount;
  }

  knownKey(fact: string): number {
    const before = this.#known.get(fact);
    if (before !== undefined) return before;
    const key = this.#keyCount++;
    this.#known.set(fact, key);
    this.#named.push({ kind: "KNOWN", fact, key });
    return key;
  }

  choiceKey(fact: string, choice: string): number {
    let choices = this.#choices.get(fact);
    if (choices === undefined) this.#choices.set(fact, (choices = new Map<string, number>()));
    const before = choices.get(choice);
    if (before !== undefined) return before;
    const key = this.#keyCount++;
    choices.set(choice, key);
    this.#named.push({ kind: "CHOICE", fact, choice, key });
    return key;
  }

  audienceKey(audience: string): number {
    const before = this.#audiences.get(audience);
    if (before !== undefined) return before;
    const key = this.#keyCount++;
    this.#audiences.set(audience, key);
    this.#named.push({ kind: "AUDIENCE", audience, key });
    return key;
  }

  slot(fact: string): number {
    return this.#slotIn(this.#values, "VALUE", fact);
  }

  sinceSlot(fact: string): number {
    return this.#slotIn(this.#since, "SINCE", fact);
  }

  findKnownKey(fact: string): number | undefined {
    return this.#known.get(fact);
  }

  findChoiceKey(fact: string, choice: string): number | undefined {
    return this.#choices.get(fact)?.get(choice);
  }

  findAudienceKey(audience: string): number | undefined {
    return this.#audiences.get(audience);
  }

  findSlot(fact: string): number | undefined {
    return this.#values.get(fact);
  }

  findSinceSlot(fact: string): number | undefined {
    return this.#since.get(fact);
  }

  #slotIn(slots: Map<string, number>, kind: "VALUE" | "SINCE", fact: string): number {
    const before = slots.get(fact);
    if (before !== undefined) return before;
    const slot = this.#slotCount++;
    slots.set(fact, slot);
    this.#named.push({ kind, fact, slot });
    return slot;
  }
}

/**
 * One member in one moment, in the numbers of a vocabulary. A scratch object: whoever matches many members fills one
 * anew for each. Each key and each slot stands there at most once, in any order.
 *
 * Whatever is known has its `KNOWN` key, a number and what is derived or counted as well, as far as the vocabulary has
 * the key: the index looks at it before it compares.
 */
export interface LocalSituation {
  keys: Int32Array;
  keyCount: number;
  slots: Int32Array;
  /** Beside the slots. Never NaN. */
  values: Float64Array;
  slotCount: number;
  /** The key of the moment's choice of the fact by which the index is divided (the scene); 0 where there is none. */
  division: number;
}
