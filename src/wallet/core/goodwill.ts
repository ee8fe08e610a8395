import { points } from "../../kernel/points";
import type { Cap } from "../../ledger/core/command";

/** The most points of a program that support gives a member at once. */
export const goodwillAtOnce = points(2_000n);

/** The most that all of support gives a member of one program in a calendar month, in UTC. */
export const goodwillAMonth = points(5_000n);

/** The counter of the month. What is undone makes room again. */
export function goodwillCap(programId: string, now: Date): Cap {
  return { cap: `goodwill:${programId}:${now.toISOString().slice(0, 7)}`, limit: goodwillAMonth };
}
