import { setTimeout as pause } from "node:timers/promises";

/** Waits, but no longer than until the signal. */
export async function pauseUnless(signal: AbortSignal, millis: number): Promise<void> {
  try {
    await pause(millis, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
