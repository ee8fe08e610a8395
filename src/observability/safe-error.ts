import { GraphQLError } from "graphql";

/** What of an error may stand in a log: never a statement's parameters nor a row's values. */
export interface SafeError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  /** The SQL with its `$1` placeholders. */
  readonly statement?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly cause?: SafeError;
}

const maxCauses = 5;
const maxStatementLength = 2000;

/**
 * Makes an error fit for the log. Drizzle's messages hold the parameters of the failed statement, PostgreSQL's `detail`
 * holds values of the row ("Key (phone)=(138…) already exists"), and its messages quote what could not be read; all of
 * that may be personal data. So may be what a scalar quotes. Kept are names, codes, the statement with placeholders, and the frames of the stack.
 */
export function safeError(error: unknown, causes = maxCauses): SafeError {
  if (!(error instanceof Error)) return { type: typeof error, message: "Something that is no error was thrown." };
  const fields = error as unknown as Record<string, unknown>;
  const message = safeMessage(error, fields);
  return {
    type: error.name === "Error" ? error.constructor.name : error.name,
    message,
    ...textField("code", fields.code),
    ...textField("statement", statementOf(fields)),
    ...textField("constraint", fields.constraint_name),
    ...textField("table", fields.table_name),
    ...(error.stack ? { stack: [message, ...frames(error.stack)].join("\n") } : {}),
    ...(causeOf(error) !== undefined && causes > 0 ? { cause: safeError(causeOf(error), causes - 1) } : {}),
  };
}

function causeOf(error: Error): unknown {
  return error instanceof GraphQLError ? error.originalError : error.cause;
}

function safeMessage(error: Error, fields: Record<string, unknown>): string {
  if (isDrizzleError(fields)) return "Failed query.";
  if (isPostgresError(fields)) return `PostgreSQL error ${String(fields.code)} (${routineOf(fields)}).`;
  // Scalars and "unexpected error value" say after a colon what they were given.
  const quotes = error instanceof GraphQLError || error.name === "NonErrorThrown";
  return quotes ? error.message.replace(/:.*$/s, ": (hidden)") : error.message;
}

function routineOf(fields: Record<string, unknown>): string {
  return [fields.severity, fields.routine, fields.constraint_name]
    .filter((part) => typeof part === "string")
    .join(", ");
}

function isDrizzleError(fields: Record<string, unknown>): boolean {
  return typeof fields.query === "string" && Array.isArray(fields.params);
}

/** Five characters of SQLSTATE and a severity: an error that the server sent, with texts of its own. */
function isPostgresError(fields: Record<string, unknown>): boolean {
  return typeof fields.code === "string" && /^[0-9A-Z]{5}$/.test(fields.code) && typeof fields.severity === "string";
}

function statementOf(fields: Record<string, unknown>): string | undefined {
  return typeof fields.query === "string" ? fields.query.slice(0, maxStatementLength) : undefined;
}

/** The first lines of a stack repeat the message, whatever it holds, so only the frames are taken. */
function frames(stack: string): string[] {
  return stack.split("\n").filter((line) => /^\s+at /.test(line));
}

function textField<Name extends string>(name: Name, value: unknown): Partial<Record<Name, string>> {
  return typeof value === "string" ? ({ [name]: value } as Record<Name, string>) : {};
}
