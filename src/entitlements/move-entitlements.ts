import { and, eq, sql, type SQL } from "drizzle-orm";
import type { ChangeEvent } from "../audit/record-change";
import { uuidArray } from "../db/arrays";
import type { Tx } from "../db/client";
import { afterEvent, type EntitlementEvent } from "./core/entitlement";
import type { EntitlementRow } from "./entitlements.queries";
import { entitlements } from "./entitlements.tables";

const told = { SUSPEND: "suspended", LIFT: "resumed", END: "ended", RESTORE: "restored" } as const;

/** The entitlements that came of these sources, locked, under whichever of the member's ids they stand. */
export function entitlementsOf(
  tx: Tx,
  allIds: readonly string[],
  sourceIds: readonly string[],
): Promise<EntitlementRow[]> {
  return locked(tx, allIds, sql`${entitlements.sourceId} = any(${uuidArray(sourceIds)})`);
}

/**
 * Lets an event happen to entitlements that are locked. What it changes nothing of, and what has ended already, stays as
 * it is without a word. Answers the events that this makes, to be recorded with the cause.
 */
export async function moveEntitlements(
  tx: Tx,
  rows: readonly EntitlementRow[],
  event: EntitlementEvent,
  now: Date,
): Promise<ChangeEvent[]> {
  const events: ChangeEvent[] = [];
  for (const row of rows) {
    const moved = afterEvent(row, event);
    if (!moved.ok) continue;
    const { state, suspendedFor, endedFor } = moved.value;
    if (state === row.state && endedFor === row.endedFor && suspendedFor.length === row.suspendedFor.length) continue;
    const { memberId, entitlementId, benefitId } = row;
    await tx
      .update(entitlements)
      .set({ state, suspendedFor: [...suspendedFor], endedFor, stateSince: now })
      .where(and(eq(entitlements.memberId, memberId), eq(entitlements.entitlementId, entitlementId)));
    const payload = { memberId, entitlementId, benefitId, state, reason: event.reason };
    events.push({ type: `entitlement.${told[event.event]}`, memberId, payload });
  }
  return events;
}

function locked(tx: Tx, allIds: readonly string[], wanted: SQL): Promise<EntitlementRow[]> {
  return tx
    .select()
    .from(entitlements)
    .where(and(sql`${entitlements.memberId} = any(${uuidArray(allIds)})`, wanted))
    .orderBy(entitlements.entitlementId)
    .for("update");
}
