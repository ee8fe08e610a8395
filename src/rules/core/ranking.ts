import { millisPerDay } from "../../kernel/calendar-date";

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

/** The parts that depend neither on the member nor on the moment, together. */
export function standingOf({ priority, rewardMinor }: Rankable, { weights, halfValueMinor }: Ranking): number {
  return weights.priority * priority + weights.value * valuePart(rewardMinor, halfValueMinor);
}

export function scoreOf(ranked: Rankable, response: Response, now: number, ranking: Ranking): Score {
  const { weights, halfValueMinor, halfAgeDays } = ranking;
  const { priority, rewardMinor, publishedAt } = ranked;
  const [published, today] = [Math.floor(publishedAt / millisPerDay), Math.floor(now / millisPerDay)];
  const age = ageDays(published, publishedAt - published * millisPerDay, today, now - today * millisPerDay);
  const parts = {
    priority: weights.priority * priority,
    value: weights.value * valuePart(rewardMinor, halfValueMinor),
    freshness: weights.freshness * freshnessPart(age, halfAgeDays),
    response: weights.response * responsePart(response),
  };
  return { total: parts.priority + parts.value + parts.freshness + parts.response, parts };
}

/** Doubles give every server the same, and more digits than a thousandth part needs. */
export function valuePart(rewardMinor: number, halfValueMinor: number): number {
  return rewardMinor <= 0 ? 0 : Math.floor((whole * rewardMinor) / (rewardMinor + halfValueMinor));
}

/**
 * Whole days between two instants, each as its day and the milliseconds since that began. What is published in the
 * future, as a planned moment's past may have it, is as fresh as can be.
 */
export function ageDays(day: number, millis: number, today: number, millisToday: number): number {
  const days = today - day - (millisToday < millis ? 1 : 0);
  return days < 0 ? 0 : days;
}

export function freshnessPart(days: number, halfAgeDays: number): number {
  return Math.floor((whole * halfAgeDays) / (halfAgeDays + days));
}

/** Laplace's rule of succession: with nothing known one half, and no single answer makes it none or all. */
export function responsePart({ taken, ignored }: Response): number {
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
