import { Boundaries } from "./boundaries";
import { Matcher } from "./matcher";
import { RulePlanner, undivided, type IndexedRule } from "./plan-rule";
import { PostingLists } from "./posting-lists";
import { RuleRecords } from "./rule-records";
import { assumedStatistics, type RuleStatistics } from "./statistics";
import { everybody, type LocalSituation, type RuleVocabulary } from "./vocabulary";

export type { IndexedRule } from "./plan-rule";

export interface RuleIndexOptions {
  /** What is expected of members; answers do not depend on it. */
  readonly statistics?: RuleStatistics;
  /** The ENUM whose choices divide the index: a fact of the moment that most rules name. */
  readonly divisionFact?: string;
  /** Where the clock stands first, in milliseconds since 1970. */
  readonly now?: number;
}

export interface RuleIndexSize {
  readonly rules: number;
  /** Valid at the clock's moment. */
  readonly posted: number;
  readonly bytes: number;
}

/**
 * Which of many rules hold of one member in one moment. Nothing is evaluated for all rules: every rule stands in the few
 * lists by which alone it can be met (cover.ts), and a situation looks into the lists of its own keys and numbers.
 *
 *     situation ──▶ division (scene) ──▶ lists of its keys, and of the nodes above its numbers
 *                                          └─▶ posting: two guards ──▶ program ──▶ matched
 *
 * Only rules that are valid now have postings: the clock posts the others when their time comes. Memory stands in
 * segments (pool.ts); put, remove and the clock copy a bounded number of words for each rule and each of its places.
 *
 * Not for several threads: one situation at a time.
 */
export class RuleIndex {
  readonly #planner: RulePlanner;
  readonly #matcher: Matcher;
  readonly #records = new RuleRecords();
  /** By the planner's numbers. */
  readonly #divisions: PostingLists[] = [];
  readonly #boundaries = new Boundaries();
  #now: number;
  /** From here to there, that excluded, the clock moves without anything beginning or ending. */
  #quiet = { before: -Infinity, after: Infinity };
  #rules = 0;
  #posted = 0;

  constructor(vocabulary: RuleVocabulary, options: RuleIndexOptions = {}) {
    const { statistics = assumedStatistics, divisionFact = "context.scene", now = 0 } = options;
    this.#planner = new RulePlanner(vocabulary, statistics, divisionFact);
    this.#matcher = new Matcher(vocabulary, this.#records.pool, (slot) => this.#planner.lineOf(slot));
    this.#now = now;
  }

  /** Adds a rule, or puts it in the place of the one with its id. */
  put(rule: IndexedRule): void {
    this.remove(rule.id);
    const planned = this.#planner.plan(rule);
    const address = this.#records.write(planned);
    this.#rules += 1;
    for (const time of [planned.from, planned.to]) {
      if (!Number.isFinite(time)) continue;
      this.#boundaries.add(time, rule.id);
      const { before, after } = this.#quiet;
      this.#quiet =
        time <= this.#now ? { before: Math.max(before, time), after } : { before, after: Math.min(after, time) };
    }
    if (this.#records.isOpen(address, this.#now)) this.#post(rule.id, address);
  }

  /** Whether there was one. */
  remove(id: number): boolean {
    const address = this.#records.find(id);
    if (address === 0) return false;
    if (this.#records.isPosted(address)) this.#unpost(id, address);
    for (const time of [this.#records.from(address), this.#records.to(address)]) {
      if (Number.isFinite(time)) this.#boundaries.remove(time, id);
    }
    this.#records.remove(id);
    this.#rules -= 1;
    return true;
  }

  has(id: number): boolean {
    return this.#records.find(id) !== 0;
  }

  /**
   * Lets the rules be valid that are so at this moment, whether it is later or earlier than the last. Costs nothing
   * where none begins or ends between the two; else about 1 µs for each that does. How many did.
   */
  moveClock(now: number): number {
    const before = this.#now;
    this.#now = now;
    if (now >= this.#quiet.before && now < this.#quiet.after) return 0;
    let moved = 0;
    for (const id of this.#boundaries.between(Math.min(before, now), Math.max(before, now))) {
      const address = this.#records.find(id);
      const isOpen = this.#records.isOpen(address, now);
      if (isOpen === this.#records.isPosted(address)) continue;
      if (isOpen) this.#post(id, address);
      else this.#unpost(id, address);
      moved += 1;
    }
    this.#quiet = this.#boundaries.around(now);
    return moved;
  }

  /** When the next rule begins or ceases to be valid, in milliseconds since 1970; null where none does any more. */
  get nextBoundary(): number | null {
    const { after } = this.#boundaries.around(this.#now);
    return after === Infinity ? null : after;
  }

  /** How many rules match; `matched` begins with their ids, in no order, until the next call. */
  match(situation: LocalSituation): number {
    const own = this.#planner.divisionOf(situation.division);
    return this.#matcher.match(
      situation,
      this.#divisions[undivided],
      own === undefined ? undefined : this.#divisions[own],
    );
  }

  get matched(): Int32Array {
    return this.#matcher.matched;
  }

  /** Whether everybody, or everybody in its scenes, is checked for the rule: none of its conditions narrows it down. */
  isForEverybody(id: number): boolean {
    const address = this.#records.find(id);
    return address !== 0 && this.#records.places(address).some(({ list }) => list === everybody);
  }

  get size(): RuleIndexSize {
    const directories = this.#divisions.reduce((sum, lists) => sum + (lists?.bytes ?? 0), 0);
    const bytes = this.#records.bytes + this.#boundaries.bytes + directories;
    return { rules: this.#rules, posted: this.#posted, bytes };
  }

  #post(id: number, address: number): void {
    const posting = this.#records.posting(address);
    for (const { division, list } of this.#records.places(address)) {
      (this.#divisions[division] ??= new PostingLists()).add(list, posting);
    }
    this.#records.setPosted(address, true);
    this.#posted += 1;
  }

  #unpost(id: number, address: number): void {
    for (const { division, list } of this.#records.places(address)) {
      this.#divisions[division]!.remove(list, id);
    }
    this.#records.setPosted(address, false);
    this.#posted -= 1;
  }
}
