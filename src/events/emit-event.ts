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
