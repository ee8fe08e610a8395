import { Temporal } from "temporal-polyfill";
import type { Services, Work } from "../context";
import { nobody } from "../kernel/ids";
import type { Cause, ExpireCommand, LedgerCommand, LedgerResult } from "../ledger/core/command";
import { postBatch } from "../ledger/post";
import { inactiveAccounts, lapsedAccounts, lapsedHolds, releasableAccounts, type DueAccount } from "./due.queries";

/** What these jobs need of their server; they bear several servers at once, since the ledger's keys decide. */
type Job = Pick<Work, "services" | "now">;

const atOnce = 1_000;

/** Who moves what falls due. */
const actor = "service:jobs";

/**
 * Lets points lapse whose date has come, in bounded batches. May be stopped and begun again anywhere: what has lapsed is
 * not found any more, and two servers that find the same account post the same command. Answers how many accounts it was.
 */
export async function expirePoints({ services, now }: Job): Promise<number> {
  return untilDone(async () => {
    const due = await lapsedAccounts(services.database.app, now, atOnce);
    return post(
      services,
      due.map((account) => expiry(account, now, null)),
    );
  });
}

function expiry({ memberId, programId }: DueAccount, now: Date, inactiveSince: Date | null): ExpireCommand {
  const at = now.toISOString();
  return {
    ...{ command: "EXPIRE", memberId, programId, asOf: now, inactiveSince, actor, occurredAt: now, recordedAt: now },
    // By the clock and not by the lots: a command that finds nothing leaves its key unused.
    idempotencyKey: `expire:${programId}:${at}`,
    cause: { kind: "EXPIRY", id: at },
  };
}

/** Lets what is in accounts lapse that have not moved for as long as their program gives them. */
export async function expireInactive({ services, now }: Job): Promise<number> {
  const { programs } = await services.catalogue.catchUp();
  let accounts = 0;
  for (const { programId, expiryKind, expiryMonths, timeZone } of programs.values()) {
    if (expiryKind !== "INACTIVITY" || expiryMonths === null) continue;
    const since = monthsBefore(now, expiryMonths, timeZone);
    for (let after = nobody; ;) {
      const due = await inactiveAccounts(services.database.app, { programId, since, after, limit: atOnce });
      const last = due.at(-1);
      if (!last) break;
      accounts += await post(
        services,
        due.map((account) => expiry(account, now, since)),
      );
      after = last.memberId;
    }
  }
  return accounts;
}

/** In the program's calendar: a month before March 31 is the last day of February. */
export function monthsBefore(now: Date, months: number, timeZone: string): Date {
  const zoned = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone);
  return new Date(zoned.subtract({ months }).epochMilliseconds);
}

/** Makes points available whose wait is over. */
export async function releasePoints({ services, now }: Job): Promise<number> {
  const at = now.toISOString();
  const cause: Cause = { kind: "PURCHASE", id: at };
  return untilDone(async () => {
    const due = await releasableAccounts(services.database.app, now, atOnce);
    return post(
      services,
      due.map(({ memberId, programId }) => ({
        ...{ command: "RELEASE", memberId, programId, transfer: null, asOf: now, actor, cause },
        ...{ idempotencyKey: `release:${programId}:${at}`, occurredAt: now, recordedAt: now },
      })),
    );
  });
}

/** Gives held points back whose hold's time is over. */
export async function releaseHolds({ services, now }: Job): Promise<number> {
  return untilDone(async () => {
    const due = await lapsedHolds(services.database.app, now, atOnce);
    return post(
      services,
      due.map(({ memberId, sequence: hold }) => ({
        ...{ command: "VOID", memberId, hold, actor, occurredAt: now, recordedAt: now },
        ...{ idempotencyKey: `lapsed-hold:${hold}`, cause: { kind: "EXPIRY", id: String(hold) } },
      })),
    );
  });
}

/** Posts them and answers how many moved something; none means that whatever was found cannot move. */
async function post(services: Services, commands: readonly LedgerCommand[]): Promise<number> {
  const results = await postBatch(services, commands);
  return results.filter((result: LedgerResult) => result.outcome === "DONE").length;
}

/** Rounds of one run: some seconds of work, which a server that is told to stop waits for. The next run goes on. */
const mostRounds = 50;

async function untilDone(round: () => Promise<number>): Promise<number> {
  let sum = 0;
  for (let rounds = 0; rounds < mostRounds; rounds += 1) {
    const moved = await round();
    if (moved === 0) break;
    sum += moved;
  }
  return sum;
}
