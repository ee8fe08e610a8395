import { sql } from "drizzle-orm";
import { arrayLiteral } from "../db/arrays";
import type { Queryable } from "../db/client";
import { newId } from "../kernel/ids";
import { catalogueOutbox, events, memberOutbox } from "./events.tables";

/** What happened. `type` is dotted and in the past tense: `purchase.recorded`. Amounts in the payload are texts. */
export interface EventToEmit {
  readonly type: string;
  readonly payload: unknown;
  readonly occurredAt: Date;
  readonly now: Date;
}

/** Writes the event in the transaction that caused it; the relay carries it on. */
export async function emitMemberEvent(tx: Queryable, memberId: string, event: EventToEmit): Promise<void> {
  await tx.insert(memberOutbox).values({ ...row(event), memberId });
}

/** The same for many members in one statement. At most 5,000 at once, for the number of parameters a statement takes. */
export async function emitMemberEvents(
  tx: Queryable,
  events: readonly { readonly memberId: string; readonly event: EventToEmit }[],
): Promise<void> {
  if (events.length === 0) return;
  await tx.insert(memberOutbox).values(events.map(({ memberId, event }) => ({ ...row(event), memberId })));
}

export async function emitCatalogueEvent(tx: Queryable, event: EventToEmit): Promise<void> {
  await tx.insert(catalogueOutbox).values(row(event));
}

function row(event: EventToEmit) {
  return {
    eventId: newId(),
    type: event.type,
    payload: event.payload,
    occurredAt: event.occurredAt,
    recordedAt: event.now,
  };
}

/** An event whose id says what it is about, so that telling it again is the same event. */
export interface EventToEmitOnce {
  readonly memberId: string;
  readonly eventId: string;
  readonly type: string;
  readonly payload: unknown;
  readonly now: Date;
}

/** Writes those that were neither told nor wait to be told; each once, also where several servers write it at once. */
export async function emitOnce(db: Queryable, told: readonly EventToEmitOnce[]): Promise<void> {
  if (told.length === 0) return;
  await db.execute(sql`
    insert into ${memberOutbox} (member_id, event_id, type, payload, occurred_at, recorded_at)
    select t.member_id, t.event_id, t.type, t.payload::jsonb, t.at, t.at
    from unnest(
      ${arrayLiteral(told.map(({ memberId }) => memberId))}::uuid[],
      ${arrayLiteral(told.map(({ eventId }) => eventId))}::uuid[],
      ${arrayLiteral(told.map(({ type }) => type))}::text[],
      ${arrayLiteral(told.map(({ payload }) => JSON.stringify(payload)))}::text[],
      ${arrayLiteral(told.map(({ now }) => now))}::timestamptz[]
    ) as t (member_id, event_id, type, payload, at)
    where not exists (select 1 from ${events} e where e.event_id = t.event_id)
    on conflict do nothing`);
}
