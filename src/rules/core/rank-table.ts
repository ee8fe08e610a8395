import { millisPerDay } from "../../kernel/calendar-date";
import {
  ageDays,
  freshnessPart,
  noResponse,
  responsePart,
  standingOf,
  type RankedPlace,
  type Ranking,
  type Rankable,
  type Response,
} from "./ranking";

/** The words of a thing, side by side: what does not change of its total, when it was published, whose it is. */
const wordsOfThing = 4;
const [dayAt, millisAt, ownerAt] = [1, 2, 3];
const daysForeseen = 1_000;

/** What the first places are chosen by. */
export interface PlacesAsked {
  /** How many places. */
  readonly count: number;
  /** Those that come after this one alone. */
  readonly after: RankedPlace | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** By things' numbers; undefined where the member met none of them. */
  readonly responses: ReadonlyMap<number, Response> | undefined;
  /** Whether the thing may be shown at all; asked only of those that would have a place. */
  readonly mayShow: (number: number, owner: number) => boolean;
}

/**
 * What ranking asks of things, by their numbers in the index, and who of them come first. Sixteen bytes a thing: a member
 * has more than a hundred matches of which ten are shown, and the others' objects, which lie all over a large
 * catalogue's memory, are never touched.
 */
export class RankTable {
  #words = new Int32Array(1024 * wordsOfThing);
  readonly #ranking: Ranking;
  readonly #idOf: (number: number) => string;
  /** By the age in days: a division for each match would take as long as the rest. */
  readonly #freshness: Float64Array;
  /** Scratch, beside the things that are ranked. */
  #reckoned = new Float64Array(1024);
  /** The best so far, best first. */
  #numbers = new Int32Array(128);
  #totals = new Float64Array(128);
  #found = 0;

  /** `idOf` decides between things with the same total. */
  constructor(ranking: Ranking, idOf: (number: number) => string) {
    this.#ranking = ranking;
    this.#idOf = idOf;
    this.#freshness = Float64Array.from({ length: daysForeseen }, (_, age) => this.#freshnessOf(age));
  }

  /** `owner` is any number of the caller's, which `mayShow` is asked with. */
  set(number: number, thing: Rankable, owner: number): void {
    const at = number * wordsOfThing;
    if (at >= this.#words.length) {
      const longer = new Int32Array(2 * at);
      longer.set(this.#words);
      this.#words = longer;
    }
    const day = Math.floor(thing.publishedAt / millisPerDay);
    this.#words[at] = standingOf(thing, this.#ranking);
    this.#words[at + dayAt] = day;
    this.#words[at + millisAt] = thing.publishedAt - day * millisPerDay;
    this.#words[at + ownerAt] = owner;
  }

  /**
   * How many of these things have a place; `numberAt` and `totalAt` say which, best first, until the next call. They come
   * in any order, none twice. The best so far stand in a small sorted list instead of all being sorted at the end, and
   * most of the others are told by their total that they need not come.
   */
  first(things: Int32Array, length: number, asked: PlacesAsked): number {
    const { count, after, now, responses, mayShow } = asked;
    this.#found = 0;
    if (count === 0) return 0;
    if (count >= this.#numbers.length) {
      this.#numbers = new Int32Array(2 * count);
      this.#totals = new Float64Array(2 * count);
    }
    this.#reckon(things, length, now);
    const { weights } = this.#ranking;
    const [words, reckoned, totals] = [this.#words, this.#reckoned, this.#totals];
    const unmet = weights.response * responsePart(noResponse);
    const most = after?.total ?? Infinity;
    for (let place = 0; place < length; place += 1) {
      const number = things[place]!;
      const response = responses?.get(number);
      const total = reckoned[place]! + (response ? weights.response * responsePart(response) : unmet);
      if (total > most || (this.#found === count && total < totals[count - 1]!)) continue;
      if (total === most && after && this.#idOf(number) <= after.id) continue;
      if (mayShow(number, words[number * wordsOfThing + ownerAt]!)) this.#insert(number, total, count);
    }
    return this.#found;
  }

  /** What the total of each is without the member's response: a loop without branches, which memory can keep up with. */
  #reckon(things: Int32Array, length: number, now: number): void {
    if (length > this.#reckoned.length) this.#reckoned = new Float64Array(2 * length);
    const [words, reckoned, freshness] = [this.#words, this.#reckoned, this.#freshness];
    const today = Math.floor(now / millisPerDay);
    const millis = now - today * millisPerDay;
    for (let place = 0; place < length; place += 1) {
      const at = things[place]! * wordsOfThing;
      const age = ageDays(words[at + dayAt]!, words[at + millisAt]!, today, millis);
      reckoned[place] = words[at]! + (age < freshness.length ? freshness[age]! : this.#freshnessOf(age));
    }
  }

  #freshnessOf(age: number): number {
    return this.#ranking.weights.freshness * freshnessPart(age, this.#ranking.halfAgeDays);
  }

  numberAt(place: number): number {
    return this.#numbers[place]!;
  }

  totalAt(place: number): number {
    return this.#totals[place]!;
  }

  #insert(number: number, total: number, count: number): void {
    const [numbers, totals] = [this.#numbers, this.#totals];
    let place = this.#found;
    while (place > 0 && this.#comesBefore(number, total, place - 1)) place -= 1;
    if (place === count) return;
    if (this.#found < count) this.#found += 1;
    for (let at = this.#found - 1; at > place; at -= 1) {
      numbers[at] = numbers[at - 1]!;
      totals[at] = totals[at - 1]!;
    }
    numbers[place] = number;
    totals[place] = total;
  }

  #comesBefore(number: number, total: number, place: number): boolean {
    const other = this.#totals[place]!;
    return total > other || (total === other && this.#idOf(number) < this.#idOf(this.#numbers[place]!));
  }
}
