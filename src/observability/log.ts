import { Writable } from "node:stream";
import pino, { type Logger, type LoggerOptions } from "pino";
import { safeError, type SafeError } from "./safe-error";

export interface LogSettings {
  readonly level: string;
  /** `json` one object a line, `lines` for people, `auto` lines on a terminal and JSON elsewhere. */
  readonly format: "json" | "lines" | "auto";
}

/**
 * Names under which personal data or secrets could be logged by mistake; their values never reach the log. It is the
 * second wall: variables, headers and bodies are not logged in the first place.
 */
const hiddenNames = [
  "authorization",
  "cookie",
  "token",
  "password",
  "secret",
  "apiKey",
  "masterKey",
  "variables",
  "params",
  "parameters",
  "name",
  "givenName",
  "familyName",
  "email",
  "phone",
  "number",
  "identityNumber",
  "birthDate",
  "address",
  "profile",
];

/** Pino's paths are exact, so each name is given at the depths that occur: `x`, `*.x`, `*.*.x`. */
const redactedPaths = hiddenNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.headers["${name}"]`]);

const options: LoggerOptions = {
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
  redact: { paths: [...redactedPaths, 'headers["x-api-key"]', '*.headers["x-api-key"]'], censor: "[hidden]" },
  serializers: { err: safeError, error: safeError },
};

/**
 * The process's log. Goes to standard error, so that commands can print their result on standard output.
 *
 * JSON is written while the process goes on, several lines at once under load: one call of the system a line took 8 % of
 * a busy server's time. When the process ends, what is left is written first; only one that is killed can lose lines.
 */
export function makeLog(settings: LogSettings, out?: NodeJS.WritableStream & { isTTY?: boolean }): Logger {
  const terminal = (out ?? process.stderr).isTTY === true;
  const lines = settings.format === "lines" || (settings.format === "auto" && terminal);
  const own = { ...options, level: settings.level };
  if (lines) return pino(own, linesTo(out ?? process.stderr));
  return pino(own, out ?? gathered());
}

/** Lines are written when there are 4 KB of them, and at the latest after so long. */
function gathered(): ReturnType<typeof pino.destination> {
  return pino.destination({ dest: process.stderr.fd, sync: false, minLength: 4096, periodicFlush: 200 });
}

/**
 * The same log for lines whose every field the caller of this writes itself, with nothing of a request in it: looking
 * through all hidden names took 8 % of a planned query.
 */
export function withoutRedaction(log: Logger): Logger {
  return log.child({}, { redact: { paths: [] } });
}

/** One short line an event: `12:00:00 info  request  operation=Wallet ms=4`. Saves a dependency on a pretty printer. */
function linesTo(out: NodeJS.WritableStream): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      out.write(`${readableLine(chunk.toString())}\n`);
      done();
    },
  });
}

function readableLine(json: string): string {
  const { time, level, msg, err, ...rest } = JSON.parse(json) as Record<string, unknown>;
  const details = Object.entries(rest).map(([name, value]) => `${name}=${plain(value)}`);
  const stack = stackWithCauses(err as SafeError | undefined);
  const head = [String(time).slice(11, 19), String(level).padEnd(5), plain(msg), ...details].join(" ");
  return stack ? `${head}\n${stack}` : head;
}

function stackWithCauses(error: SafeError | undefined): string {
  if (!error) return "";
  const cause = stackWithCauses(error.cause);
  return [error.stack ?? error.message, ...(cause ? [`caused by ${cause}`] : [])].join("\n");
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
