import { parseArgs, type ParseArgsConfig } from "node:util";

export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/** One word of the command line. Each is a file of its own beside this one. */
export interface Command {
  /** What `--help` shows, from "Usage:" on. */
  readonly usage: string;
  /** `args` is what stands after the word. Answers the exit code. */
  run(args: readonly string[]): Promise<number>;
}

/** The command line asks for something that does not exist; the message is one line, the exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Something that a person must put right, in one line; the exit code is 1. */
export class CommandRefusal extends Error {
  override readonly name = "CommandRefusal";
}

/** Reads options and positional words strictly; what is unknown is a UsageError. `more` lets any number follow. */
export function readArguments<Config extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: Config,
  positionals: readonly string[] = [],
  more = false,
) {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    const extra = parsed.positionals[positionals.length];
    if (extra !== undefined && !more) throw new UsageError(`"${extra}" is not expected here`);
    const missing = positionals[parsed.positionals.length];
    if (missing !== undefined) throw new UsageError(`${missing} is missing`);
    return parsed;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // parseArgs says which option it is in a first sentence that stands by itself.
    throw new UsageError((error as Error).message.split(/\.\s|\n/)[0] ?? "");
  }
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}
