import { setTimeout as wait } from "node:timers/promises";
import { isConnectionFailure, sqlStateOf } from "./failures";

const pauses = [10, 50, 200, 500, 1_000, 2_000, 4_000];

/**
 * Repeats what a lost connection or a deadlock cut off. For single statements that are safe to repeat since a key in them
 * decides.
 */
export async function persistently<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
  for (const pause of pauses) {
    try {
      return await attempt();
    } catch (error) {
      if (!isConnectionFailure(error) && !/^40(P01|001)$/.test(sqlStateOf(error) ?? "")) throw error;
      await wait(pause);
    }
  }
  return attempt();
}
