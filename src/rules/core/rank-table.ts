import { totalOf, type Ranking, type Response } from "./ranking";

/**
 * What ranking asks of things, by their numbers in the index: three arrays instead of an object each. Of a hundred matches
 * ten are shown, and the others' objects, which lie all over a large catalogue's memory, are never touched.
 */
export class RankTable {
  #priorities = new Float64Array(1024);
  #rewards = new Float64Array(1024);
  #publishedAt = new Float64Array(1024);

  set(
    number: number,
    thing: { readonly priority: number; readonly rewardMinor: number; readonly publishedAt: number },
  ) {
    if (number >= this.#priorities.length) this.#grow(number);
    this.#priorities[number] = thing.priority;
    this.#rewards[number] = thing.rewardMinor;
    this.#publishedAt[number] = thing.publishedAt;
  }

  total(number: number, response: Response, now: number, ranking: Ranking): number {
    return totalOf(
      this.#priorities[number] as number,
      this.#rewards[number] as number,
      this.#publishedAt[number] as number,
      response,
      now,
      ranking,
    );
  }

  #grow(number: number): void {
    const wider = (before: Float64Array) => {
      const after = new Float64Array(2 * number);
      after.set(before);
      return after;
    };
    this.#priorities = wider(this.#priorities);
    this.#rewards = wider(this.#rewards);
    this.#publishedAt = wider(this.#publishedAt);
  }
}
