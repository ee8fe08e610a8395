import { PagedNumbers } from "./paged-numbers";
import { placeOf, Pool } from "./pool";
import { postingWords } from "./posting-lists";
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
/** A longer program is not copied into postings: so few rules have one, and few members get as far. */
const mostInlineWords = 256;

/**
 * What the index keeps of each rule, posted or not: one piece of a pool, in words,
 *
 *     size  places  posting  –  posted  – │ from (double)  to (double) │ division list │ … │ (pad) │ posting │ program
 *      0      1        2          4           6              8            10
 *
 * where the third says where the posting begins, which is copied into its lists with the program behind it. It is some 200 bytes a rule; the tree that it was made from, 740 bytes, is not kept. A rule whose window opens is
 * only posted: nothing is planned anew.
 */
export class RuleRecords {
  readonly pool = new Pool();
  readonly #addresses = new PagedNumbers();

  /** 0 where there is none. */
  find(id: number): number {
    return this.#addresses.get(id);
  }

  write(rule: PlannedRule): number {
    const { places, program } = rule;
    const postingFrom = (placesFrom + 2 * places.length + 1) & ~1;
    const programFrom = postingFrom + postingWords;
    const programWords = program ? wordsOf(program) : 0;
    const size = programFrom + programWords;
    const address = this.pool.allocate(size);
    const { words, numbers } = this.pool.segmentAt(address);
    const at = placeOf(address);
    words[at] = size;
    words[at + 1] = places.length;
    words[at + 2] = postingFrom;
    words[at + 4] = 0;
    numbers[(at + 6) >> 1] = rule.from;
    numbers[(at + 8) >> 1] = rule.to;
    places.forEach(({ division, list }, place) => {
      words[at + placesFrom + 2 * place] = division;
      words[at + placesFrom + 2 * place + 1] = list;
    });
    const where = programWords > mostInlineWords ? ~(address + programFrom) : programWords;
    words.set([places.length > 1 ? ~rule.id : rule.id, ...rule.guards, where], at + postingFrom);
    if (program) {
      words.set(program.words, at + programFrom);
      numbers.set(program.numbers, (at + size - 2 * program.numbers.length) >> 1);
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

  /** As it is copied into lists: a view, good until something is put or removed. */
  posting(address: number): Int32Array {
    const { words } = this.pool.segmentAt(address);
    const from = placeOf(address) + this.#word(address, 2);
    return words.subarray(from, from + postingWords + Math.max(0, words[from + postingWords - 1]!));
  }

  get bytes(): number {
    return this.pool.bytes + this.#addresses.bytes;
  }

  #word(address: number, offset: number): number {
    return this.pool.segmentAt(address).words[placeOf(address) + offset]!;
  }
}
