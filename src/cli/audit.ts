import { verifyAudit, type AuditVerdict } from "../audit/verify-audit";
import { exitCodes, print, readArguments, UsageError, type Command } from "./command";
import { withAlliance } from "./with-alliance";

export const command: Command = {
  usage: `Usage: npm run alliance -- audit verify [--stream NAME] [--json]

Computes the hash chains of the audit log again, all of them or one stream's. Prints what does not fit and ends with
code 1 where there is any; it changes nothing and may run beside a working server.`,

  async run(args) {
    const options = { stream: { type: "string" }, json: { type: "boolean" } } as const;
    const { values, positionals } = readArguments(args, options, ["verify"]);
    if (positionals[0] !== "verify") throw new UsageError(`"${positionals[0]}" is unknown, expected verify`);
    const { stream, json } = values;
    const verdict = await withAlliance(({ services }) =>
      verifyAudit(services.database.app, stream === undefined ? {} : { stream }),
    );
    print(json ? asJson(verdict) : readable(verdict));
    return verdict.problems === 0 ? exitCodes.done : exitCodes.failed;
  },
};

function readable({ streams, entries, problems, offenders }: AuditVerdict): string {
  const counted = `${entries} entries in ${streams} streams`;
  if (problems === 0) return `The audit log is whole: ${counted}.`;
  const named = offenders.map((offender) => `  ${asJson(offender)}`);
  return [`The audit log was altered: ${problems} problems, ${counted}.`, ...named].join("\n");
}

/** Sequence numbers are bigints, which JSON has no numbers for. */
function asJson(value: object): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? part.toString() : part));
}
