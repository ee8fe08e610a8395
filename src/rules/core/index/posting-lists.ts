import { nodeNumber, slotOfNode } from "./number-line";
import { PagedNumbers } from "./paged-numbers";
import { placeOf, Pool } from "./pool";

/** Words of a posting, and of the head of an extent. */
export const postingWords = 4;
const mostExtentWords = 1024;

/** Places in an extent's head. */
export const countAt = 0;
export const nextAt = 1;
const sizeAt = 2;
const programsAt = 3;

/** Places in a posting. */
export const ruleAt = 0;
export const firstGuardAt = 1;
export const secondGuardAt = 2;
export const programAt = 3;

/**
 * One division's lists of postings, each the rules that are found by one key or by one node of a number line. A list is
 * one extent that grows to 1,024 words, and from then on a chain of such extents. Postings stand side by side from the
 * front of an extent, four to a line of the processor's cache, and their programs from its back:
 *
 *     list ──▶ count next size programs │ rule guard guard ● │ rule guard guard 0 │   free   │ program │ program │
 *                     │                                    └──────────────────────────────────▶
 *                     ▼
 *              count next size programs │ rule guard guard ~address │ …      a long program stays in the rule's record
 *
 * - `rule` is the rule's number, or below zero (`~rule`) where one member may meet it in several lists;
 * - `guard`s are keys that whoever the rule holds of has: most candidates end there, and the next is read;
 * - the last word says where in the extent the program begins, 0 where the guards were all, or where else it stands.
 *
 * The lists of a division lie together in a pool of their own, since a member reads those of one scene and the shared
 * ones only. With programs inside the postings a match took 1.6 to 2 times as long: it waits for memory.
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
  /** Two words for each slot, a bit for each node of its line with a list: most of those above a number have none. */
  #presentNodes = new Int32Array(128);

  /** Address of the first extent of a key's list, 0 where there is none. */
  ofKey(key: number): number {
    return key >>> 5 >= this.#present.length || ((this.#present[key >>> 5]! >>> key) & 1) === 0
      ? 0
      : this.#keys.get(key);
  }

  /**
   * Those of the keys that have a list, into `found` from `from` on, which has room for all; answers where they end.
   * Which they are nobody foresees, so each is written, and kept or not without a branch.
   */
  presentKeys(keys: Int32Array, count: number, found: Int32Array, from: number): number {
    const present = this.#present;
    let end = from;
    for (let place = 0; place < count; place += 1) {
      const key = keys[place]!;
      const word = key >>> 5;
      found[end] = key;
      end += word < present.length ? (present[word]! >>> key) & 1 : 0;
    }
    return end;
  }

  /** Where a slot's bits are 0, its number is not looked up. */
  hasRanges(slot: number): boolean {
    const at = 2 * slot;
    return at < this.#presentNodes.length && (this.#presentNodes[at]! | this.#presentNodes[at + 1]!) !== 0;
  }

  /** The lists of the nodes from this one up, of a slot with ranges; answers where they end in `found`. */
  listsAbove(slot: number, leaf: number, found: Int32Array, from: number): number {
    const [low, high] = [this.#presentNodes[2 * slot]!, this.#presentNodes[2 * slot + 1]!];
    let end = from;
    for (let node = leaf; node > 0; node >>= 1) {
      if ((((node < 32 ? low : high) >>> node) & 1) !== 0) found[end++] = this.#nodes.get(nodeNumber(slot, node));
    }
    return end;
  }

  /** A posting as records have it: its four words and the program. Lists of nodes are numbered below zero. */
  add(list: number, posting: Int32Array): void {
    const first = this.#roomFor(list, list < 0 ? this.#nodes.get(~list) : this.#keys.get(list), posting.length);
    const { words } = this.pool.segmentAt(first);
    const head = placeOf(first);
    const at = head + postingWords * (1 + words[head + countAt]!);
    const programFrom = words[head + programsAt]! - (posting.length - postingWords);
    words.set(posting.subarray(0, postingWords), at);
    words.set(posting.subarray(postingWords), head + programFrom);
    if (posting.length > postingWords) words[at + programAt] = programFrom;
    words[head + programsAt] = programFrom;
    words[head + countAt]! += 1;
  }

  remove(list: number, rule: number): void {
    let before = 0;
    for (let extent = list < 0 ? this.#nodes.get(~list) : this.#keys.get(list); extent !== 0;) {
      if (this.#removeFrom(extent, rule)) return this.#tidy(list, before, extent);
      before = extent;
      extent = this.#next(extent);
    }
    throw new Error(`Rule ${rule} is not in the list where it was put`);
  }

  get bytes(): number {
    return (
      this.pool.bytes + this.#present.byteLength + this.#keys.bytes + this.#nodes.bytes + this.#presentNodes.byteLength
    );
  }

  #removeFrom(extent: number, rule: number): boolean {
    const { words } = this.pool.segmentAt(extent);
    const head = placeOf(extent);
    const last = head + postingWords * words[head + countAt]!;
    for (let at = head + postingWords; at <= last; at += postingWords) {
      const found = words[at + ruleAt]!;
      if (found !== rule && found !== ~rule) continue;
      if (words[at + programAt]! > 0) removeProgram(words, head, words[at + programAt]!);
      words.copyWithin(at, last, last + postingWords);
      words[head + countAt]! -= 1;
      return true;
    }
    return false;
  }

  /** Frees the extent if it is empty, and takes two neighbours together that fit into one. */
  #tidy(list: number, before: number, extent: number): void {
    const { words } = this.pool.segmentAt(extent);
    const head = placeOf(extent);
    const size = words[head + sizeAt]!;
    const next = words[head + nextAt]!;
    if (words[head + countAt] === 0) {
      if (before === 0) this.#lead(list, next);
      else this.#set(before, nextAt, next);
      this.pool.release(extent, size);
    } else if (next !== 0) {
      if (this.#used(extent) + this.#used(next) - postingWords > size) return;
      this.#append(next, extent);
      const following = this.pool.segmentAt(next).words;
      words[head + nextAt] = following[placeOf(next) + nextAt]!;
      this.pool.release(next, following[placeOf(next) + sizeAt]!);
    } else if (before === 0 && this.#used(extent) <= size >> 2) this.#move(list, extent, this.#used(extent));
  }

  #used(extent: number): number {
    const { words } = this.pool.segmentAt(extent);
    const head = placeOf(extent);
    return postingWords * (1 + words[head + countAt]!) + words[head + sizeAt]! - words[head + programsAt]!;
  }

  /** Copies the postings of one extent, with their programs, behind those of another that has room for them. */
  #append(from: number, to: number): void {
    const [source, target] = [this.pool.segmentAt(from).words, this.pool.segmentAt(to).words];
    const [head, into] = [placeOf(from), placeOf(to)];
    const [programs, size] = [source[head + programsAt]!, source[head + sizeAt]!];
    const shift = target[into + programsAt]! - size;
    target.set(source.subarray(head + programs, head + size), into + programs + shift);
    target[into + programsAt] = programs + shift;
    const end = head + postingWords * (1 + source[head + countAt]!);
    let at = into + postingWords * (1 + target[into + countAt]!);
    for (let posting = head + postingWords; posting < end; posting += postingWords, at += postingWords) {
      target.set(source.subarray(posting, posting + postingWords), at);
      if (target[at + programAt]! > 0) target[at + programAt]! += shift;
    }
    target[into + countAt]! += source[head + countAt]!;
  }

  /** The first extent of the list, with so many words free. */
  #roomFor(list: number, first: number, wanted: number): number {
    if (first === 0) return this.#extent(list, postingWords + wanted, 0);
    const size = this.pool.segmentAt(first).words[placeOf(first) + sizeAt]!;
    const needed = this.#used(first) + wanted;
    if (needed <= size) return first;
    if (needed > mostExtentWords) return this.#extent(list, postingWords + wanted, first);
    return this.#move(list, first, Math.min(mostExtentWords, Math.max(needed, size + (size >> 1))));
  }

  /** The first extent in a piece of another size. */
  #move(list: number, from: number, size: number): number {
    const source = this.pool.segmentAt(from).words;
    const to = this.#extent(list, size, source[placeOf(from) + nextAt]!);
    this.#append(from, to);
    this.pool.release(from, source[placeOf(from) + sizeAt]!);
    return to;
  }

  /** A new first extent, without postings. */
  #extent(list: number, words: number, next: number): number {
    const size = Pool.roundUp(words);
    const address = this.pool.allocate(size);
    this.pool.segmentAt(address).words.set([0, next, size, size], placeOf(address));
    this.#lead(list, address);
    return address;
  }

  #lead(list: number, first: number): void {
    if (list < 0) return this.#leadNode(~list, first);
    this.#keys.set(list, first);
    if (list >>> 5 >= this.#present.length) this.#lengthenPresent(list >>> 5);
    if (first === 0) this.#present[list >>> 5]! &= ~(1 << list);
    else this.#present[list >>> 5]! |= 1 << list;
  }

  #leadNode(number: number, first: number): void {
    this.#nodes.set(number, first);
    const slot = slotOfNode(number);
    const node = number - nodeNumber(slot, 0);
    if (2 * slot + 1 >= this.#presentNodes.length) {
      const longer = new Int32Array(4 * (slot + 1));
      longer.set(this.#presentNodes);
      this.#presentNodes = longer;
    }
    const at = 2 * slot + (node >>> 5);
    if (first === 0) this.#presentNodes[at]! &= ~(1 << node);
    else this.#presentNodes[at]! |= 1 << node;
  }

  /** These bits alone are copied as they grow: a thirty-second of a word for each key, two words for each slot. */
  #lengthenPresent(word: number): void {
    const longer = new Int32Array(2 * (word + 1));
    longer.set(this.#present);
    this.#present = longer;
  }

  #next(extent: number): number {
    return this.pool.segmentAt(extent).words[placeOf(extent) + nextAt]!;
  }

  #set(extent: number, at: number, value: number): void {
    this.pool.segmentAt(extent).words[placeOf(extent) + at] = value;
  }
}

/** Closes the gap, which ends where the next program begins. */
function removeProgram(words: Int32Array, head: number, program: number): void {
  const end = head + postingWords * (1 + words[head + countAt]!);
  let after = words[head + sizeAt]!;
  for (let at = head + postingWords + programAt; at < end; at += postingWords) {
    if (words[at]! > program) after = Math.min(after, words[at]!);
  }
  const length = after - program;
  const programs = words[head + programsAt]!;
  words.copyWithin(head + programs + length, head + programs, head + program);
  for (let at = head + postingWords + programAt; at < end; at += postingWords) {
    if (words[at]! > 0 && words[at]! < program) words[at]! += length;
  }
  words[head + programsAt] = programs + length;
}
