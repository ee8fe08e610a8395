import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { emptySnapshot } from "../snapshot/catalogue-snapshot";
import { changedKeys } from "./core/changed-rows";
import { audiencesBehind, expandAudiences, type AudienceRules } from "./core/expand-audiences";
import type { RuleIndex } from "./core/index/rule-index";
import { RankTable } from "./core/rank-table";
import type { Rankable, Ranking } from "./core/ranking";
import type { RuledThing, RuledThings, RuleRooms } from "./ruled-things";

/** What is known of the thing under a number. */
interface Held {
  readonly key: string;
  /** The audiences that its rule rests on, itself and through others. */
  readonly audiences: readonly string[];
}

/** What changed of one room's things, and how much of it was taken. */
interface Changes {
  readonly things: RuledThings;
  readonly ids: readonly string[];
  next: number;
}

/**
 * So many changes are taken at once, in the same breath as the snapshot that brought them: a snapshot that follows the
 * log brings at most as many things. One that was loaded anew brings them all, and those are taken in slices.
 */
const atOnce = 500;

/** The published things with rules in one index, which follows the catalogue: only what changed is put in anew. */
export class IndexedThings {
  readonly #rooms: RuleRooms;
  readonly #index: RuleIndex;
  readonly #onFailure: (key: string, error: unknown) => void;
  #snapshot: CatalogueSnapshot = emptySnapshot;
  readonly #numbers = new Map<string, number>();
  readonly #held: (Held | undefined)[] = [];
  /** The same numbers; apart, since every match that is shown reads its thing. */
  readonly #things: (RuledThing | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #waiting: Changes[] = [];
  /** Numbers of the things that rest on an audience, by its code. */
  readonly #byAudience = new Map<string, Set<number>>();
  readonly #owners = new Map<string, number>();
  readonly #merchantIds: string[] = [];
  /** What ranking asks of the things, by their numbers; their owners are merchants by number. */
  readonly ranks: RankTable;

  constructor(rooms: RuleRooms, index: RuleIndex, ranking: Ranking, onFailure: (key: string, error: unknown) => void) {
    this.#rooms = rooms;
    this.#index = index;
    this.#onFailure = onFailure;
    this.ranks = new RankTable(ranking, (number) => this.thing(number).id);
  }

  get size(): number {
    return this.#numbers.size;
  }

