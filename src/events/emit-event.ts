import type { Queryable } from "../db/client";
import { newId } from "../kernel/ids";
import { catalogueOutbox, memberOutbox } from "./events.tables";

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
