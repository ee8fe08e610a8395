import { RateLimiterMemory } from "rate-limiter-flexible";

/** So many counts a day: some fifty previews with six conditions. With a group of 50, averaging one member out takes some 3,400. */
const countsPerDay = 1_000;
const daySeconds = 86_400;

/**
 * How many counts each partner may still be told today. Each process counts for itself, so that several allow as many
 * times that; a restart begins anew. It is a bound on averaging the noise out (core/minimum-group.ts) and no quota of a
 * product.
 */
export class PreviewBudget {
  readonly #limiter: RateLimiterMemory;

  constructor(counts = countsPerDay) {
    this.#limiter = new RateLimiterMemory({ points: counts, duration: daySeconds });
  }

  /** Undefined where they may be told; else how long to wait, in seconds. */
  async spend(partnerId: string, counts: number): Promise<number | undefined> {
    try {
      await this.#limiter.consume(partnerId, counts);
      return undefined;
    } catch (left) {
      if (left instanceof Error) throw left;
      return Math.max(1, Math.ceil((left as { readonly msBeforeNext: number }).msBeforeNext / 1000));
    }
  }
}
