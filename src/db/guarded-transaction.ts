import type { PendingQuery, Row, TransactionSql } from "postgres";
import { isConnectionFailure } from "./failures";
import { CommitUnknownError, TransactionLostError, TransactionOverError } from "./transaction-errors";

type Phase = "beginning" | "working" | "committing" | "rolling back";

/** One run of a transaction: what it has reached, whether its connection broke, and what that means to the caller. */
export class GuardedTransaction {
  /** Rejects when the connection breaks; never resolves. */
  readonly lost: Promise<never>;
  private lossError: TransactionLostError | CommitUnknownError | undefined;
  private rejectLost: (error: Error) => void = () => undefined;
  /** Tells those who wait for an answer of the loss. */
  private readonly waiting = new Set<(loss: Error) => void>();
  private phase: Phase = "beginning";
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly breakLane: (cause: unknown) => void) {
    this.lost = new Promise((_, reject) => (this.rejectLost = reject));
    this.lost.catch(() => undefined);
  }

  get isLost(): boolean {
    return this.lossError !== undefined;
  }

  /** The work has been called; until then nothing can have happened. */
  get hasBegun(): boolean {
    return this.phase !== "beginning";
  }

  lose(cause?: unknown): void {
    if (this.lossError) return;
    this.lossError = this.phase === "committing" ? new CommitUnknownError(cause) : new TransactionLostError(cause);
    this.rejectLost(this.lossError);
    for (const tell of this.waiting) tell(this.lossError);
    this.waiting.clear();
  }

  /** The function the driver runs between its `begin` and its `commit`. */
  async run<T>(sql: TransactionSql, work: (sql: TransactionSql) => T | Promise<T>): Promise<T> {
    // The driver may still begin on a new connection what was queued for the old one.
    if (this.isLost) return never();
    this.phase = "working";
    try {
      const result = await work(this.guard(sql));
      if (this.isLost) return await never();
      this.phase = "committing";
      return result;
    } catch (error) {
      if (this.isLost) return await never();
      this.phase = "rolling back";
      this.failure = { error };
      throw error;
    }
  }

  /** What the caller is told when the whole rejected with `error`. */
  outcomeOf(error: unknown): unknown {
    // A rollback that could not be sent changes nothing about why the work was given up.
    if (this.phase === "rolling back" && this.failure) return this.failure.error;
    // Before `begin` was answered the work has not started; the connection's own error says more.
    if (this.phase === "beginning") return this.lossError?.cause ?? error;
    return this.lossError ?? error;
  }

  private guard(sql: TransactionSql): TransactionSql {
    const guarded = {
      unsafe: (...args: Parameters<TransactionSql["unsafe"]>) => this.statement(sql.unsafe(...args)),
      savepoint: (...args: unknown[]) => this.savepoint(sql, args),
    };
    // drizzle uses these and no others; a tagged template would not pass the guard, so there is none.
    return guarded as unknown as TransactionSql;
  }

  /** The driver sends a statement when it is first awaited, so that is where the check stands. */
  private statement(query: PendingQuery<Row[]>): unknown {
    const send = () => this.settle(() => query);
    return {
      then: (...handlers: Parameters<Promise<unknown>["then"]>) => send().then(...handlers),
      catch: (...handlers: Parameters<Promise<unknown>["catch"]>) => send().catch(...handlers),
      finally: (...handlers: Parameters<Promise<unknown>["finally"]>) => send().finally(...handlers),
      values: () => this.settle(() => query.values()),
    };
  }

  private savepoint(sql: TransactionSql, args: unknown[]): Promise<unknown> {
    const work = args.at(-1) as (sql: TransactionSql) => Promise<unknown>;
    const run = async (inner: TransactionSql): Promise<unknown> => {
      try {
        const result = await work(this.guard(inner));
        return this.isLost ? await never() : result;
      } catch (error) {
        if (this.isLost) return await never();
        throw error;
      }
    };
    return this.settle(() => (args.length > 1 ? sql.savepoint(String(args[0]), run) : sql.savepoint(run)));
  }

  private settle(start: () => PromiseLike<unknown>): Promise<unknown> {
    if (this.lossError) return Promise.reject(this.lossError);
    if (this.phase !== "working") return Promise.reject(new TransactionOverError());
    const answer = start().then(undefined, (error: unknown) => {
      if (isConnectionFailure(error)) this.breakLane(error);
      throw this.lossError ?? error;
    });
    return this.unlessLost(answer);
  }

  /** No `Promise.race` with `lost`, which would hold every answer of the transaction until its end. */
  private unlessLost(answer: PromiseLike<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting.add(reject);
      const over = () => this.waiting.delete(reject);
      answer.then(
        (value) => (over(), resolve(value)),
        (error: Error) => (over(), reject(error)),
      );
    });
  }
}

/** Leaves the driver waiting, so that it sends neither `commit` nor `rollback` after the connection broke. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
