import { and, eq, lt } from "drizzle-orm";
import type { Services, Work } from "../context";
import { plusHours } from "../kernel/period";
import { points } from "../kernel/points";
import type { ArrivingLot, ReverseCommand, TransferInCommand } from "./core/command";
import { ledgerEntries, lots, pointsInTransit, transfers } from "./ledger.tables";
import { postCommand } from "./post";

type Settling = Pick<Services, "database">;

export interface Transit {
  readonly memberId: string;
  /** The number of the TRANSFER_OUT. */
  readonly sequence: bigint;
}

/**
 * Brings points that were sent to their receiver, or back where it cannot take them for good. Every step may be repeated,
 * by anybody, after any crash: what arrives and what is declined share one key at the receiver, so that whichever comes
 * first decides, and points are never in two places. Answers where they are.
 */
export async function settleTransit(
  { database }: Settling,
  transit: Transit,
  now: Date,
): Promise<"ARRIVED" | "RETURNED"> {
  const arrival = await arrivalOf(database.app, transit, now);
  const taken = await postCommand({ database }, arrival);
  const decided = taken.outcome === "REFUSED" ? await postCommand({ database }, { ...arrival, lots: [] }) : taken;
  const hasArrived = "amount" in decided && decided.amount > 0n;
  if (hasArrived) {
    await database.app
      .$client`select alliance.ledger_transit_arrived(${transit.memberId}::uuid, ${String(transit.sequence)}::int8)`;
    return "ARRIVED";
  }
  await postCommand({ database }, returnOf(transit, arrival, now));
  return "RETURNED";
}

/** What the receiver gets: the lots as they were taken, with their kinds and dates. */
async function arrivalOf(db: Settling["database"]["app"], transit: Transit, now: Date): Promise<TransferInCommand> {
  const { memberId, sequence } = transit;
  const [sent] = await db
    .select()
    .from(transfers)
    .where(and(eq(transfers.memberId, memberId), eq(transfers.sequence, sequence)));
  if (!sent?.counterpartyId || !sent.programId) throw new Error(`transfer ${sequence} of ${memberId} sent nothing`);
  const taken = await db
    .select({ kind: lots.kind, amount: ledgerEntries.amount, expiresAt: lots.expiresAt, terms: lots.terms })
    .from(ledgerEntries)
    .innerJoin(lots, and(eq(lots.memberId, ledgerEntries.memberId), eq(lots.lotNo, ledgerEntries.lotNo)))
    .where(and(eq(ledgerEntries.memberId, memberId), eq(ledgerEntries.sequence, sequence)))
    .orderBy(ledgerEntries.entryNo);
  return {
    ...{ command: "TRANSFER_IN", memberId: sent.counterpartyId, senderId: memberId, programId: sent.programId },
    idempotencyKey: `transit:${memberId}:${sequence}`,
    cause: { kind: sent.causeKind, id: `${memberId}:${sequence}` },
    ...{ actor: sent.actor, occurredAt: sent.occurredAt, recordedAt: now },
    decidedFrom: { senderId: memberId, sequence },
    lots: taken.map((lot): ArrivingLot => ({ ...lot, amount: points(lot.amount) })),
  };
}

function returnOf({ memberId, sequence }: Transit, arrival: TransferInCommand, now: Date): ReverseCommand {
  return {
    ...{ command: "REVERSE", memberId, transfer: sequence, amount: null, line: null, onShortfall: "REFUSE" },
    idempotencyKey: `return:${sequence}`,
    ...{ cause: arrival.cause, actor: arrival.actor, occurredAt: now, recordedAt: now },
  };
}

const abandonedHours = 10 / 3600;

/** Settles what was sent ten seconds ago and more and is in neither place: a crash came between. */
export async function sweepTransits({ database, now }: Pick<Work, "database" | "now">): Promise<number> {
  const open = await database.app
    .select({ memberId: pointsInTransit.memberId, sequence: pointsInTransit.sequence })
    .from(pointsInTransit)
    .where(and(eq(pointsInTransit.state, "SENT"), lt(pointsInTransit.sentAt, plusHours(now, -abandonedHours))))
    .limit(1000);
  for (const transit of open) await settleTransit({ database }, transit, now);
  return open.length;
}
