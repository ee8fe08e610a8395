import { PagedNumbers } from "./paged-numbers";
import { placeOf, type Pool } from "./pool";

/** Words of a posting, and of the head of an extent. */
export const postingWords = 4;
/** An extent of a long list: 255 postings and the head. */
const mostExtentWords = 1024;
const leastExtentWords = 8;

/** Places in an extent's head. */
export const countAt = 0;
export const nextAt = 1;
const sizeAt = 2;

/** Places in a posting. */
export const ruleAt = 0;
export const firstGuardAt = 1;
export const secondGuardAt = 2;
export const programAt = 3;

/** What is met of a rule in a list. */
export interface Posting {
  /** The rule's number, or below zero (`~rule`) where one member may meet it in several lists. */
  readonly rule: number;
  /** Keys that whoever the rule holds of has. */
  readonly guards: readonly [number, number];
  /** Address of the program that checks the rest; 0 where the guards were all. */
  readonly program: number;
}

/**
 * Lists of postings, each the rules that are found by one key or by one node of a number line. A list is one extent that
 * doubles up to 255 postings, and from then on a chain of such extents, of which only the first is not full:
 *
 *     list ──▶ count next size –  │ rule guard guard program │ rule guard guard program │ …
 *                      │            one posting: 16 bytes, four to a line of the processor's cache
 *                      ▼
 *              count next size –  │ …
 *
 * Adding or removing one copies an extent at most: 1,024 words. Removing reads the list through, as each member who meets
 * it does; the last posting takes the place of the one that goes, so that a list has no holes.
 */
export class PostingLists {
  readonly #pool: Pool;
  /** Addresses of the first extents by key, and by node. */
  readonly keys = new PagedNumbers();
  readonly nodes = new PagedNumbers();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Lists of nodes are numbered below zero. */
  add(list: number, posting: Posting): void {
    const first = this.#roomFor(list, list < 0 ? this.nodes.get(~list) : this.keys.get(list));
    const { words } = this.#pool.segmentAt(first);
    const head = placeOf(first);
    const at = head + postingWords * (1 + words[head + countAt]!);
    words[at + ruleAt] = posting.rule;
    words[at + firstGuardAt] = posting.guards[0];
    words[at + secondGuardAt] = posting.guards[1];
    words[at + programAt] = posting.program;
    words[head + countAt]! += 1;
  }

  remove(list: number, rule: number): void {
    const first = list < 0 ? this.nodes.get(~list) : this.keys.get(list);
    const found = this.#find(first, rule);
    const { words } = this.#pool.segmentAt(first);
    const head = placeOf(first);
    const count = words[head + countAt]!;
    const last = head + postingWords * count;
    this.#pool.segmentAt(found).words.set(words.subarray(last, last + postingWords), placeOf(found));
    words[head + countAt] = count - 1;
    this.#shrink(list, first);
  }

  /** The address of the rule's posting. */
  #find(first: number, rule: number): number {
    for (let extent = first; extent !== 0;) {
      const { words } = this.#pool.segmentAt(extent);
      const head = placeOf(extent);
      const end = postingWords * (1 + words[head + countAt]!);
      for (let offset = postingWords; offset < end; offset += postingWords) {
        const met = words[head + offset + ruleAt]!;
        if (met === rule || met === ~rule) return extent + offset;
      }
      extent = words[head + nextAt]!;
    }
    throw new Error(`Rule ${rule} is not in the list where it was put`);
  }

  /** The first extent of the list, with room for one more. */
  #roomFor(list: number, first: number): number {
    if (first === 0) return this.#extent(list, leastExtentWords, 0);
    const { words } = this.#pool.segmentAt(first);
    const head = placeOf(first);
    const size = words[head + sizeAt]!;
    if (postingWords * (1 + words[head + countAt]!) < size) return first;
    return size < mostExtentWords ? this.#move(list, first, 2 * size) : this.#extent(list, leastExtentWords, first);
  }

  #shrink(list: number, first: number): void {
    const { words } = this.#pool.segmentAt(first);
    const head = placeOf(first);
    const size = words[head + sizeAt]!;
    if (words[head + countAt] === 0) {
      this.#lead(list, words[head + nextAt]!);
      this.#pool.release(first, size);
    } else if (size > leastExtentWords && postingWords * (1 + words[head + countAt]!) <= size >> 2) {
      this.#move(list, first, size >> 1);
    }
  }

  #move(list: number, from: number, size: number): number {
    const source = this.#pool.segmentAt(from).words;
    const head = placeOf(from);
    const to = this.#extent(list, size, source[head + nextAt]!);
    const target = this.#pool.segmentAt(to).words;
    const used = postingWords * (1 + source[head + countAt]!);
    target.set(source.subarray(head + postingWords, head + used), placeOf(to) + postingWords);
    target[placeOf(to) + countAt] = source[head + countAt]!;
    this.#pool.release(from, source[head + sizeAt]!);
    return to;
  }

  /** A new first extent, without postings. */
  #extent(list: number, size: number, next: number): number {
    const address = this.#pool.allocate(size);
    const { words } = this.#pool.segmentAt(address);
    const head = placeOf(address);
    words[head + countAt] = 0;
    words[head + nextAt] = next;
    words[head + sizeAt] = size;
    this.#lead(list, address);
    return address;
  }

  #lead(list: number, first: number): void {
    if (list < 0) this.nodes.set(~list, first);
    else this.keys.set(list, first);
  }

  get bytes(): number {
    return this.keys.bytes + this.nodes.bytes;
  }
}
