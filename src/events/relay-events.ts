import type { Db } from "../db/client";
import { serverErrorOf } from "../db/failures";
import { carryRows, clearRows, oldestCatalogueRows, oldestMemberRows, type EventJob } from "./relay.queries";

export interface RelayOptions {
  /** The most rows taken from each outbox in one round. */
  readonly limit: number;
  readonly now: Date;
  /** Jobs to be queued for what is carried; they need the job tables (jobs/install-jobs.ts). */
  readonly jobs?: readonly EventJob[];
}

/**
 * Carries one round of events from the outboxes to `events`, each exactly once, and answers how many rows were taken
 * away: fewer than `limit` of either outbox means that there was no more. Any number of servers may run it at once.
 *
 * Three statements, each whole by itself and in this order: read, carry, clear. Whoever dies in between leaves rows that
 * the next round finds carried already and clears. One statement with `DELETE … RETURNING` would do on one machine, but
 * on a cluster the outbox lies on the members' shards and `events` on the coordinator, which no statement spans; a
 * transaction over both would have to be in doubt now and then. A member's events keep the order in which their ids were
 * made, as far as each transaction of a member makes them after it got that member's lock.
 */
export async function relayEvents(db: Db, options: RelayOptions): Promise<{ taken: number; more: boolean }> {
  const members = await oldestMemberRows(db, options.limit);
  const catalogue = await oldestCatalogueRows(db, options.limit);
  const rows = [...members, ...catalogue];
  if (rows.length === 0) return { taken: 0, more: false };
  try {
    await carryRows(db, rows, options.jobs ?? [], options.now);
  } catch (error) {
    // Another relay was faster with the same positions; what it left is for the next round.
    if (serverErrorOf(error)?.constraint_name === "events_position_key") return { taken: 0, more: true };
    throw error;
  }
  await clearRows(db, rows);
  return { taken: rows.length, more: members.length === options.limit || catalogue.length === options.limit };
}
