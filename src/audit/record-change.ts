import type { Work } from "../context";
import type { Tx } from "../db/client";
import { emitCatalogueEvent, emitMemberEvents } from "../events/emit-event";
import { appendAuditEntry, type AuditEntry } from "./append-entry";
import { catalogueStream } from "./core/chain";

/** What happened, told to whoever listens. Ids, counts and names of fields; never personal data or what is confidential. */
export interface ChangeEvent {
  /** Dotted and in the past tense: `outlet.created`. */
  readonly type: string;
  readonly payload: object;
  /** Whose event it is; absent for one of the catalogue. */
  readonly memberId?: string;
  /** When it happened, where that was not now. */
  readonly occurredAt?: Date;
}

export interface Change extends Omit<AuditEntry, "actor" | "now"> {
  /** One event or several, in the order in which they happened. */
  readonly event: ChangeEvent | readonly ChangeEvent[];
}

type Recorder = Pick<Work, "actor" | "now" | "catalogueChanges">;

/**
 * Leaves the two traces of a change, in its transaction: its events, then its audit entry. Must be the transaction's
 * last step, since the entry locks the head of its chain, the last in the lock order (db/lock-order.ts). Nothing else
 * emits or appends, so that no change can leave one trace without the other; what deviates is named in the architecture
 * test.
 */
export async function recordChange(tx: Tx, work: Recorder, change: Change): Promise<void> {
  const { event, ...entry } = change;
  const { actor, now } = work;
  const events = "type" in event ? [event] : event;
  await emitMemberEvents(
    tx,
    events.flatMap(({ memberId, ...told }) =>
      memberId ? [{ memberId, event: { occurredAt: now, ...told, now } }] : [],
    ),
  );
  for (const { memberId, ...told } of events) {
    if (!memberId) await emitCatalogueEvent(tx, { occurredAt: now, ...told, now });
  }
  await appendAuditEntry(tx, { ...entry, actor, now });
  if (change.stream === catalogueStream) work.catalogueChanges?.note();
}
