import type { Services } from "../context";
import { RewardsReplay } from "./core/rewards-replay";
import { importPortfolio } from "./import-portfolio";
import { importProfile } from "./import-profile";
import { importTranscript } from "./import-transcript";
import { importWork } from "./import-work";
import { coffeeHouse } from "./known-merchants";
import { silentProgress, type Progress } from "./progress";
import { inspectFile, linesPerBatch } from "./read-lines";
import { recordImport } from "./record-import";
import type { RejectedLine, RewardsReport } from "./report";
import { foundTill } from "./till";

export interface RewardsAppImport {
  /** Offers: one JSON object a line. */
  readonly portfolio: string;
  /** Members. */
  readonly profile: string;
  /** Offer events and purchases, in the order in which they happened. */
  readonly transcript: string;
  readonly progress?: Progress;
  /** How many lines make one batch of statements. */
  readonly batchLines?: number;
}

/**
 * Imports a coffee shop's rewards app: its offers, members with their tags, offer events and purchases, into the
 * merchant `coffee-house`, which is founded where it is missing. All files are read to their ends before anything is
 * written, so that a damaged one is refused while nothing has happened.
 *
 * Every write bears being repeated, and the rows of a line have ids that follow from the file's digest and the line's
 * number: an import that was killed is completed by running it again, and one that is repeated changes nothing but the
 * audit log, which names every run. Each batch writes in the order deliveries, views, purchases, completions, so that whatever is there refers only to what is
 * there too. The report comes from the files alone.
 *
 * Throws FileRefusal, whose message is for a person. Rejected lines stop nothing.
 */
export async function importRewardsApp(services: Services, request: RewardsAppImport): Promise<RewardsReport> {
  const portfolio = await inspectFile(request.portfolio);
  const profile = await inspectFile(request.profile);
  const transcript = await inspectFile(request.transcript);
  const rejected: RejectedLine[] = [];
  const run = {
    work: importWork(services),
    progress: request.progress ?? silentProgress,
    batchLines: request.batchLines ?? linesPerBatch,
    reject: (file: string, line: number, reason: string) => void rejected.push({ file, line, reason }),
  };
  const till = await foundTill(run.work, coffeeHouse);
  const offers = await importPortfolio(run, portfolio, till);
  const people = await importProfile(run, profile, till);
  const replay = new RewardsReplay(offers, till);
  await importTranscript(run, transcript, { till, offers, people, replay });
  await recordImport(run.work, till, {
    action: "importRewardsApp",
    counts: { members: people.size, offers: offers.size, ...replay.counts, rejected: rejected.length },
  });

  return {
    members: people.size,
    activeMembers: replay.activeMembers,
    offers: offers.size,
    events: replay.counts,
    rejected,
    replay: replay.result,
    purchaseTotalMinor: replay.purchaseTotalMinor.toString(),
    rewardTotalMinor: replay.rewardTotalMinor.toString(),
    currency: till.currency,
  };
}
