import type { NumberLine } from "./number-line";
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

/** As many as a number leads to at most. */
const nodesOfLine = 6;
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
  /** Scratch: addresses of lists; rules whose guards are met, each with the address of its program. */
  #lists = new Int32Array(512);
  #candidates = new Int32Array(2048);
  /** What was read to have it near, so that the reading is not left out. */
  #asked = 0;

  constructor(vocabulary: RuleVocabulary, programs: Pool, lineOf: (slot: number) => NumberLine | undefined) {
    this.#lineOf = lineOf;
    this.#vocabulary = vocabulary;
    this.#programs = programs;
  }

  /** How many rules of these divisions match. */
  match(situation: LocalSituation, shared: PostingLists | undefined, own: PostingLists | undefined): number {
    this.#enter(situation);
    let count = 0;
    if (shared) count = this.#rulesIn(shared, situation, count);
    if (own) count = this.#rulesIn(own, situation, count);
    this.#leave(situation);
    return count;
  }

  /**
   * In three rounds, each of which asks memory for what the next one reads: the lists, their postings, the programs. The
   * processor fetches many lines at once where none has to be waited for before the next is asked for, and a list after
   * the other with its programs took 1.5 times as long at 100,000 rules.
   */
  #rulesIn(lists: PostingLists, situation: LocalSituation, before: number): number {
    const found = this.#findLists(lists, situation);
    const candidates = this.#findCandidates(lists, found);
    return this.#checkCandidates(lists, candidates, before);
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

  /** Addresses of the lists that the situation leads to; each list's first line is asked for. */
  #findLists(lists: PostingLists, { keys, keyCount, slots, values, slotCount }: LocalSituation): number {
    let found = 0;
    if (keyCount + nodesOfLine * slotCount >= this.#lists.length) {
      this.#lists = new Int32Array(2 * (keyCount + nodesOfLine * slotCount));
    }
    const addresses = this.#lists;
    const ofEverybody = lists.ofKey(everybody);
    if (ofEverybody !== 0) addresses[found++] = ofEverybody;
    const present = lists.presentKeys(keys, keyCount, addresses, found);
    for (; found < present; found += 1) addresses[found] = lists.ofKey(addresses[found]!);
    for (let place = 0; place < slotCount; place += 1) {
      const slot = slots[place]!;
      if (!lists.hasRanges(slot)) continue;
      found = lists.listsAbove(slot, this.#lineOf(slot)!.leafOf(values[place]!), addresses, found);
    }
    const { segments } = lists.pool;
    let asked = 0;
    for (let place = 0; place < found; place += 1) {
      const address = addresses[place]!;
      asked ^= segments[segmentOf(address)]!.words[placeOf(address)]!;
    }
    this.#asked = asked;
    return found;
  }

  /** The postings whose guards are met; each one's program is asked for. */
  #findCandidates(lists: PostingLists, found: number): number {
    const { segments } = lists.pool;
    const bits = this.#bits;
    let count = 0;
    let asked = 0;
    for (let place = 0; place < found; place += 1) {
      for (let extent = this.#lists[place]!; extent !== 0;) {
        const { words } = segments[segmentOf(extent)]!;
        const head = placeOf(extent);
        const base = extent - head;
        extent = words[head + nextAt]!;
        const end = head + postingWords * (1 + words[head + countAt]!);
        const most = count + 2 * words[head + countAt]!;
        if (most + 2 > this.#candidates.length) this.#lengthenCandidates(most + 2);
        const candidates = this.#candidates;
        for (let at = head + postingWords; at < end; at += postingWords) {
          const guard = words[at + firstGuardAt]!;
          const other = words[at + secondGuardAt]!;
          const program = words[at + programAt]!;
          candidates[count] = words[at + ruleAt]!;
          candidates[count + 1] = program > 0 ? base + head + program : program;
          // Written always and kept where both are met: a branch that is foreseen wrongly costs more than both looks.
          count += ((bits[guard >>> 5]! >>> guard) & (bits[other >>> 5]! >>> other) & 1) << 1;
        }
      }
    }
    for (let place = 1; place < count; place += 2) {
      const program = this.#candidates[place]!;
      if (program > 0) asked ^= segments[segmentOf(program)]!.words[placeOf(program)]!;
    }
    this.#asked = asked;
    return count;
  }

  /** Those whose programs hold, from `before` on. */
  #checkCandidates(lists: PostingLists, candidates: number, before: number): number {
    const { segments } = lists.pool;
    let count = before;
    while (count + (candidates >> 1) > this.matched.length) this.#lengthen();
    const { matched } = this;
    for (let place = 0; place < candidates; place += 2) {
      const program = this.#candidates[place + 1]!;
      if (
        program > 0
          ? !this.#holds(segments[segmentOf(program)]!, placeOf(program))
          : program < 0 && !this.#holdsAt(~program)
      )
        continue;
      let rule = this.#candidates[place]!;
      if (rule < 0) {
        rule = ~rule;
        if (this.#seen.get(rule) === this.#round) continue;
        this.#seen.set(rule, this.#round);
      }
      matched[count++] = rule;
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

  #lengthenCandidates(wanted: number): void {
    const longer = new Int32Array(2 * wanted);
    longer.set(this.#candidates);
    this.#candidates = longer;
  }

  #lengthen(): void {
    const longer = new Int32Array(2 * this.matched.length);
    longer.set(this.matched);
    this.matched = longer;
  }
}
