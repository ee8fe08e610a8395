import { parseArgs } from "node:util";
import type { Services } from "../context";
import { isCurrency } from "../kernel/money";
import { FileRefusal } from "./file-refusal";
import { importPurchases } from "./import-purchases";
import { importRewardsApp } from "./import-rewards-app";
import { ImportRefusal } from "./import-refusal";
import { silentProgress, terminalProgress } from "./progress";
import { readablePurchases, readableRewards } from "./readable-report";
import { refuseUnreadable } from "./read-lines";
import { isTimeZone } from "../kernel/time-zone";

export const importUsage = `Usage:
  alliance import rewards-app --portfolio FILE --profile FILE --transcript FILE [--json]
      Imports the members, offers, offer events and purchases of a coffee shop's rewards app.
  alliance import purchases --file FILE [--merchant CODE] [--currency CODE] [--time-zone ZONE] [--program CODE] [--json]
      Imports lines of customer, yyyymmdd, quantity and amount as purchases at a merchant
      (cd-store, USD and America/New_York unless given). They earn points in the program, which for cd-store is its own.

Files are plain or gzip. Importing a file again changes nothing, but every run leaves an entry in the audit log. The report goes to standard output: readable, or with
--json one JSON object; progress goes to standard error. Rejected lines are reported and stop nothing; where nothing
else is left, the command ends with 1.`;

/** What the arguments ask for, checked as far as is possible without a database. */
export type ImportRequest =
  | {
      readonly kind: "rewards-app";
      readonly portfolio: string;
      readonly profile: string;
      readonly transcript: string;
      readonly json: boolean;
    }
  | {
      readonly kind: "purchases";
      readonly file: string;
      readonly merchant: string;
      readonly currency: string;
      readonly timeZone: string;
      readonly program?: string;
      readonly json: boolean;
    };

/** `problem` is one line for a person; the command ends with `exitCodes.usage` and shows `importUsage`. */
export type ParsedRequest = { readonly request: ImportRequest } | { readonly problem: string };

export const exitCodes = { done: 0, refused: 1, usage: 2 } as const;

/** `args` is what stands after `alliance import`. */
export function parseImportArguments(args: readonly string[]): ParsedRequest {
  const [kind, ...rest] = args;
  try {
    if (kind === "rewards-app") return rewardsAppRequest(rest);
    if (kind === "purchases") return purchasesRequest(rest);
  } catch (error) {
    // parseArgs says which option is unknown or lacks its value, in a first sentence that stands by itself.
    return { problem: (error as Error).message.split(/\.\s|\n/)[0] ?? "" };
  }
  const found = kind === undefined ? "nothing is named" : `"${kind}" is unknown`;
  return { problem: `${found}, expected rewards-app or purchases` };
}

/** Refuses (FileRefusal) files that cannot be read, before anybody waits for a database. */
export async function checkImportFiles(request: ImportRequest): Promise<void> {
  const files =
    request.kind === "purchases" ? [request.file] : [request.portfolio, request.profile, request.transcript];
  for (const file of files) await refuseUnreadable(file);
}

/** The streams are the process's own unless a test looks at them. */
export interface CommandStreams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: NodeJS.WriteStream | { write(text: string): unknown };
}

/** Runs the import and answers the exit code. What a person must put right is one line on standard error. */
export async function runImport(
  services: Services,
  request: ImportRequest,
  streams: CommandStreams = process,
): Promise<number> {
  try {
    const { text, isEmpty } = await reportOf(services, request, streams);
    streams.stdout.write(`${text}\n`);
    if (!isEmpty) return exitCodes.done;
    streams.stderr.write("Nothing was imported: every line was rejected.\n");
    return exitCodes.refused;
  } catch (error) {
    if (!(error instanceof FileRefusal || error instanceof ImportRefusal)) throw error;
    streams.stderr.write(`${error.message}\n`);
    return exitCodes.refused;
  }
}

interface ShownReport {
  readonly text: string;
  /** There were lines and none of them was of use: most likely it is the wrong file. */
  readonly isEmpty: boolean;
}

async function reportOf(services: Services, request: ImportRequest, { stderr }: CommandStreams): Promise<ShownReport> {
  const progress = "isTTY" in stderr ? terminalProgress(stderr) : silentProgress;
  if (request.kind === "rewards-app") {
    const report = await importRewardsApp(services, { ...request, progress });
    const good = [report.members, report.offers, ...Object.values(report.events)];
    const isEmpty = report.rejected.length > 0 && good.every((count) => count === 0);
    return { text: request.json ? JSON.stringify(report) : readableRewards(report), isEmpty };
  }
  const report = await importPurchases(services, { ...request, progress });
  const isEmpty = report.rejected.length > 0 && report.purchases === 0;
  return { text: request.json ? JSON.stringify(report) : readablePurchases(report), isEmpty };
}

function rewardsAppRequest(args: readonly string[]): ParsedRequest {
  const { values } = parseArgs({
    args: [...args],
    options: {
      portfolio: { type: "string" },
      profile: { type: "string" },
      transcript: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const { portfolio, profile, transcript, json } = values;
  if (!portfolio) return missing("--portfolio");
  if (!profile) return missing("--profile");
  if (!transcript) return missing("--transcript");
  return { request: { kind: "rewards-app", portfolio, profile, transcript, json } };
}

function purchasesRequest(args: readonly string[]): ParsedRequest {
  const { values } = parseArgs({
    args: [...args],
    options: {
      file: { type: "string" },
      merchant: { type: "string", default: "cd-store" },
      currency: { type: "string", default: "USD" },
      "time-zone": { type: "string", default: "America/New_York" },
      program: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const { file, merchant, currency, program, json, "time-zone": timeZone } = values;
  if (!file) return missing("--file");
  if (!isCurrency(currency)) return { problem: `--currency is "${currency}", expected an ISO 4217 code such as USD` };
  if (!isTimeZone(timeZone))
    return { problem: `--time-zone is "${timeZone}", expected an IANA name such as Asia/Shanghai` };
  return { request: { kind: "purchases", file, merchant, currency, timeZone, program, json } };
}

function missing(option: string): ParsedRequest {
  return { problem: `${option} is missing, expected a file` };
}
