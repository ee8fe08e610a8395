import { slotOfNode } from "./number-line";
import { PagedNumbers } from "./paged-numbers";
import { placeOf, Pool } from "./pool";

/** Words of a posting without its program, and of the head of an extent. */
export const postingWords = 4;
const mostExtentWords = 1024;

/** Places in an extent's head. */
export const usedAt = 0;
export const nextAt = 1;
const sizeAt = 2;

/** Places in a posting. */
export const ruleAt = 0;
export const firstGuardAt = 1;
export const secondGuardAt = 2;
export const programAt = 3;

/**
 * One division's lists of postings, each the rules that are found by one key or by one node of a number line. A list is
 * one extent that grows to 1,024 words, and from then on a chain of such extents:
 *
 *     list ──▶ used next size –  │ rule guard guard 12 │ program: 12 words │ rule guard guard 0 │ …
 *                     │            one posting: all that most members read of a rule lies side by side
 *                     ▼
 *              used next size –  │ rule guard guard ~address │ …    a long program stays in the rule's record
 *
 * - `rule` is the rule's number, or below zero (`~rule`) where one member may meet it in several lists;
 * - `guard`s are keys that whoever the rule holds of has: most candidates end there;
 * - the last word is the length of the program that follows, 0 where the guards were all, or where it stands.
 *
 * The lists of a division lie together in a pool of their own, since a member reads those of one scene and the shared
 * ones only: with programs in the records and one pool for all, a match took half as long again.
 *
 * Adding or removing a posting copies two extents at most: 2,048 words. Removing reads the list through, as each member
 * who meets it does.
 */
export class PostingLists {
  readonly pool = new Pool(16);
  /** A bit for each key with a list, so that a member's other keys are passed over: 2 KB for 15,000 keys. */
  #present = new Int32Array(64);
  /** Addresses of the first extents by key, and by node. */
  readonly #keys = new PagedNumbers();
  readonly #nodes = new PagedNumbers();
  /** How many postings stand at nodes of a slot's line; where there are none its number is not looked up. */
  readonly #ranges = new PagedNumbers();

  /** Address of the first extent of a key's list, 0 where there is none. */
  ofKey(key: number): number {
    return key >>> 5 >= this.#present.length || ((this.#present[key >>> 5]! >>> key) & 1) === 0
      ? 0
      : this.#keys.get(key);
  }

  /** Of a node's, as `nodeNumber` gives it. */
  ofNode(node: number): number {
    return this.#nodes.get(node);
  }

  hasRanges(slot: number): boolean {
    return this.#ranges.get(slot) > 0;
  }

  /** Lists of nodes are numbered below zero. */
  add(list: number, posting: Int32Array): void {
    const first = this.#roomFor(list, list < 0 ? this.#nodes.get(~list) : this.#keys.get(list), posting.length);
    const { words } = this.pool.segmentAt(first);
    const head = placeOf(first);
    words.set(posting, head + words[head + usedAt]!);
    words[head + usedAt]! += posting.length;
    if (list < 0) this.#countRange(list, 1);
  }

  remove(list: number, rule: number): void {
    if (list < 0) this.#countRange(list, -1);
    let before = 0;
    for (let extent = list < 0 ? this.#nodes.get(~list) : this.#keys.get(list); extent !== 0;) {
      if (this.#removeFrom(extent, rule)) return this.#tidy(list, before, extent);
      before = extent;
      extent = this.#next(extent);
    }
    throw new Error(`Rule ${rule} is not in the list where it was put`);
  }

  get bytes(): number {
    return this.pool.bytes + this.#present.byteLength + this.#keys.bytes + this.#nodes.bytes + this.#ranges.bytes;
  }

  #removeFrom(extent: number, rule: number): boolean {
    const { words } = this.pool.segmentAt(extent);
    const head = placeOf(extent);
    const end = head + words[head + usedAt]!;
    for (let at = head + postingWords; at < end;) {
      const after = at + postingWords + Math.max(0, words[at + programAt]!);
      const found = words[at + ruleAt]!;
      if (found === rule || found === ~rule) {
        words.copyWithin(at, after, end);
        words[head + usedAt]! -= after - at;
        return true;
      }
      at = after;
    }
    return false;
  }

