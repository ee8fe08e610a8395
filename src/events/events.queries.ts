import { and, asc, eq, gt, isNull, sql } from "drizzle-orm";
import type { Queryable } from "../db/client";
import { events } from "./events.tables";

/** What happened, as subscribers read it. */
export interface RelayedEvent {
  readonly eventId: string;
  readonly position: bigint;
  readonly memberId: string | null;
  /** Dotted, past tense: `purchase.recorded`. */
  readonly type: string;
  readonly payload: unknown;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
}

/**
 * The next events after a position, in the order in which they became readable: a subscriber that remembers the last
 * position it saw misses none and sees none twice. `catalogueOnly` leaves members' events out.
 */
export function eventsAfter(
  db: Queryable,
  position: bigint,
  options: { readonly limit: number; readonly catalogueOnly?: boolean },
): Promise<RelayedEvent[]> {
  const wanted = and(gt(events.position, position), options.catalogueOnly ? isNull(events.memberId) : undefined);
  return db.select(columns).from(events).where(wanted).orderBy(asc(events.position)).limit(options.limit);
}

/** One event, for the job that was queued for it; undefined where there is none of this id. */
export async function findEvent(db: Queryable, eventId: string): Promise<RelayedEvent | undefined> {
  const [event] = await db.select(columns).from(events).where(eq(events.eventId, eventId));
  return event;
}

/** The highest position so far; 0 before the first event. Servers poll it to learn that the catalogue moved. */
export async function lastPosition(db: Queryable): Promise<bigint> {
  const highest = sql`coalesce(max(${events.position}), 0)`.mapWith(events.position);
  const [found] = await db.select({ highest }).from(events);
  return found?.highest ?? 0n;
}

const columns = {
  eventId: events.eventId,
  position: events.position,
  memberId: events.memberId,
  type: events.type,
  payload: events.payload,
  occurredAt: events.occurredAt,
  recordedAt: events.recordedAt,
};
