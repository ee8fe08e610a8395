import type { Sql, TransactionSql } from "postgres";
import { isConnectionFailure } from "./failures";
import { GuardedTransaction } from "./guarded-transaction";

type Work<T> = (sql: TransactionSql) => T | Promise<T>;

/**
 * The connections on which transactions run, each a postgres.js client of its own with one connection.
 *
 * postgres.js 3.4.9 keeps sending the statements of a `begin` block to its connection object after the backend died. As
 * soon as some other query of the pool has reconnected that object, they run there one by one, outside of any
 * transaction: half of the work stays. Before that moment they make the process crash, since there is no socket. So
 * - a lane has no other user who could reconnect it, and is thrown away at its first close or connection error;
 * - the guard refuses each statement of a lost transaction. Its check and the driver's use of the socket are parted by
 *   microtasks alone, and a socket's close is never delivered between microtasks: no window remains;
 * - the function given to the driver never settles once the transaction is lost, so the driver has no reason to send its
 *   own `commit` or `rollback`.
 * Costs about 20 µs a transaction (257 against 240 µs for begin, one statement and commit, median of nine thousand).
 * Rejected: an epoch of the whole pool (every connection that reaches its lifetime would kill all transactions), and
 * `reserve()` (it waits for ever on a new connection when `fetch_types` is off).
 */
export class TransactionLanes {
  private readonly idle: Lane[] = [];
  private readonly waiting: ((lane: Lane) => void)[] = [];
  private readonly lanes = new Set<Lane>();
  private ended = false;

  constructor(
    private readonly open: (onclose: () => void) => Sql,
    private readonly max: number,
  ) {}

  async begin<T>(optionsOrWork: string | Work<T>, maybeWork?: Work<T>): Promise<T> {
    const options = typeof optionsOrWork === "string" ? optionsOrWork : "";
    const work = typeof optionsOrWork === "string" ? maybeWork : optionsOrWork;
    if (!work) throw new Error("A transaction needs a function");
    for (;;) {
      const lane = await this.take();
      const transaction = new GuardedTransaction((cause) => lane.break(cause));
      try {
        return await runGuarded(lane, transaction, options, work);
      } catch (error) {
        // The connection had died unnoticed since its last use. The work has not started, so another lane may take it.
        const stale = lane.hasServed && transaction.isLost && !transaction.hasBegun;
        if (!stale) throw error;
      } finally {
        this.giveBack(lane);
      }
    }
  }

  async end(options?: { timeout?: number }): Promise<void> {
    this.ended = true;
    await Promise.all([...this.lanes].map((lane) => lane.client.end(options)));
  }

  private take(): Promise<Lane> | Lane {
    if (this.ended) throw new Error("The database is closed; no transaction can begin.");
    const lane = this.idle.pop();
    if (lane) return lane;
    if (this.lanes.size < this.max) return this.openLane();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private openLane(): Lane {
    const lane: Lane = new Lane(this.open, () => this.discard(lane));
    this.lanes.add(lane);
    return lane;
  }

  private giveBack(lane: Lane): void {
    lane.transaction = undefined;
    lane.hasServed = true;
    if (lane.broken) return;
    const next = this.waiting.shift();
    if (next) next(lane);
    else this.idle.push(lane);
  }

  private discard(lane: Lane): void {
    this.lanes.delete(lane);
    const index = this.idle.indexOf(lane);
    if (index >= 0) this.idle.splice(index, 1);
    const next = this.ended ? undefined : this.waiting.shift();
    if (next) next(this.openLane());
  }
}

class Lane {
  readonly client: Sql;
  transaction: GuardedTransaction | undefined;
  broken = false;
  hasServed = false;

  constructor(
    open: (onclose: () => void) => Sql,
    private readonly discard: () => void,
  ) {
    this.client = open(() => this.break());
  }

  /** Called synchronously by the driver when the socket has closed, and by the guard at the first connection error. */
  break(cause?: unknown): void {
    this.transaction?.lose(cause);
    if (this.broken) return;
    this.broken = true;
    this.discard();
    // Also refuses, in the driver itself, whatever might still be sent; there is nothing left to wait for.
    void this.client.end({ timeout: 0 }).catch(() => undefined);
  }
}

async function runGuarded<T>(lane: Lane, transaction: GuardedTransaction, options: string, work: Work<T>): Promise<T> {
  lane.transaction = transaction;
  try {
    const answer = lane.client.begin(options, (sql) => transaction.run(sql, work));
    return (await Promise.race([answer, transaction.lost])) as T;
  } catch (error) {
    if (!transaction.isLost && isConnectionFailure(error)) lane.break(error);
    throw transaction.outcomeOf(error);
  }
}
