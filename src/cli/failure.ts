import { ConfigError } from "../config";
import { describeEmbeddedFailure } from "../db/embedded/failures";
import { describeDatabaseFailure } from "../db/failures";
import { ListenError } from "../http/listening";
import { safeError, type SafeError } from "../observability/safe-error";
import { CrewFailure } from "../workers/crew";
import { CommandRefusal } from "./command";

/**
 * What a failed command says: one clear line for everything that a person can put right (one for each wrong setting),
 * and the stack, without personal data, for what is a bug.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.problems.join("\n");
  if (error instanceof ListenError || error instanceof CommandRefusal || error instanceof CrewFailure) {
    return error.message;
  }
  return (
    describeEmbeddedFailure(error) ??
    describeDatabaseFailure(error) ??
    `Unexpected failure: ${traced(safeError(error))}`
  );
}

function traced(error: SafeError): string {
  const cause = error.cause ? `\ncaused by ${traced(error.cause)}` : "";
  return `${error.type}: ${error.stack ?? error.message}${cause}`;
}
