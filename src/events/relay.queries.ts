import { asc, sql, type SQL } from "drizzle-orm";
import { textArray, uuidArray } from "../db/arrays";
import type { Db, Queryable } from "../db/client";
import { catalogueOutbox, events, memberOutbox } from "./events.tables";

/** An outbox row on its way. The payload stays the text that it is in the database, so that nothing is lost in it. */
export interface OutboxRow {
  readonly eventId: string;
  /** Null for an event of the catalogue. */
  readonly memberId: string | null;
  readonly type: string;
  readonly payload: string;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
}

/** A job to be queued for every event of certain types; see jobs/registry.ts. */
export interface EventJob {
  readonly task: string;
  /** Absent for every type. */
  readonly types?: readonly string[];
}

/** The oldest rows of the members' outbox, at most `limit`. */
export function oldestMemberRows(db: Queryable, limit: number): Promise<OutboxRow[]> {
  const { memberId, eventId, type, payload, occurredAt, recordedAt } = memberOutbox;
  return db
    .select({ eventId, memberId, type, payload: sql<string>`${payload}::text`, occurredAt, recordedAt })
    .from(memberOutbox)
    .orderBy(asc(eventId))
    .limit(limit);
}

/** The oldest rows of the catalogue's outbox, at most `limit`. */
export function oldestCatalogueRows(db: Queryable, limit: number): Promise<OutboxRow[]> {
  const { eventId, type, payload, occurredAt, recordedAt } = catalogueOutbox;
  const nobody = sql<null>`null`.as("member_id");
  return db
    .select({ eventId, memberId: nobody, type, payload: sql<string>`${payload}::text`, occurredAt, recordedAt })
    .from(catalogueOutbox)
    .orderBy(asc(eventId))
    .limit(limit);
}

/**
 * Carries rows into `events` and queues their jobs, in one statement: both happen or neither, and an event that was
 * carried before is left alone with its jobs. Answers how many were new.
 *
 * Positions continue from the highest visible one. Two relays at once therefore take the same first position: the second
 * waits for the first one's commit on one of the unique keys, and then either finds its first event carried already or
 * fails on `events_position_key`. So positions appear in the order of commits, and a reader that has seen one will not
 * see a lower one appear.
 */
export async function carryRows(
  db: Queryable,
  rows: readonly OutboxRow[],
  jobs: readonly EventJob[],
  relayedAt: Date,
): Promise<number> {
  const carried = await db.execute<{ carried: string }>(sql`
    with fresh as (
      select given.*, row_number() over (order by given.event_id) as place
      from unnest(${uuidArray(rows.map((row) => row.eventId))},
                  ${uuidArrayWithNulls(rows.map((row) => row.memberId))},
                  ${textArray(rows.map((row) => row.type))},
                  ${textArray(rows.map((row) => row.payload))},
                  ${instantArray(rows.map((row) => row.occurredAt))},
                  ${instantArray(rows.map((row) => row.recordedAt))})
           as given (event_id, member_id, type, payload, occurred_at, recorded_at)
      where not exists (select from ${events} where ${events.eventId} = given.event_id)
    ), carried as (
      insert into ${events} (event_id, position, member_id, type, payload, occurred_at, recorded_at, relayed_at)
      select event_id, (select coalesce(max(${events.position}), 0) from ${events}) + place, member_id, type,
             payload::jsonb, occurred_at, recorded_at, ${relayedAt.toISOString()}::timestamptz
      from fresh
      on conflict (event_id) do nothing
      returning event_id, position, type
    ), queued as materialized (${queueJobs(jobs)})
    select (select count(*) from carried) as carried, (select count(*) from queued) as queued
  `);
  return Number(carried[0]?.carried ?? 0);
}

/** One job an event and task. The key makes the queue itself refuse a second one while the first is still waiting. */
function queueJobs(jobs: readonly EventJob[]): SQL {
  const wishes = jobs.flatMap(({ task, types }) => (types ?? [null]).map((type) => ({ task, type })));
  if (wishes.length === 0) return sql`select null from carried where false`;
  return sql`
    select graphile_worker.add_job(
             wished.task,
             payload => json_build_object('eventId', carried.event_id),
             job_key => wished.task || ':' || carried.event_id
           )
    from carried
    join unnest(${textArray(wishes.map((wish) => wish.task))}, ${textArray(wishes.map((wish) => wish.type))})
         as wished (task, type) on wished.type is null or wished.type = carried.type
    order by carried.position
  `;
}

/** Takes rows out of the outboxes that they came from; those already gone are no matter. */
export async function clearRows(db: Db, rows: readonly OutboxRow[]): Promise<void> {
  const ofMembers = rows.filter((row) => row.memberId !== null);
  const ofCatalogue = rows.filter((row) => row.memberId === null);
  if (ofMembers.length > 0) {
    const members = uuidArrayWithNulls([...new Set(ofMembers.map((row) => row.memberId))]);
    const taken = sql`${memberOutbox.memberId} = any(${members}) and ${memberOutbox.eventId} = any(${idsOf(ofMembers)})`;
    await db.delete(memberOutbox).where(taken);
  }
  if (ofCatalogue.length > 0) {
    await db.delete(catalogueOutbox).where(sql`${catalogueOutbox.eventId} = any(${idsOf(ofCatalogue)})`);
  }
}

function idsOf(rows: readonly OutboxRow[]): SQL {
  return uuidArray(rows.map((row) => row.eventId));
}

function uuidArrayWithNulls(ids: readonly (string | null)[]): SQL {
  return sql`${textArray(ids)}::uuid[]`;
}

function instantArray(instants: readonly Date[]): SQL {
  return sql`${textArray(instants.map((instant) => instant.toISOString()))}::timestamptz[]`;
}
