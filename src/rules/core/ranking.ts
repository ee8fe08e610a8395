/**
 * How matches are ranked: a score of four parts, each 0 to 1000, times its weight.
 *
 *     score     = weights.priority × priority + weights.value × value + weights.freshness × freshness
 *               + weights.response × response
 *     priority  = as declared, 0 to 1000
 *     value     = 1000 × reward / (reward + halfValueMinor)             in minor units of the reward's currency
 *     freshness = 1000 × halfAgeDays / (halfAgeDays + days since it was published)
 *     response  = 1000 × (taken + 1) / (taken + ignored + 2)            500 where the member never met the offer
 *
 * All of them are whole numbers, rounded down, so that every server ranks alike and a cursor can hold a score. Equal
 * scores go by id. Rewards of different currencies compare by their minor units alone: nothing here knows rates.
 */
export interface Ranking {
  /** 0 to 100 each; what counts is how they stand to each other. */
  readonly weights: RankingParts;
  /** The reward that is worth 500 of 1000. */
  readonly halfValueMinor: number;
  /** The age at which 500 of 1000 are left. */
  readonly halfAgeDays: number;
}

export interface RankingParts {
  readonly priority: number;
  readonly value: number;
  readonly freshness: number;
  readonly response: number;
}

export const defaultRanking: Ranking = {
  weights: { priority: 50, value: 20, freshness: 10, response: 20 },
  halfValueMinor: 1_000,
  halfAgeDays: 30,
};

/** What the member did with the same thing before. */
export interface Response {
  /** How often it was activated, or a delivery of it completed. */
  readonly taken: number;
  /** How many deliveries were looked at and neither completed nor followed by an activation. */
  readonly ignored: number;
}

export const noResponse: Response = { taken: 0, ignored: 0 };

/** What is ranked. */
export interface Rankable {
  /** 0 to 1000. */
  readonly priority: number;
  /** 0 where the member gets no money by it. */
  readonly rewardMinor: number;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
}

export interface Score {
  readonly total: number;
  /** Each with its weight, so that they add up to the total. */
  readonly parts: RankingParts;
}

const whole = 1_000;
const millisPerDay = 86_400_000;

/** The total alone, without an object: a member has hundreds of matches, of which ten are shown. */
export function totalOf(
  priority: number,
  rewardMinor: number,
  publishedAt: number,
  response: Response,
  now: number,
  { weights, halfValueMinor, halfAgeDays }: Ranking,
): number {
  return (
    weights.priority * priority +
    weights.value * valuePart(rewardMinor, halfValueMinor) +
    weights.freshness * freshnessPart(publishedAt, now, halfAgeDays) +
    weights.response * responsePart(response)
  );
}

export function scoreOf(ranked: Rankable, response: Response, now: number, ranking: Ranking): Score {
  const { weights, halfValueMinor, halfAgeDays } = ranking;
  const { priority, rewardMinor, publishedAt } = ranked;
  const parts = {
    priority: weights.priority * priority,
    value: weights.value * valuePart(rewardMinor, halfValueMinor),
    freshness: weights.freshness * freshnessPart(publishedAt, now, halfAgeDays),
    response: weights.response * responsePart(response),
  };
  return { total: totalOf(priority, rewardMinor, publishedAt, response, now, ranking), parts };
}

/** Doubles give every server the same, and more digits than a thousandth part needs. */
export function valuePart(rewardMinor: number, halfValueMinor: number): number {
  return rewardMinor <= 0 ? 0 : Math.floor((whole * rewardMinor) / (rewardMinor + halfValueMinor));
}

/** What is published in the future, as a planned moment's past may have it, is as fresh as can be. */
function freshnessPart(publishedAt: number, now: number, halfAgeDays: number): number {
  const ageDays = Math.max(0, Math.floor((now - publishedAt) / millisPerDay));
  return Math.floor((whole * halfAgeDays) / (halfAgeDays + ageDays));
}

/** Laplace's rule of succession: with nothing known one half, and no single answer makes it none or all. */
function responsePart({ taken, ignored }: Response): number {
  return Math.floor((whole * (taken + 1)) / (taken + ignored + 2));
}

/** A place in the ranking: higher scores first, then lower ids. */
export interface RankedPlace {
  readonly id: string;
  readonly total: number;
}

export function comparePlaces(one: RankedPlace, other: RankedPlace): number {
  return other.total - one.total || (one.id < other.id ? -1 : Number(one.id > other.id));
}

/**
 * The first so many after a place, in order, of all that are added in any order. The best so far stand in a small sorted
 * list instead of all being sorted at the end, and most of the others are told by their total that they need not come.
 */
export class FirstPlaces<Place extends RankedPlace> {
  readonly #best: Place[] = [];

  constructor(
    private readonly count: number,
    private readonly after: RankedPlace | null,
  ) {}

  /** False where a place with this total cannot be among the first; asked before the place is made. */
  mayBe(total: number): boolean {
    const last = this.#best[this.count - 1];
    return (last === undefined || total >= last.total) && (this.after === null || total <= this.after.total);
  }

  add(place: Place): void {
    if (this.after && comparePlaces(place, this.after) <= 0) return;
    const last = this.#best[this.count - 1];
    if (last && comparePlaces(place, last) >= 0) return;
    insertInOrder(this.#best, place);
    if (this.#best.length > this.count) this.#best.pop();
  }

  inOrder(): readonly Place[] {
    return this.#best;
  }
}

function insertInOrder<Place extends RankedPlace>(places: Place[], place: Place): void {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comparePlaces(places[middle] as Place, place) < 0) low = middle + 1;
    else high = middle;
  }
  places.splice(low, 0, place);
}
