import { and, eq } from "drizzle-orm";
import type { Work } from "../context";
import { points } from "../kernel/points";
import { done, type Result } from "../kernel/result";
import type { CommandBase } from "../ledger/core/command";
import { postCommand } from "../ledger/post";
import { asRefusal } from "../wallet/ledger-refusals";
import { nameOf } from "../wallet/move-value";
import { unfinishedSwaps, type SwapRow } from "./cards.queries";
import { swaps } from "./cards.tables";
import { endPaying } from "./write-swap";

const path = ["input", "payment"];
const holdHours = 24;
/** Longer than any request lasts: a swap that is still being paid after that was left by its server. */
const abandonedAfterMillis = 120_000;

/** Sets aside the points that a swap costs. Under a key made of the swap's id: again it answers the same hold. */
export async function holdPayment(work: Work, swap: SwapRow): Promise<Result<bigint>> {
  const program = work.services.catalogue.current.programs.get(swap.programId ?? "");
  if (!program || swap.points === null) throw new Error(`swap ${swap.swapId} is paid with points of no program`);
  const held = await postCommand(work.services, {
    ...basicsOf(work, swap, "hold"),
    ...{ command: "HOLD", programId: program.programId, lines: [{ line: null, amount: points(swap.points) }] },
    ...{ useOrder: program.useOrder, expiresAt: new Date(swap.honouredUntil.getTime() + holdHours * 3_600_000) },
  });
  if (held.outcome === "REFUSED") return asRefusal(held, path);
  if (held.outcome === "NOTHING") throw new Error(`swap ${swap.swapId} costs nothing and is not to be paid`);
  return done(held.sequence);
}

/**
 * Takes the points of a swap that was made, for the operator. Repeats whatever of it was done; whoever has just made the
 * hold hands it in.
 */
export async function capturePayment(work: Work, swap: SwapRow, held?: Result<bigint>): Promise<void> {
  const hold = held ?? (await holdPayment(work, swap));
  if (!hold.ok) throw new Error(`the hold of swap ${swap.swapId} is gone: ${hold.refusals[0]?.message}`);
  const captured = await postCommand(work.services, {
    ...basicsOf(work, swap, "capture"),
    ...{ command: "CAPTURE", hold: hold.value, amount: points(swap.points ?? 0n), final: true },
    creditBucket: "OPERATOR_INCOME",
  });
  if (captured.outcome === "REFUSED") throw new Error(`swap ${swap.swapId} cannot be captured: ${captured.code}`);
  const { memberId, swapId } = swap;
  await work.database.app
    .update(swaps)
    .set({ state: "SWAPPED" })
    .where(and(eq(swaps.memberId, memberId), eq(swaps.swapId, swapId), eq(swaps.state, "PAYING")));
}

/** Gives back what was held for a swap that is void. Where the hold was never made, this makes and voids one. */
export async function giveBackPayment(work: Work, swap: SwapRow): Promise<void> {
  const hold = await holdPayment(work, swap);
  // Refused: nothing was held, and the swap being void nothing ever will be.
  if (!hold.ok) return;
  await postCommand(work.services, { ...basicsOf(work, swap, "void"), command: "VOID", hold: hold.value });
}

/** Finishes swaps that a server left while they were paid: captures for those that were made, gives back for the others. */
export async function sweepSwaps(work: Work): Promise<number> {
  const before = new Date(work.now.getTime() - abandonedAfterMillis);
  const left = await unfinishedSwaps(work.database.app, before, 100);
  for (const swap of left) {
    if (swap.newElectionId) await capturePayment(work, swap);
    else if (await endPaying(work, swap, "VOID")) await giveBackPayment(work, swap);
  }
  return left.length;
}

/** Keys that no caller can use (ledger/core/own-keys.ts), and the clock of the quote, so that each repetition is the same input. */
function basicsOf({ actor, now }: Work, { memberId, swapId, quotedAt }: SwapRow, step: string) {
  return {
    ...{ memberId, idempotencyKey: `swap:${swapId}:${step}`, actor: nameOf(actor), occurredAt: quotedAt },
    ...{ recordedAt: now, cause: { kind: "BENEFIT" as const, id: swapId }, decidedFrom: { swapId, step } },
  } satisfies CommandBase;
}
