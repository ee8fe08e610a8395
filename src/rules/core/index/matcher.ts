import { nodeNumber, type NumberLine } from "./number-line";
import { PagedNumbers } from "./paged-numbers";
import { placeOf, segmentOf, type Pool, type Segment } from "./pool";
import {
  countAt,
  firstGuardAt,
  nextAt,
  postingWords,
  programAt,
  ruleAt,
  secondGuardAt,
  type PostingLists,
} from "./posting-lists";
import { rejected } from "./program";
import { everybody, type LocalSituation, type RuleVocabulary } from "./vocabulary";

/** `seen` is cleared when rounds would no longer fit into what it holds. */
const lastRound = 2 ** 31 - 1;

/**
 * Goes with one situation through the lists that its keys and numbers lead to. This is the code that runs for every
 * member: one loop over postings and one over a program's tests, on flat arrays, without calls in between that allocate.
 */
export class Matcher {
  /** The rules that the last situation matched, in no order. */
  matched = new Int32Array(1024);
  readonly #vocabulary: RuleVocabulary;
  /** Of the programs that are too long for postings. */
  readonly #programs: Pool;
  readonly #lineOf: (slot: number) => NumberLine | undefined;
  /** A bit for each key that is true of the situation at hand; none between two of them. */
  #bits = new Int32Array(0);
  /** Its numbers by slot, NaN where there is none, which lies in no range. */
  #values = new Float64Array(0);
  /** By rule, the round in which it was matched last; only of rules that stand in several lists. */
  readonly #seen = new PagedNumbers();
  #round = 0;

  constructor(vocabulary: RuleVocabulary, programs: Pool, lineOf: (slot: number) => NumberLine | undefined) {
    this.#lineOf = lineOf;
    this.#vocabulary = vocabulary;
    this.#programs = programs;
  }

  /** How many rules of these divisions match. */
  match(situation: LocalSituation, shared: PostingLists | undefined, own: PostingLists | undefined): number {
    this.#enter(situation);
    let count = 0;
    if (shared) count = this.#keyLists(situation, shared, count);
    if (own) count = this.#keyLists(situation, own, count);
    for (let place = 0; place < situation.slotCount; place += 1) {
      const slot = situation.slots[place]!;
      const value = situation.values[place]!;
      if (shared?.hasRanges(slot)) count = this.#nodeLists(slot, value, shared, count);
      if (own?.hasRanges(slot)) count = this.#nodeLists(slot, value, own, count);
    }
    this.#leave(situation);
    return count;
  }

  #enter({ keys, keyCount, slots, values, slotCount }: LocalSituation): void {
    this.#reserve();
    const bits = this.#bits;
    bits[everybody >>> 5]! |= 1 << everybody;
    for (let place = 0; place < keyCount; place += 1) {
      const key = keys[place]!;
      bits[key >>> 5]! |= 1 << key;
    }
    for (let place = 0; place < slotCount; place += 1) this.#values[slots[place]!] = values[place]!;
    this.#round = this.#round === lastRound ? 1 : this.#round + 1;
    if (this.#round === 1) this.#seen.clear();
  }

  /** Between two situations the arrays are empty, so that longer ones need no copy. */
  #reserve(): void {
    const words = (this.#vocabulary.keyCount >>> 5) + 1;
    if (words > this.#bits.length) this.#bits = new Int32Array(2 * words);
    if (this.#vocabulary.slotCount > this.#values.length) {
      this.#values = new Float64Array(2 * this.#vocabulary.slotCount).fill(NaN);
    }
  }

  #leave({ keys, keyCount, slots, slotCount }: LocalSituation): void {
    const bits = this.#bits;
    bits[everybody >>> 5] = 0;
    for (let place = 0; place < keyCount; place += 1) bits[keys[place]! >>> 5] = 0;
    for (let place = 0; place < slotCount; place += 1) this.#values[slots[place]!] = NaN;
  }

  #keyLists({ keys, keyCount }: LocalSituation, lists: PostingLists, before: number): number {
    let count = before;
    const ofEverybody = lists.ofKey(everybody);
    if (ofEverybody !== 0) count = this.#scan(lists, ofEverybody, count);
    for (let place = 0; place < keyCount; place += 1) {
      const first = lists.ofKey(keys[place]!);
      if (first !== 0) count = this.#scan(lists, first, count);
    }
    return count;
  }

  #nodeLists(slot: number, value: number, lists: PostingLists, before: number): number {
    let count = before;
    for (let node = this.#lineOf(slot)!.leafOf(value); node > 0; node >>= 1) {
      const first = lists.ofNode(nodeNumber(slot, node));
      if (first !== 0) count = this.#scan(lists, first, count);
    }
    return count;
  }

  /** The list's rules that match, from `before` on. */
  #scan(lists: PostingLists, first: number, before: number): number {
    const { segments } = lists.pool;
    const bits = this.#bits;
    let count = before;
    for (let extent = first; extent !== 0;) {
      const segment = segments[segmentOf(extent)]!;
      const { words } = segment;
      const head = placeOf(extent);
      extent = words[head + nextAt]!;
      const end = head + postingWords * (1 + words[head + countAt]!);
      for (let at = head + postingWords; at < end; at += postingWords) {
        const guard = words[at + firstGuardAt]!;
        const other = words[at + secondGuardAt]!;
        // Both in one: a branch that is foreseen wrongly costs more than the second look.
        if (((bits[guard >>> 5]! >>> guard) & (bits[other >>> 5]! >>> other) & 1) === 0) continue;
        const program = words[at + programAt]!;
        if (program > 0 ? !this.#holds(segment, head + program) : program < 0 && !this.#holdsAt(~program)) continue;
        let rule = words[at + ruleAt]!;
        if (rule < 0) {
          rule = ~rule;
          if (this.#seen.get(rule) === this.#round) continue;
          this.#seen.set(rule, this.#round);
        }
        if (count === this.matched.length) this.#lengthen();
        this.matched[count++] = rule;
      }
    }
    return count;
  }

  #holdsAt(program: number): boolean {
    return this.#holds(this.#programs.segmentAt(program), placeOf(program));
  }

  /** Runs a program; program.ts says what its words mean. */
  #holds({ words, numbers }: Segment, start: number): boolean {
    const bits = this.#bits;
    const end = start + words[start]!;
    for (let at = start + 1; at < end;) {
      const test = words[at]!;
      let met: boolean;
      if (test >= 0) met = (bits[test]! & words[at + 1]!) !== 0;
      else {
        const value = this.#values[~test]!;
        const range = (start + words[at + 1]!) >> 1;
        met = value >= numbers[range]! && value <= numbers[range + 1]!;
      }
      const jump = words[at + 2]!;
      if (met !== ((jump & 1) === 1)) at += 3;
      else if (jump >> 1 <= 0) return jump >> 1 !== rejected;
      else at = start + (jump >> 1);
    }
    return true;
  }

  #lengthen(): void {
    const longer = new Int32Array(2 * this.matched.length);
    longer.set(this.matched);
    this.matched = longer;
  }
}
