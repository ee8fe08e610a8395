import { HeaderMap, type ApolloServer, type HTTPGraphQLResponse } from "@apollo/server";
import type { IncomingMessage } from "node:http";
import type { Logger } from "pino";
import type { Authentication } from "../auth/authenticate";
import { actorIdOf, type Actor } from "../auth/core/actor";
import type { CredentialHeaders } from "../auth/core/credentials";
import type { RequestContext } from "../context";
import type { DocumentRefusal, TrustedDocuments } from "../documents/trusted-documents";
import { isWellFormed, type Outcome, type ServedContext } from "../graphql/apollo";
import { newDocumentCost, type BudgetRefusal, type CostBudget } from "../graphql/cost-budget";
import type { ErrorMask } from "../graphql/masking";
import { askedQuery, type PlannedQueries } from "../graphql/planned-queries";
import { negotiateLocale, type Locale } from "../kernel/localised";
import { graphqlRefusal, refusal, type Answer } from "./answer";
import { withoutRedaction } from "../observability/log";
import type { MediaTypes } from "./media-types";
import { readJsonBody } from "./read-body";

export interface GraphqlRouteParts {
  readonly apollo: ApolloServer<ServedContext>;
  readonly documents: TrustedDocuments;
  readonly budget: CostBudget;
  readonly mask: ErrorMask;
  /** Absent where every query is left to Apollo. */
  readonly planned: PlannedQueries | undefined;
  readonly mediaTypes: MediaTypes;
  readonly log: Logger;
  readonly maxBodyBytes: number;
  readonly authenticate: (headers: CredentialHeaders) => Promise<Authentication>;
  readonly contextOf: (request: { requestId: string; actor: Actor; locale: Locale }) => RequestContext;
}

/** Answers one request to `/graphql`. Never rejects while the connection lasts: what fails unexpectedly is masked. */
export type GraphqlRoute = (request: IncomingMessage, requestId: string) => Promise<Answer>;

export function graphqlRoute(parts: GraphqlRouteParts): GraphqlRoute {
  const requests = withoutRedaction(parts.log);
  return async (request, requestId) => {
    const startedAt = performance.now();
    const outcome: Outcome = {};
    try {
      const answer = await answerRequest(parts, request, requestId, outcome);
      const ms = Math.round((performance.now() - startedAt) * 10) / 10;
      requests.info(
        { requestId, status: answer.status, ms, ...outcome, codes: outcome.codes?.length ? outcome.codes : undefined },
        "graphql",
      );
      return answer;
    } catch (error) {
      // The client went away while it was sending; nobody reads the answer, and nothing of ours failed.
      if (request.destroyed && !request.complete) return refusal(400, "BAD_REQUEST", "The request was cut off.");
      return graphqlRefusal(500, parts.mask.mask(error, { requestId }));
    }
  };
}

/** In the order of their cost: method, credentials, budget, body, and only then the document. */
async function answerRequest(
  parts: GraphqlRouteParts,
  request: IncomingMessage,
  requestId: string,
  outcome: Outcome,
): Promise<Answer> {
  const { budget } = parts;
  if (request.method !== "GET" && request.method !== "POST") {
    return refusal(405, "BAD_REQUEST", "GraphQL is asked by GET or POST.", { allow: "GET, POST" });
  }
  const address = `address:${request.socket.remoteAddress ?? "none"}`;
  const entrance = await parts.authenticate(credentialsOf(request));
  if (!entrance.ok) {
    const spent = await budget.spend(address, newDocumentCost);
    return spent ? tooMuch(spent) : notAuthenticated(entrance);
  }
  const { actor } = entrance;
  const budgetKey = actorIdOf(actor) ?? address;
  const spent = await budget.spend(budgetKey, 1);
  if (spent) return tooMuch(spent);
  const read = await bodyOf(request, parts.maxBodyBytes);
  if (!read.ok) return refusal(read.refusal.status, "BAD_REQUEST", read.refusal.message);
  const search = searchOf(request);
  const caller = { kind: actor.kind, client: entrance.client };
  const asked = await parts.documents.read({ body: read.body, search }, caller);
  if (!asked.ok) return notTrusted(asked, () => budget.charge(budgetKey, newDocumentCost));

  const locale = negotiateLocale(request.headers["accept-language"]);
  const { registered } = asked;
  const context: ServedContext = Object.assign(parts.contextOf({ requestId, actor, locale }), {
    ...{ budgetKey, outcome, registered },
  });
  const planned = await answerByPlan(parts, request, asked.body, context);
  if (planned) return planned;
  const httpGraphQLRequest = {
    method: request.method,
    headers: headersOf(request),
    search: asked.search,
    body: asked.body,
  };
  const response = await parts.apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest,
    context: () => Promise.resolve(context),
  });
  const answer = toAnswer(response, outcome);
  parts.mediaTypes.learn(request, answer);
  return answer;
}

