import { setTimeout as pause } from "node:timers/promises";
import type { Db, Tx } from "./client";
import { sqlStateOf } from "./failures";

export { CommitUnknownError, TransactionLostError } from "./transaction-errors";

export interface TransactionOptions {
  readonly isolation?: "read committed" | "repeatable read" | "serializable";
  readonly readOnly?: boolean;
  /**
   * How often the work is run altogether when the server gives it up for a conflict with another transaction
   * (serialization failure, deadlock). 1, the default, means never again. The work must bear being repeated: nothing of
   * the earlier run remains in the database, but whatever it did elsewhere does.
   */
  readonly attempts?: number;
}

const conflicts = new Set(["40001", "40P01"]);

/**
 * Several statements that happen together or not at all.
 *
 * Rejects with TransactionLostError when the connection broke before the commit was sent: nothing remains. Rejects with
 * CommitUnknownError when it broke afterwards: all or nothing remains, and only the data can say which. Neither is ever
 * repeated here. Work that reads and writes one value should be one statement instead; a transaction inside a
 * transaction is a savepoint (`tx.transaction`), never another call of this, which would wait for a second connection.
 */
export async function inTransaction<T>(
  db: Db,
  work: (tx: Tx) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const config = {
    ...(options.isolation ? { isolationLevel: options.isolation } : {}),
    ...(options.readOnly ? { accessMode: "read only" as const } : {}),
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction(work, Object.keys(config).length > 0 ? config : undefined);
    } catch (error) {
      if (attempt >= (options.attempts ?? 1) || !conflicts.has(sqlStateOf(error) ?? "")) throw error;
      // Two that collided must not collide again in step.
      await pause(Math.random() * 10 * attempt);
    }
  }
}
