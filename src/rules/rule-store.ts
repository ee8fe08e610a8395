import { setImmediate as breathe } from "node:timers/promises";
import type { Logger } from "pino";
import { withoutParameters } from "../db/failures";
import { pauseUnless } from "../jobs/pause-unless";
import type { Clock } from "../kernel/clock";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { CatalogueStore } from "../snapshot/catalogue-store";
import type { AudienceRules } from "./core/expand-audiences";
import { RuleIndex, type RuleIndexSize } from "./core/index/rule-index";
import { assumedStatistics, type RuleStatistics } from "./core/index/statistics";
import { RuleVocabulary } from "./core/index/vocabulary";
import type { RankTable } from "./core/rank-table";
import { defaultRanking, type Ranking } from "./core/ranking";
import { IndexedThings } from "./indexed-things";
import type { RuledThing, RuleRooms } from "./ruled-things";
import { typeOfFact } from "./type-of-fact";

/** Every published rule, as it is valid at one moment. Good until the next `at`. */
export interface RulesAt {
  readonly index: RuleIndex;
  readonly vocabulary: RuleVocabulary;
  /** The thing whose rule the index answers by this number. */
  readonly thing: (number: number) => RuledThing;
  readonly audiences: AudienceRules;
  /** Whether each thing's row is the very one that the snapshot holds. */
  readonly isOf: (snapshot: CatalogueSnapshot) => boolean;
  /** What ranking asks of the things, by their numbers; their owners are merchants by number. */
  readonly ranks: RankTable;
  readonly ranking: Ranking;
  /** Ids of merchants by the numbers that the ranks hold. It only grows. */
  readonly merchantIds: readonly string[];
  /** Undefined where nothing of this id is published. */
  readonly numberOf: (kind: RuledThing["kind"], id: string) => number | undefined;
}

export interface RuleStoreOptions {
  readonly catalogue: Pick<CatalogueStore, "current">;
  readonly rooms: RuleRooms;
  readonly log: Logger;
  /** How matches are ranked; the defaults where it is not given. */
  readonly ranking?: Ranking;
  /** Counts a sample of members; without it, or where it fails or finds none, the assumed statistics are gone by. */
  readonly sample?: (now: Date) => Promise<RuleStatistics | undefined>;
}

export interface RuleStoreSize extends RuleIndexSize {
  /** Changes of the catalogue that are not in the index yet. */
  readonly waiting: number;
}

/**
 * How long a slice of the work may hold the event loop. The first build of 100,000 rules takes a second or two in all;
 * requests come in between.
 */
const sliceMillis = 5;
const followEveryMillis = 1_000;
/** Statistics make matching fast, never right or wrong, and change slowly. */
const sampleEveryMillis = 6 * 3_600_000;

/**
 * The rules of everything that is published, in the memory of this process: the index that finds those that hold of a
 * member in a moment, following the catalogue's snapshot.
 *
 * It looks at the snapshot whenever it is asked, so that what a request published is matched by the next one to this
 * server, and on others once their snapshot has it (300 ms). Nothing is ever sent to it.
 */
export class RuleStore {
  readonly rooms: RuleRooms;
  readonly vocabulary: RuleVocabulary;
  readonly #catalogue: Pick<CatalogueStore, "current">;
  readonly #log: Logger;
  readonly #sample: RuleStoreOptions["sample"];
  readonly #ranking: Ranking;
  readonly #stopping = new AbortController();
  #statistics: RuleStatistics = assumedStatistics;
  #live: Build | undefined;
  #draining: Promise<void> | undefined;
  #following: Promise<void> | undefined;

  constructor({ catalogue, rooms, log, sample, ranking = defaultRanking }: RuleStoreOptions) {
    this.#catalogue = catalogue;
    this.rooms = rooms;
    this.#log = log;
    this.#sample = sample;
    this.#ranking = ranking;
    this.vocabulary = new RuleVocabulary((fact) => typeOfFact(catalogue.current, fact));
  }