/**
 * In front of Apollo, whose way through parsing, hooks and stringifying costs more than all the rest of a planned query.
 * Its CSRF prevention lets POSTs of JSON pass, and nothing else comes here; the media type is the one it chose before.
 */
async function answerByPlan(
  { planned, mediaTypes }: GraphqlRouteParts,
  request: IncomingMessage,
  body: unknown,
  context: ServedContext,
): Promise<Answer | undefined> {
  const query = planned && request.method === "POST" ? askedQuery(body) : undefined;
  const mediaType = query && mediaTypes.chosenFor(request);
  if (!planned || !query || mediaType === undefined) return undefined;
  const text = await planned.answer(query, context);
  if (text === undefined) return undefined;
  return { status: 200, headers: { "cache-control": "no-store", "content-type": mediaType }, body: text };
}

/** The query string with its question mark; most requests have none. */
function searchOf({ url = "/" }: IncomingMessage): string {
  return url.includes("?") ? new URL(url, "http://localhost").search : "";
}

function credentialsOf({ headers }: IncomingMessage): CredentialHeaders {
  const apiKey = headers["x-api-key"];
  return { authorization: headers.authorization, apiKey: Array.isArray(apiKey) ? apiKey.join() : apiKey };
}

async function bodyOf(request: IncomingMessage, maxBytes: number): ReturnType<typeof readJsonBody> {
  return request.method === "POST" ? readJsonBody(request, maxBytes) : { ok: true, body: undefined };
}

function notAuthenticated({ status, code, message }: Extract<Authentication, { ok: false }>): Answer {
  const error = { message, extensions: { code: "UNAUTHENTICATED", reason: code } };
  if (status === 503) return graphqlRefusal(503, { ...error, extensions: { code: "UNAVAILABLE", reason: code } });
  return graphqlRefusal(401, error, { "www-authenticate": 'Bearer realm="alliance", error="invalid_token"' });
}

/** Whoever asks for documents that are not there pays for looking as for a new one. */
async function notTrusted(found: DocumentRefusal, charge: () => Promise<void>): Promise<Answer> {
  if (found.sought) await charge();
  return refusal(found.status, found.code, found.message);
}

function tooMuch({ message, retryAfterSeconds }: BudgetRefusal): Answer {
  const extensions = { code: "RATE_LIMITED", retryAfterSeconds };
  return graphqlRefusal(429, { message, extensions }, { "retry-after": String(retryAfterSeconds) });
}

/**
 * The request's headers as Apollo takes them.
 *
 * Its CSRF prevention wants a header on a GET that a page of another site cannot send. Where the request shows that no
 * such page made it, that header is added here, so that plain GETs of other programs work as GraphQL over HTTP says. A
 * browser names the site in `sec-fetch-site`, and never lets a page leave it out.
 */
function headersOf({ headers, method }: IncomingMessage): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const site = headers["sec-fetch-site"];
  const fromElsewhere =
    (site !== undefined && site !== "same-origin" && site !== "none") || headers.origin !== undefined || headers.cookie;
  if (method === "GET" && !fromElsewhere && !map.has("content-type"))
    map.set("apollo-require-preflight", "none-needed");
  return map;
}

function toAnswer(response: HTTPGraphQLResponse, outcome: Outcome): Answer {
  if (response.body.kind !== "complete") throw new Error("Incremental delivery is not offered.");
  const headers = Object.fromEntries(response.headers);
  const isPlainJson = headers["content-type"]?.startsWith("application/json") ?? false;
  const status = response.status === 400 && isPlainJson && isWellFormed(outcome) ? 200 : (response.status ?? 200);
  return { status, headers: { "cache-control": "no-store", ...headers }, body: response.body.string };
}
