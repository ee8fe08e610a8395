import type { Services } from "../context";
import { isId } from "../kernel/ids";
import { keyToPublish } from "../ledger/checkpoint-files";
import { invariantNames, ledgerInvariants } from "../ledger/core/invariants";
import { isWhole, proveLedger, type LedgerVerdict } from "../ledger/verify-ledger";
import { writeCheckpoint } from "../ledger/write-checkpoint";
import { exitCodes, print, readArguments, UsageError, type Command } from "./command";
import { withAlliance } from "./with-alliance";

const steps = ["verify", "checkpoint", "key"] as const;

export const command: Command = {
  usage: `Usage: npm run alliance -- ledger verify [--member ID] [--since INSTANT] [--json]
       npm run alliance -- ledger checkpoint
       npm run alliance -- ledger key

verify computes all members' books again from their transfers, and compares them with what is stored and with the signed
checkpoints. Prints each invariant with how often it was held against the books, and what does not fit; ends with code 1
where there is any. Changes nothing and may run beside a working server.
  --member ID      one member alone, by its id
  --since INSTANT  members that moved something since then, with their whole history: 2026-12-01T00:00:00Z
checkpoint writes and signs where every chain is now, into the folder ALLIANCE_CHECKPOINTS names.
key prints the public key that checkpoints are signed with.`,

  run: (args) => {
    const job = readLedgerArguments(args);
    return withAlliance(({ services }) => job(services));
  },
};

type Step = (services: Services) => Promise<number>;

/** What the words ask for, before anything is opened. */
export function readLedgerArguments(args: readonly string[]): Step {
  const options = { member: { type: "string" }, since: { type: "string" }, json: { type: "boolean" } } as const;
  const { values, positionals } = readArguments(args, options, [steps.join(", ")]);
  switch (steps.find((each) => each === positionals[0])) {
    case "key":
      return (services) => Promise.resolve(printed(keyToPublish(services)));
    case "checkpoint":
      return async (services) => printed((await writeCheckpoint(services)).statement);
    case "verify":
      return verifying(values);
    case undefined:
      throw new UsageError(`"${positionals[0]}" is unknown, expected ${steps.join(", ")}`);
  }
}

function verifying({ member, since, json }: { member?: string; since?: string; json?: boolean }): Step {
  const from = since === undefined ? undefined : instantOf(since);
  return async (services) => {
    const memberId = member === undefined ? undefined : memberOf(services, member);
    const verdict = await proveLedger(services, {
      ...(memberId === undefined ? {} : { memberId }),
      ...(from ? { since: from } : {}),
    });
    print(json ? asJson(verdict) : readable(verdict));
    return isWhole(verdict) ? exitCodes.done : exitCodes.failed;
  };
}

function instantOf(text: string): Date {
  const instant = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(instant.getTime())) return instant;
  throw new UsageError(`--since is "${text}", expected an instant such as 2026-12-01T00:00:00Z`);
}

function memberOf({ ids }: Services, text: string): string {
  if (isId(text)) return text;
  const reference = ids.forActor({ kind: "service", actorId: "cli", name: "cli" }).open(text);
  if (reference?.type === "Member") return reference.id;
  throw new UsageError(`--member is "${text}", expected the id of a member`);
}

function printed(value: object): number {
  print(asJson(value));
  return exitCodes.done;
}

function readable({ members, transfers, counts, problems, offenders }: LedgerVerdict): string {
  const lines = invariantNames.map((name) => {
    const verdict = problems[name] === 0 ? "holds" : `BROKEN ${problems[name]} times`;
    return `${name.padEnd(14)} ${String(counts[name]).padStart(9)} ${verdict.padEnd(8)} ${ledgerInvariants[name]}`;
  });
  const named = offenders.slice(0, 100).map((offender) => `  ${asJson(offender)}`);
  const sum = Object.values(problems).reduce((total, count) => total + count, 0);
  const verdict = sum === 0 ? "The books are whole" : `The books are NOT whole: ${sum} problems`;
  return [...lines, ...named, `${verdict}: ${transfers} transfers of ${members} members.`].join("\n");
}

/** Sequence numbers are bigints, which JSON has no numbers for. */
function asJson(value: object): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? part.toString() : part), 2);
}