  /**
   * The rules that are valid at this instant, of the newest snapshot. Where nobody called `open`, the first call builds
   * the index in one go; few changes are taken at once, and a catalogue that was loaded anew in slices.
   */
  at(now: Date): RulesAt {
    const live = (this.#live ??= this.#buildAtOnce(now));
    live.things.take(this.#catalogue.current);
    if (live.things.waiting > 0) this.#drainBehind(live);
    live.index.moveClock(now.getTime());
    return live;
  }

  /** Builds the index in slices and keeps it up to date from now on, until `close`. The catalogue must be loaded. */
  async open(clock: Clock): Promise<void> {
    await this.rebuild(clock());
    this.#following ??= this.#follow(clock, this.#stopping.signal);
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#following;
    await this.#draining;
  }

  /** Builds another index by a new sample of members, in slices, while the one before answers. */
  async rebuild(now: Date): Promise<void> {
    await this.#takeSample(now);
    const startedAt = performance.now();
    const next = this.#begin(now);
    next.things.take(this.#catalogue.current);
    await this.#drain(next);
    this.#live = next;
    const millis = Math.round(performance.now() - startedAt);
    this.#log.info({ ...next.index.size, millis }, "the published rules are indexed");
  }

  /** Resolves when no change waits any more. */
  async settled(): Promise<void> {
    await this.#draining;
  }

  get size(): RuleStoreSize {
    const size = this.#live?.index.size ?? { rules: 0, posted: 0, bytes: 0 };
    return { ...size, waiting: this.#live?.things.waiting ?? 0 };
  }

  get statistics(): RuleStatistics {
    return this.#statistics;
  }

  /** Audiences as they are published in the newest snapshot. */
  readonly audiences: AudienceRules = (code) => this.rooms.audiences.meaning(this.#catalogue.current, code);

  #begin(now: Date): Build {
    const index = new RuleIndex(this.vocabulary, { statistics: this.#statistics, now: now.getTime() });
    const things = new IndexedThings(this.rooms, index, this.#ranking, (key, error) =>
      this.#log.error({ thing: key, err: error }, "a published rule cannot be indexed; nobody is matched by it"),
    );
    const thing = (number: number) => things.thing(number);
    const numberOf = (kind: RuledThing["kind"], id: string) => things.numberOf(kind, id);
    const { audienceRules: audiences, ranks, merchantIds } = things;
    const [ranking, vocabulary] = [this.#ranking, this.vocabulary];
    const isOf = (snapshot: CatalogueSnapshot) => things.isOf(snapshot);
    return { index, things, isOf, thing, numberOf, ranks, ranking, merchantIds, vocabulary, audiences };
  }

  #buildAtOnce(now: Date): Build {
    const build = this.#begin(now);
    build.things.take(this.#catalogue.current);
    build.things.slice(Infinity);
    return build;
  }

  #drainBehind(build: Build): void {
    this.#draining ??= this.#drain(build).finally(() => (this.#draining = undefined));
  }

  async #drain({ things }: Build): Promise<void> {
    while (things.waiting > 0 && !this.#stopping.signal.aborted) {
      things.slice(sliceMillis);
      await breathe();
    }
  }

  async #takeSample(now: Date): Promise<void> {
    try {
      this.#statistics = (await this.#sample?.(now)) ?? this.#statistics;
    } catch (error) {
      this.#log.warn({ err: withoutParameters(error) }, "members could not be sampled; matching goes on without");
    }
  }

  /** Lets windows begin and end, and new snapshots in, also where nobody asks, so that whoever comes next need not wait. */
  async #follow(clock: Clock, signal: AbortSignal): Promise<void> {
    let sampledAt = performance.now();
    for (;;) {
      await pauseUnless(signal, followEveryMillis);
      if (signal.aborted) return;
      this.at(clock());
      if (performance.now() - sampledAt < sampleEveryMillis) continue;
      sampledAt = performance.now();
      await this.rebuild(clock());
    }
  }
}

interface Build extends RulesAt {
  readonly things: IndexedThings;
}
