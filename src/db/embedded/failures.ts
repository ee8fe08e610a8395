/**
 * What can be wrong with a developer's machine is known, so each of these has a stable code and one line that says what
 * to do. Everything else is a bug and keeps its stack.
 */
export type EmbeddedFailureCode =
  | "PLATFORM_UNSUPPORTED"
  | "BINARIES_MISSING"
  | "BINARIES_UNUSABLE"
  | "VERSION_MISMATCH"
  | "DATA_DIRECTORY_BROKEN"
  | "SECRETS_BROKEN"
  | "SERVER_FAILED"
  | "NO_UNPRIVILEGED_USER"
  | "INSTALLATION_BUSY"
  | "INSTALLATION_UNUSABLE"
  | "IN_USE";

export class EmbeddedDatabaseError extends Error {
  override readonly name = "EmbeddedDatabaseError";

  constructor(
    readonly code: EmbeddedFailureCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message.replace(/\s*[\r\n]+\s*/g, " "), options);
  }
}

/** One line for a failure of the embedded database, also when it is the cause of another error; else undefined. */
export function describeEmbeddedFailure(error: unknown): string | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth += 1) {
    if (current instanceof EmbeddedDatabaseError) return current.message;
  }
  return undefined;
}

/** Refusals of the file system become a clear line; the error itself stays as the cause. */
export async function withClearFailures<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = fileSystemReasons[errorCode(error) ?? ""];
    if (error instanceof EmbeddedDatabaseError || reason === undefined) throw error;
    const subject = (error as NodeJS.ErrnoException).path ?? directory;
    throw new EmbeddedDatabaseError(
      "INSTALLATION_UNUSABLE",
      `The embedded database cannot use ${subject}: ${reason}.`,
      { cause: error },
    );
  }
}

const fileSystemReasons: Record<string, string> = {
  EACCES:
    "this user may not; it was probably made by another user (start as that user, or have that user run `npm run reset`)",
  EPERM:
    "this user may not; it was probably made by another user (start as that user, or have that user run `npm run reset`)",
  EROFS: "the file system is read-only; give a server by DATABASE_URL instead",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
};

export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}

/** Runs a file operation whose target may be gone by now, because another process removed it first. */
export function ifPresent<T>(operation: () => T): T | undefined {
  try {
    return operation();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
