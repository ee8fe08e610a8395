import type { ApolloServerPlugin, BaseContext } from "@apollo/server";
import { unwrapResolverError } from "@apollo/server/errors";
import { randomUUID } from "node:crypto";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";
import { sqlStateOf } from "../db/failures";
import { RequestError } from "./errors";
import { isTokenRefusal, limitCode } from "./limits";

/** What masked errors are logged with. */
interface Happening {
  readonly requestId?: string;
  readonly operation?: string | null;
}

/**
 * Decides which errors reach the client. Refusals of the request pass: RequestError, syntax, validation, variables that
 * do not fit, limits. Everything that was thrown while resolving is a bug or an infrastructure failure: the client gets
 * an id, and the log gets the id with the error, without parameters and personal data (observability/safe-error.ts).
 */
export class ErrorMask {
  readonly #ids = new WeakMap<object, string>();

  constructor(private readonly log: Logger) {}

  /** For Apollo's `formatError`. */
  readonly formatError = (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    if (isUnstorable(error)) return unstorable(formatted);
    if (!isRefusal(error)) return this.#masked(formatted, this.#remember(error, {}));
    if (error instanceof Error && isTokenRefusal(error)) return tokenRefusal(formatted);
    const limit = error instanceof GraphQLError ? error.extensions.limit : undefined;
    if (limit === undefined) return formatted;
    // Apollo gives everything that the validation reports one code; a limit keeps its own.
    return { ...formatted, extensions: { ...formatted.extensions, code: limitCode } };
  };

  /** Logs with the request's id, which `formatError` is not told. Apollo calls this before it formats the same errors. */
  readonly plugin: ApolloServerPlugin<BaseContext & { readonly requestId: string }> = {
    requestDidStart: async () => ({
      didEncounterErrors: async ({ errors, contextValue, operationName }) => {
        for (const error of errors) {
          if (!isRefusal(error)) this.#remember(error, { requestId: contextValue.requestId, operation: operationName });
        }
      },
    }),
  };

  /** For failures outside of GraphQL, such as a database that cannot be reached while the caller is authenticated. */
  mask(error: unknown, happening: Happening): GraphQLFormattedError {
    return this.#masked({ message: "" }, this.#remember(error, happening));
  }

  #remember(error: unknown, happening: Happening): string {
    const key = typeof error === "object" && error !== null ? error : {};
    const known = this.#ids.get(key);
    if (known) return known;
    const id = randomUUID();
    this.#ids.set(key, id);
    const path = error instanceof GraphQLError ? error.path?.join(".") : undefined;
    this.log.error({ id, ...happening, ...(path ? { path } : {}), err: unwrapResolverError(error) }, "internal error");
    return id;
  }

  #masked(formatted: GraphQLFormattedError, id: string): GraphQLFormattedError {
    const { locations, path } = formatted;
    return {
      message: `Internal error ${id}`,
      ...(locations ? { locations } : {}),
      ...(path ? { path } : {}),
      extensions: { code: "INTERNAL_SERVER_ERROR", id },
    };
  }
}

/** The codes of errors that are made before anything is resolved; what they say is about the request alone. */
const requestCodes = new Set<unknown>([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "OPERATION_RESOLUTION_FAILURE",
  "BAD_REQUEST",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "RATE_LIMITED",
  limitCode,
]);

/** PostgreSQL's codes for a text that it cannot hold: a NUL character, as itself or escaped in JSON. */
const unstorableStates = new Set(["22021", "22P05"]);

/** Rooms refuse such a text with its path; where one does not look, this is still the caller's mistake and no failure. */
function isUnstorable(error: unknown): boolean {
  return unstorableStates.has(sqlStateOf(unwrapResolverError(error)) ?? "");
}

function unstorable({ locations, path }: GraphQLFormattedError): GraphQLFormattedError {
  return {
    message: "A text of the request holds a character that cannot be stored, such as NUL; expected plain text.",
    ...(locations ? { locations } : {}),
    ...(path ? { path } : {}),
    extensions: { code: "BAD_USER_INPUT" },
  };
}

/**
 * True for what the client did and can change. Errors of the execution have a path and wrap what was thrown; those made
 * before it have a code of Apollo's. A GraphQLError thrown by a resolver that is no RequestError came out of a library
 * and may quote values (a scalar that could not be serialised), so it is masked.
 */
function isRefusal(error: unknown): boolean {
  const thrown = unwrapResolverError(error);
  if (thrown instanceof RequestError || isUnstorable(error)) return true;
  if (!(error instanceof GraphQLError)) return false;
  if (error.path === undefined) return requestCodes.has(error.extensions.code);
  // A variable that is null where the argument may not be is found only when its field is reached.
  return thrown instanceof GraphQLError && /^Argument "/.test(thrown.message);
}

function tokenRefusal(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const allowed = Number(/\d+/.exec(formatted.message)?.[0]);
  return {
    message: `Token limit of ${allowed} exceeded.`,
    extensions: { code: limitCode, limit: "tokens", allowed },
  };
}

/** Takes "Did you mean …?" out: it would spell the schema out for callers who may not introspect it. */
export function withoutSuggestions(error: GraphQLFormattedError): GraphQLFormattedError {
  return { ...error, message: error.message.replace(/ Did you mean .*\?$/s, "") };
}
