import { GraphQLError } from "graphql";

/**
 * Errors of queries that a client can act on. Everything else that is thrown is a bug or an infrastructure failure and
 * is masked with an id that stands in the log.
 */
export class RequestError extends GraphQLError {
  constructor(
    code: "UNAUTHENTICATED" | "FORBIDDEN" | "BAD_USER_INPUT" | "RATE_LIMITED" | "UNAVAILABLE",
    message: string,
  ) {
    super(message, { extensions: { code } });
  }
}

export const unauthenticated = () =>
  new RequestError("UNAUTHENTICATED", "Sign in first: send a bearer token or an API key.");
export const forbidden = (action: string) => new RequestError("FORBIDDEN", `You may not read ${action}.`);
export const badInput = (message: string) => new RequestError("BAD_USER_INPUT", message);
