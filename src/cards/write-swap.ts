import { and, eq, inArray, isNull } from "drizzle-orm";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import type { SwapRow } from "./cards.queries";
import { swaps } from "./cards.tables";

export async function writeSwap(
  tx: Tx,
  { memberId, swapId }: SwapRow,
  changes: Partial<typeof swaps.$inferInsert>,
): Promise<SwapRow> {
  const [row] = await tx
    .update(swaps)
    .set(changes)
    .where(and(eq(swaps.memberId, memberId), eq(swaps.swapId, swapId)))
    .returning();
  if (!row) throw new Error(`swap ${swapId} vanished under its lock`);
  return row;
}

/**
 * Ends the paying of a swap that was not made: `QUOTED` where nothing was held, `VOID` where a hold is to be given back,
 * since its key cannot hold again. False where the swap was made meanwhile, or another server ended its paying.
 */
export async function endPaying(
  { database }: Pick<Work, "database">,
  { memberId, swapId }: SwapRow,
  state: "QUOTED" | "VOID",
): Promise<boolean> {
  // A hold that came too late finds the quote back in its first state, and is given back all the same.
  const ended = state === "VOID" ? inArray(swaps.state, ["PAYING", "QUOTED"]) : eq(swaps.state, "PAYING");
  const isUnmade = and(ended, isNull(swaps.newElectionId));
  const rows = await database.app
    .update(swaps)
    .set({ state, paidWith: null, programId: null, points: null })
    .where(and(eq(swaps.memberId, memberId), eq(swaps.swapId, swapId), isUnmade))
    .returning({ swapId: swaps.swapId });
  return rows.length === 1;
}
