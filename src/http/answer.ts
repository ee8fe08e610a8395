import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { GraphQLFormattedError } from "graphql";

/** What goes back over HTTP. */
export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Buffer;
}

export function json(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Answer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
    body: `${JSON.stringify(value)}\n`,
  };
}

/** A refusal of the request in the shape of a GraphQL answer, which is what clients of the endpoint parse. */
export function graphqlRefusal(
  status: number,
  error: GraphQLFormattedError,
  headers: OutgoingHttpHeaders = {},
): Answer {
  return json(status, { errors: [error] }, headers);
}

export function refusal(status: number, code: string, message: string, headers: OutgoingHttpHeaders = {}): Answer {
  return graphqlRefusal(status, { message, extensions: { code } }, headers);
}

/** Sends the answer; for HEAD the head alone. `closing` ends the connection after it. */
export function send(response: ServerResponse, answer: Answer, closing: boolean): void {
  if (response.destroyed || response.headersSent) return;
  const { body } = answer;
  response.writeHead(answer.status, {
    ...answer.headers,
    "content-length": Buffer.byteLength(body),
    "x-content-type-options": "nosniff",
    ...(closing ? { connection: "close" } : {}),
  });
  // A text goes out with the head in one write, where bytes would take a second part.
  response.end(response.req.method === "HEAD" ? undefined : body);
}
