/**
 * Compares two multisets that come in any order, holding only what has not met its like yet: the expected and the found
 * meet soon after each other, so the memory needed is that of the differences, not of the sets.
 */
export class MultisetDifference {
  readonly #balance = new Map<string, number>();

  expect(key: string): void {
    this.#add(key, 1);
  }

  find(key: string): void {
    this.#add(key, -1);
  }

  /** How many were expected and not found. */
  get missing(): number {
    return this.#sum((count) => Math.max(count, 0));
  }

  /** How many were found and not expected. */
  get extra(): number {
    return this.#sum((count) => Math.max(-count, 0));
  }

  #add(key: string, by: number): void {
    const balance = (this.#balance.get(key) ?? 0) + by;
    if (balance === 0) this.#balance.delete(key);
    else this.#balance.set(key, balance);
  }

  #sum(part: (count: number) => number): number {
    let sum = 0;
    for (const count of this.#balance.values()) sum += part(count);
    return sum;
  }
}