  /** Frees the extent if it is empty, and takes two neighbours together that fit into one. */
  #tidy(list: number, before: number, extent: number): void {
    const { words } = this.pool.segmentAt(extent);
    const head = placeOf(extent);
    const used = words[head + usedAt]!;
    const size = words[head + sizeAt]!;
    const next = words[head + nextAt]!;
    if (used === postingWords) {
      if (before === 0) this.#lead(list, next);
      else this.#set(before, nextAt, next);
      this.pool.release(extent, size);
    } else if (next !== 0) {
      const following = this.pool.segmentAt(next).words;
      const from = placeOf(next);
      const added = following[from + usedAt]! - postingWords;
      if (used + added > size) return;
      words.set(following.subarray(from + postingWords, from + postingWords + added), head + used);
      words[head + usedAt] = used + added;
      words[head + nextAt] = following[from + nextAt]!;
      this.pool.release(next, following[from + sizeAt]!);
    } else if (before === 0 && used <= size >> 2) this.#move(list, extent, used);
  }

  /** The first extent of the list, with so many words free. */
  #roomFor(list: number, first: number, wanted: number): number {
    if (first === 0) return this.#extent(list, postingWords + wanted, 0);
    const { words } = this.pool.segmentAt(first);
    const head = placeOf(first);
    const needed = words[head + usedAt]! + wanted;
    const size = words[head + sizeAt]!;
    if (needed <= size) return first;
    if (needed > mostExtentWords) return this.#extent(list, postingWords + wanted, first);
    return this.#move(list, first, Math.min(mostExtentWords, Math.max(needed, size + (size >> 1))));
  }

  /** The first extent in a piece of another size. */
  #move(list: number, from: number, size: number): number {
    const source = this.pool.segmentAt(from).words;
    const head = placeOf(from);
    const to = this.#extent(list, size, source[head + nextAt]!);
    const target = this.pool.segmentAt(to).words;
    const used = source[head + usedAt]!;
    target.set(source.subarray(head + postingWords, head + used), placeOf(to) + postingWords);
    target[placeOf(to) + usedAt] = used;
    this.pool.release(from, source[head + sizeAt]!);
    return to;
  }

  /** A new first extent, without postings. */
  #extent(list: number, words: number, next: number): number {
    const size = Pool.roundUp(words);
    const address = this.pool.allocate(size);
    this.#set(address, usedAt, postingWords);
    this.#set(address, nextAt, next);
    this.#set(address, sizeAt, size);
    this.#lead(list, address);
    return address;
  }

  #lead(list: number, first: number): void {
    if (list < 0) return this.#nodes.set(~list, first);
    this.#keys.set(list, first);
    if (list >>> 5 >= this.#present.length) this.#lengthenPresent(list >>> 5);
    if (first === 0) this.#present[list >>> 5]! &= ~(1 << list);
    else this.#present[list >>> 5]! |= 1 << list;
  }

  /** The one thing that is copied as it grows: a thirty-second of a word for each key. */
  #lengthenPresent(word: number): void {
    const longer = new Int32Array(2 * (word + 1));
    longer.set(this.#present);
    this.#present = longer;
  }

  #countRange(list: number, by: 1 | -1): void {
    const slot = slotOfNode(~list);
    this.#ranges.set(slot, this.#ranges.get(slot) + by);
  }

  #next(extent: number): number {
    return this.pool.segmentAt(extent).words[placeOf(extent) + nextAt]!;
  }

  #set(extent: number, at: number, value: number): void {
    this.pool.segmentAt(extent).words[placeOf(extent) + at] = value;
  }
}
