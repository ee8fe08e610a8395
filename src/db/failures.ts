/** Something about the given server that a person must put right; the message is one line that says what and how. */
export class DatabaseRefusal extends Error {
  override readonly name = "DatabaseRefusal";
}

/** The fields that the driver fills from the server's answer. */
export interface ServerError extends Error {
  readonly code: string;
  /** Not translated, unlike `severity_local`. */
  readonly severity?: string;
  readonly constraint_name?: string;
  readonly table_name?: string;
  readonly schema_name?: string;
  readonly routine?: string;
}

/** The server's own error behind drizzle's wrapping; undefined where the server said nothing. */
export function serverErrorOf(error: unknown): ServerError | undefined {
  return causes(error).find((cause): cause is ServerError => cause.name === "PostgresError");
}

export function sqlStateOf(error: unknown): string | undefined {
  return serverErrorOf(error)?.code;
}

/**
 * The connection is gone or never was. An error that the server itself reported leaves the connection in order, unless
 * it was the last thing the server said.
 */
export function isConnectionFailure(error: unknown): boolean {
  return causes(error).some((cause) => {
    if (cause.name === "PostgresError") return /^(FATAL|PANIC)$/.test((cause as ServerError).severity ?? "");
    return connectionCodes.test(codeOf(cause));
  });
}

const connectionCodes =
  /^(CONNECTION_(CLOSED|DESTROYED|ENDED)|CONNECT_TIMEOUT|ECONN\w+|E(NET|HOST)\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|ERR_(STREAM|SOCKET|SSL|TLS)_\w+)$/;

/**
 * One line for what is wrong with the given server or its address, without password or parameters; undefined for an
 * error that is none of these (a bug, a constraint).
 */
export function describeDatabaseFailure(error: unknown): string | undefined {
  for (const cause of causes(error)) {
    if (cause instanceof DatabaseRefusal) return cause.message;
    if (cause.name === "PostgresError") return describeServerError(cause as ServerError);
    const line = describeConnectionError(cause);
    if (line) return line;
  }
  return undefined;
}

function describeServerError(error: ServerError): string | undefined {
  const said = `The database server says: ${error.message}.`;
  switch (error.code) {
    case "28P01":
      return `${said} Check user and password in the database URL (special characters percent-encoded).`;
    case "28000":
      return `${said} Check the user in the database URL and the server's pg_hba.conf.`;
    case "3D000":
      return `${said} Create it with CREATE DATABASE, or correct the name in the database URL.`;
    case "53300":
      return `${said} Raise max_connections or lower the pool size.`;
    case "57P03":
      return `${said} Try again when it has started.`;
    case "22023":
      return /"role"/.test(error.message)
        ? `${said} Run the migrations as the owner first: they create the roles.`
        : undefined;
    default:
      return undefined;
  }
}

function describeConnectionError(error: Error): string | undefined {
  // A name with several addresses fails with one error per address.
  const tried = (error as { errors?: unknown[] }).errors?.[0] ?? error;
  const { address, hostname, port } = tried as { address?: string; hostname?: string; port?: number };
  const host = hostname ?? address ?? "the given host";
  const place = port === undefined ? host : `${host}, port ${port}`;
  switch (codeOf(error)) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The database host ${host} is not known; check the host name in the database URL.`;
    case "ECONNREFUSED":
      return `No database answers at ${place}; check host and port in the database URL, and that the server runs.`;
    case "CONNECT_TIMEOUT":
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `The database at ${place} cannot be reached; check host, port and firewall.`;
    case "ECONNRESET":
    case "EPIPE":
    case "CONNECTION_CLOSED":
      return `The database at ${place} closed the connection; check that a PostgreSQL server listens there, and its log.`;
    case "SASL_SIGNATURE_MISMATCH":
      return "The database server could not prove that it knows the password; do not trust it.";
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "CERT_HAS_EXPIRED":
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `The database server's certificate is not accepted (${codeOf(error)}).`;
    default:
      return undefined;
  }
}

/**
 * The error for the logs: what happened and where, but none of the values. drizzle writes all parameters into its
 * message, the server quotes values in messages of bad input and in `detail`, and a stack begins with the message.
 */
export function withoutParameters(error: unknown): unknown {
  if (!isErrorLike(error)) return error;
  const server = error.name === "PostgresError" ? (error as ServerError) : undefined;
  const message = safeMessage(error, server);
  const cause = error.cause === undefined ? undefined : withoutParameters(error.cause);
  const safe = new Error(message, cause === undefined ? undefined : { cause });
  safe.name = error.name;
  safe.stack = [`${error.name}: ${message}`, ...frames(error)].join("\n");
  const code = codeOf(error);
  if (code) Object.assign(safe, { code });
  if (server) {
    const { severity, schema_name, table_name, constraint_name, routine } = server;
    Object.assign(safe, { severity, schema_name, table_name, constraint_name, routine });
  }
  return safe;
}

/** Classes 22 (bad values) and P0 (raised by functions) quote values; all other messages name objects only. */
function safeMessage(error: Error, server: ServerError | undefined): string {
  if ("query" in error && "params" in error) return `Failed query: ${String(error.query)}`;
  if (server && /^(22|P0)/.test(server.code)) return server.message.replace(/"(?:[^"]|"")*"/g, '"…"');
  return error.message;
}

function frames(error: Error): string[] {
  return (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
}

function codeOf(error: Error): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" ? code : "";
}

/** The error and what caused it, outermost first; five deep, since a cause may be its own. */
function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let cause = error; isErrorLike(cause) && chain.length < 5; cause = cause.cause) chain.push(cause);
  return chain;
}

/** By shape: an error of Node's own modules is no `instanceof Error` where code runs in a context of its own (jest). */
function isErrorLike(value: unknown): value is Error {
  return typeof value === "object" && value !== null && "message" in value && "name" in value;
}