  /** How many changes wait for a slice. */
  get waiting(): number {
    return countOf(this.#waiting);
  }

  /** What stands under a number that the index answered. */
  thing(number: number): RuledThing {
    const thing = this.#things[number];
    if (!thing) throw new Error(`the index knows a rule ${number} that nothing stands under`);
    return thing;
  }

  /** Whether each thing's row is the very one that the snapshot holds. */
  isOf(snapshot: CatalogueSnapshot): boolean {
    return snapshot === this.#snapshot && this.#waiting.length === 0;
  }

  /** Ids of merchants by the numbers that the ranks hold. */
  get merchantIds(): readonly string[] {
    return this.#merchantIds;
  }

  numberOf(kind: RuledThing["kind"], id: string): number | undefined {
    return this.#numbers.get(keyOf(kind, id));
  }

  /** Audiences as they are published in the snapshot that was taken last. */
  readonly audienceRules: AudienceRules = (code) => this.#rooms.audiences.meaning(this.#snapshot, code);

  /** Follows the snapshot: few changes at once, many are left for `slice`. */
  take(snapshot: CatalogueSnapshot): void {
    if (snapshot === this.#snapshot) return;
    const changes = this.#changes(this.#snapshot, snapshot);
    this.#snapshot = snapshot;
    if (countOf(changes) > atOnce) {
      this.#waiting.push(...changes);
      return;
    }
    for (const { things, ids } of changes) for (const id of ids) this.#put(things, id);
  }

  /** Puts in what waits, for about so long. What was put in meanwhile is found to be the same, and costs little. */
  slice(millis: number): void {
    const until = performance.now() + millis;
    for (let changes = this.#waiting[0]; changes; changes = this.#waiting[0]) {
      const { things, ids } = changes;
      while (changes.next < ids.length) {
        this.#put(things, ids[changes.next++] as string);
        if (performance.now() >= until) return;
      }
      this.#waiting.shift();
    }
  }

  #changes(before: CatalogueSnapshot, after: CatalogueSnapshot): Changes[] {
    const changes = this.#rooms.things.map((things): Changes => {
      return { things, ids: changedKeys(things.rows(before), things.rows(after)), next: 0 };
    });
    const { audiences } = this.#rooms;
    const codes = changedKeys(audiences.rows(before), audiences.rows(after));
    const resting = new Set(codes.flatMap((code) => [...(this.#byAudience.get(code) ?? [])]));
    for (const number of resting) {
      const held = this.#things[number];
      const things = this.#rooms.things.find((each) => each.kind === held?.kind);
      if (held && things) changes.push({ things, ids: [held.id], next: 0 });
      // Its rule says what it said, but the audience does not.
      this.#forgetStamp(number);
    }
    return changes;
  }

  #forgetStamp(number: number): void {
    const thing = this.#things[number];
    if (thing) this.#things[number] = { ...thing, stamp: "" };
  }

  /** One thing that cannot be put in must not keep the others from being matched: it is left out, and told. */
  #put(things: RuledThings, id: string): void {
    const key = keyOf(things.kind, id);
    try {
      const thing = things.thing(this.#snapshot, id);
      if (thing) this.#hold(key, thing);
      else this.#drop(key);
    } catch (error) {
      this.#drop(key);
      this.#onFailure(key, error);
    }
  }

  #hold(key: string, thing: RuledThing): void {
    const before = this.#numbers.get(key);
    if (before !== undefined && this.#things[before]?.stamp === thing.stamp) {
      // Nothing that is indexed is another, but its row is.
      this.#things[before] = thing;
      return;
    }
    const number = before ?? this.#free.pop() ?? this.#held.length;
    const { rule } = thing;
    this.#index.put({
      id: number,
      rule: rule && expandAudiences(rule, this.audienceRules),
      from: thing.startsAt.getTime(),
      to: thing.endsAt?.getTime() ?? null,
    });
    this.ranks.set(number, rankableOf(thing), this.#ownerOf(thing.merchantId));
    this.#forgetAudiences(number);
    const audiences = rule ? audiencesBehind(rule, this.audienceRules) : [];
    this.#held[number] = { key, audiences };
    this.#things[number] = thing;
    this.#numbers.set(key, number);
    for (const code of audiences) {
      const numbers = this.#byAudience.get(code) ?? new Set();
      this.#byAudience.set(code, numbers.add(number));
    }
  }

  #ownerOf(merchantId: string): number {
    const before = this.#owners.get(merchantId);
    if (before !== undefined) return before;
    const owner = this.#merchantIds.push(merchantId) - 1;
    this.#owners.set(merchantId, owner);
    return owner;
  }

  #drop(key: string): void {
    const number = this.#numbers.get(key);
    if (number === undefined) return;
    this.#index.remove(number);
    this.#forgetAudiences(number);
    this.#held[number] = undefined;
    this.#things[number] = undefined;
    this.#numbers.delete(key);
    this.#free.push(number);
  }

  #forgetAudiences(number: number): void {
    for (const code of this.#held[number]?.audiences ?? []) {
      const numbers = this.#byAudience.get(code);
      numbers?.delete(number);
      if (numbers?.size === 0) this.#byAudience.delete(code);
    }
  }
}

function countOf(all: readonly Changes[]): number {
  return all.reduce((count, { ids, next }) => count + ids.length - next, 0);
}

/** Informational things are worth nothing in money. */
export function rankableOf({ priority, value, publishedAt }: RuledThing): Rankable {
  return { priority, rewardMinor: Number(value?.amountMinor ?? 0n), publishedAt: publishedAt.getTime() };
}

function keyOf(kind: RuledThing["kind"], id: string): string {
  return `${kind}:${id}`;
}
