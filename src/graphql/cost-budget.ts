import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";

/** What parsing and validating a document that is not in the cache counts for: 345–673 µs were measured. */
export const newDocumentCost = 10;

const windowSeconds = 60;

/**
 * How much each caller may still ask for in this minute, in units of query cost. HTTP rate limits count requests and do
 * not see what stands in them. It lives in this process: several servers allow the whole budget each, and the workers of
 * one server are each given a share of it (workers/core/cost-share.ts).
 */
export class CostBudget {
  readonly #limiter: RateLimiterMemory | undefined;

  /** `costPerMinute` 0 means no limit. */
  constructor(private readonly costPerMinute: number) {
    this.#limiter =
      costPerMinute > 0 ? new RateLimiterMemory({ points: costPerMinute, duration: windowSeconds }) : undefined;
  }

  /** Takes the cost from the caller's budget; answers the refusal where it is not there. */
  async spend(caller: string, cost: number): Promise<BudgetRefusal | undefined> {
    if (!this.#limiter) return undefined;
    try {
      await this.#limiter.consume(caller, cost);
      return undefined;
    } catch (left) {
      if (left instanceof Error) throw left;
      return this.#refusal(cost, left as RateLimiterRes);
    }
  }

  /** Takes without asking: for work that is already under way. */
  async charge(caller: string, cost: number): Promise<void> {
    await this.#limiter?.penalty(caller, cost);
  }

  #refusal(cost: number, left: RateLimiterRes): BudgetRefusal {
    const retryAfterSeconds = Math.max(1, Math.ceil(left.msBeforeNext / 1000));
    return {
      retryAfterSeconds,
      message:
        `Rate limit of ${this.costPerMinute} cost a minute exceeded: this request costs ${cost}. ` +
        `Try again in ${retryAfterSeconds} s.`,
    };
  }
}

export interface BudgetRefusal {
  readonly message: string;
  readonly retryAfterSeconds: number;
}
