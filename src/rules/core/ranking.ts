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
  readonly id: string;
  /** 0 to 1000. */
  readonly priority: number;
  /** 0 to 1000: `valuePart` of the reward, which does not change while the thing is published. */
  readonly value: number;
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

export function scoreOf(ranked: Rankable, response: Response, now: number, { weights, halfAgeDays }: Ranking): Score {
  const parts = {
    priority: weights.priority * ranked.priority,
    value: weights.value * ranked.value,
    freshness: weights.freshness * freshnessPart(ranked.publishedAt, now, halfAgeDays),
    response: weights.response * responsePart(response),
  };
  return { total: parts.priority + parts.value + parts.freshness + parts.response, parts };
}

export function valuePart(rewardMinor: bigint, halfValueMinor: number): number {
  if (rewardMinor <= 0n) return 0;
  return Number((BigInt(whole) * rewardMinor) / (rewardMinor + BigInt(halfValueMinor)));
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
 * The first `count` after the place, in order. It keeps the best in a small sorted list instead of sorting all: of 100
 * matches ten are shown, and a broad catalogue has thousands of matches.
 */
export function firstPlaces<Place extends RankedPlace>(
  places: Iterable<Place>,
  count: number,
  after: RankedPlace | null,
): Place[] {
  const best: Place[] = [];
  for (const place of places) {
    if (after && comparePlaces(place, after) <= 0) continue;
    const last = best[count - 1];
    if (last && comparePlaces(place, last) >= 0) continue;
    insertInOrder(best, place);
    if (best.length > count) best.pop();
  }
  return count === 0 ? [] : best;
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
