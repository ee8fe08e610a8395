/**
 * What the servers do without being asked. A room that has such work adds a line here: to `publishedKinds` when it has
 * versions that go live on schedule, to `recurringTasks` for what is done again and again, to `eventTasks` for what is
 * done once for each event.
 */
import { takeUpChanged } from "../audiences/take-up-until-now";
import { benefitVersions } from "../benefits/benefit-kind";
import { beginCycles } from "../cards/begin-cycles";
import { sweepSwaps } from "../cards/swap-payment";
import { productVersions } from "../card-products/product-kind";
import type { Work } from "../context";
import { finishEarning } from "../earning/finish-earning";
import { expireInactive, expirePoints, releaseHolds, releasePoints } from "../earning/lapse";
import { notifyLapses } from "../earning/notify-lapses";
import type { RelayedEvent } from "../events/events.queries";
import { relayEvents } from "../events/relay-events";
import type { EventJob } from "../events/relay.queries";
import { forgetCodes } from "../entitlements/issue-redemption-code";
import { sweepClaims } from "../entitlements/settle-claims";
import { sweepHistoryDays } from "../facts/sweep-history-days";
import { writeDueCheckpoint } from "../ledger/write-checkpoint";
import { sweepTransits } from "../ledger/settle-transit";
import { carryMerged } from "../wallet/carry-merged";
import { sweepReferences } from "../wallet/source-reference";
import { sweepIdentityClaims } from "../members/identity-claims";
import { renewLapsedEncodings } from "../members/rebuild-encodings";
import { sweepMergeClaims } from "../members/sweep-merge-claims";
import { offerVersions } from "../offers/offer-versions";
import { packageVersions } from "../packages/package-kind";
import { publishDueVersions, type VersionCodec } from "../publishing/publishing";
import { forgetSimulations } from "../simulations/forget-simulations";

/**
 * Work that every server does again and again, this long after it last ended. Several servers do it at the same time, so
 * it must bear that; what fails is logged and tried again.
 */
export interface RecurringTask {
  readonly name: string;
  readonly everyMillis: number;
  run(work: Work): Promise<unknown>;
}

/**
 * Work that some server does for each event of certain types (absent: all), soon after it was relayed and at least once:
 * what fails is repeated with growing pauses, so it must bear repetition, by the event's id. Jobs keep no order; work
 * that needs it reads `eventsAfter` from where it stands.
 */
export interface EventTask {
  readonly name: string;
  readonly types?: readonly string[];
  run(work: Work, event: RelayedEvent): Promise<unknown>;
}

export interface Tasks {
  readonly recurring: readonly RecurringTask[];
  readonly onEvents: readonly EventTask[];
}

const relayedAtOnce = 500;

export const publishedKinds: readonly VersionCodec<unknown>[] = [
  offerVersions,
  benefitVersions,
  packageVersions,
  productVersions,
];

export const eventTasks: readonly EventTask[] = [
  { name: "finish earning", types: ["purchase.recorded"], run: (work, event) => finishEarning(work, event) },
];

export const recurringTasks: readonly RecurringTask[] = [
  { name: "publish due versions", everyMillis: 2_000, run: (work) => publishDueVersions(work, publishedKinds) },
  { name: "settle abandoned identity claims", everyMillis: 60_000, run: (work) => sweepIdentityClaims(work) },
  { name: "renew encodings that lapsed", everyMillis: 60_000, run: (work) => renewLapsedEncodings(work) },
  { name: "take away days that no counter needs", everyMillis: 86_400_000, run: (work) => sweepHistoryDays(work) },
  { name: "finish abandoned merges", everyMillis: 60_000, run: (work) => sweepMergeClaims(work) },
  { name: "take changed members up into audiences", everyMillis: 1_000, run: (work) => takeUpChanged(work) },
  { name: "forget old simulations of rules", everyMillis: 60_000, run: (work) => forgetSimulations(work) },
  { name: "write a checkpoint of the ledger", everyMillis: 600_000, run: (work) => writeDueCheckpoint(work.services) },
  { name: "let points lapse", everyMillis: 10_000, run: (work) => expirePoints(work) },
  { name: "let inactive accounts lapse", everyMillis: 86_400_000, run: (work) => expireInactive(work) },
  { name: "release pending points", everyMillis: 10_000, run: (work) => releasePoints(work) },
  { name: "give lapsed holds back", everyMillis: 10_000, run: (work) => releaseHolds(work) },
  { name: "tell of points that lapse soon", everyMillis: 3_600_000, run: (work) => notifyLapses(work) },
  { name: "begin the cycles of cards", everyMillis: 60_000, run: (work) => beginCycles(work) },
  { name: "finish swaps that were left half paid", everyMillis: 30_000, run: (work) => sweepSwaps(work) },
  { name: "settle points in transit", everyMillis: 10_000, run: (work) => sweepTransits(work) },
  { name: "settle outside references", everyMillis: 60_000, run: (work) => sweepReferences(work) },
  { name: "carry over what merged members have", everyMillis: 10_000, run: (work) => carryMerged(work) },
  {
    name: "settle claims on stocks, and let reservations lapse",
    everyMillis: 10_000,
    run: (work) => sweepClaims(work),
  },
  { name: "forget old one-time codes", everyMillis: 86_400_000, run: (work) => forgetCodes(work) },
  relayTask(eventTasks),
];

/** Carries events over until there are no more. */
export function relayTask(jobs: readonly Pick<EventTask, "name" | "types">[]): RecurringTask {
  const wanted: EventJob[] = jobs.map(({ name, types }) => ({ task: name, types }));
  return {
    name: "relay events",
    everyMillis: 1_000,
    async run({ database, now }) {
      for (let more = true; more;) {
        const round = await relayEvents(database.app, { limit: relayedAtOnce, now, jobs: wanted });
        more = round.more && round.taken > 0;
      }
    },
  };
}
