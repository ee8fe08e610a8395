import { PagedNumbers } from "./paged-numbers";
import { placeOf, Pool } from "./pool";
import type { Posting } from "./posting-lists";
import { wordsOf, type Program } from "./program";

/** Where a rule stands: a list of a division of the index. */
export interface Place {
  readonly division: number;
  readonly list: number;
}

/** Everything the index keeps of a rule. */
export interface PlannedRule {
  readonly id: number;
  /** Milliseconds since 1970, the end excluded; infinite where it is open. */
  readonly from: number;
  readonly to: number;
  readonly places: readonly Place[];
  readonly guards: readonly [number, number];
  readonly program: Program | undefined;
}

const placesFrom = 10;

/**
 * What the index keeps of each rule, posted or not: one piece of a pool, in words,
 *
 *     size  places  guard guard  posted  program │ from (double)  to (double) │ division list │ … │ program
 *      0      1       2     3      4        5        6              8            10
 *
 * where `program` says how far into the piece the program begins, 0 for none. It is 200 bytes a rule; the tree that it
 * was made from, 740 bytes and up, is not kept. A rule whose window opens is only posted: nothing is planned anew.
 */
export class RuleRecords {
  readonly pool = new Pool();
  readonly #addresses = new PagedNumbers();

  /** 0 where there is none. */
  find(id: number): number {
    return this.#addresses.get(id);
  }

  write(rule: PlannedRule): number {
    const programAt = (placesFrom + 2 * rule.places.length + 1) & ~1;
    const size = rule.program ? programAt + wordsOf(rule.program) : programAt;
    const address = this.pool.allocate(size);
    const { words, numbers } = this.pool.segmentAt(address);
    const at = placeOf(address);
    words.set([size, rule.places.length, ...rule.guards, 0, rule.program ? programAt : 0], at);
    numbers.set([rule.from, rule.to], (at + 6) >> 1);
    rule.places.forEach(({ division, list }, place) => words.set([division, list], at + placesFrom + 2 * place));
    if (rule.program) {
      words.set(rule.program.words, at + programAt);
      numbers.set(rule.program.numbers, (at + size - 2 * rule.program.numbers.length) >> 1);
    }
    this.#addresses.set(rule.id, address);
    return address;
  }

  remove(id: number): void {
    const address = this.find(id);
    this.pool.release(address, this.#word(address, 0));
    this.#addresses.set(id, 0);
  }

  isOpen(address: number, now: number): boolean {
    return this.from(address) <= now && now < this.to(address);
  }

  from(address: number): number {
    return this.pool.segmentAt(address).numbers[(placeOf(address) + 6) >> 1]!;
  }

  to(address: number): number {
    return this.pool.segmentAt(address).numbers[(placeOf(address) + 8) >> 1]!;
  }

  isPosted(address: number): boolean {
    return this.#word(address, 4) === 1;
  }

  setPosted(address: number, posted: boolean): void {
    this.pool.segmentAt(address).words[placeOf(address) + 4] = posted ? 1 : 0;
  }

  places(address: number): Place[] {
    return Array.from({ length: this.#word(address, 1) }, (_, place) => ({
      division: this.#word(address, placesFrom + 2 * place),
      list: this.#word(address, placesFrom + 2 * place + 1),
    }));
  }

  posting(id: number, address: number): Posting {
    const program = this.#word(address, 5);
    return {
      rule: this.#word(address, 1) > 1 ? ~id : id,
      guards: [this.#word(address, 2), this.#word(address, 3)],
      program: program === 0 ? 0 : address + program,
    };
  }

  get bytes(): number {
    return this.pool.bytes + this.#addresses.bytes;
  }

  #word(address: number, offset: number): number {
    return this.pool.segmentAt(address).words[placeOf(address) + offset]!;
  }
}
