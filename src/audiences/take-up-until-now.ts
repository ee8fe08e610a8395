import type { Work } from "../context";
import { pendingMembers } from "../facts/pending-members";
import { takeUpPending, type ChunkWork } from "./take-up";

/** While somebody waits, so many rounds of 5,000 members are taken up: some seconds after an import. */
const mostRounds = 4;
const mostRoundsOfJob = 100;

/**
 * Takes up what was changed before now. Answers from when on changes may be missing: now, unless so much had changed that
 * the rest is left to the job; then since when the first of it waits.
 */
export async function takeUpUntilNow(work: ChunkWork): Promise<Date> {
  for (let round = 0; round < mostRounds; round += 1) {
    if ((await takeUpPending(work)) === 0) return work.now;
  }
  const { oldest } = await pendingMembers(work.app, 1);
  return oldest === null || oldest > work.now ? work.now : oldest;
}

/** For the job: until nobody waits, or so many rounds, so that the time of its next start is not far off. */
export async function takeUpChanged({ services, now }: Pick<Work, "services" | "now">): Promise<void> {
  const work = { app: services.database.app, facts: services.facts, now };
  for (let round = 0; round < mostRoundsOfJob; round += 1) {
    if ((await takeUpPending(work)) === 0) return;
  }
}
