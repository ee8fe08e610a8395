/** Numbers that a random thing's choices are read off, one by one; zeros once they are used up. */
export class Tape {
  #at = 0;

  constructor(private readonly numbers: readonly number[]) {}

  get isDone(): boolean {
    return this.#at >= this.numbers.length;
  }

  /** 0 to n - 1. */
  below(n: number): number {
    return (this.numbers[this.#at++] ?? 0) % n;
  }

  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new Error("there is nothing to pick from");
    return items[this.below(items.length)] as Item;
  }

  /** Items by weight; the first is the simplest. */
  weighted<Item>(items: readonly (readonly [weight: number, item: Item])[]): Item {
    let place = this.below(items.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, item] of items) {
      if (place < weight) return item;
      place -= weight;
    }
    throw new Error("there is nothing to pick from");
  }
}
