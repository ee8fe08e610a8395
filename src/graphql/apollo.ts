import { ApolloServer, HeaderMap, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from "@apollo/server/plugin/disabled";
import { Kind, type DocumentNode, type GraphQLSchema } from "graphql";
import type { Logger } from "pino";
import type { Config } from "../config";
import type { RequestContext } from "../context";
import type { Metrics } from "../observability/metrics";
import { compiledExecution } from "./compiled";
import type { Admission } from "./admission";
import { newDocumentCost, type CostBudget } from "./cost-budget";
import { hideTypes, mayIntrospect } from "./introspection";
import type { KnownDocuments, ReadDocument } from "./documents";
import { limitCode } from "./limits";
import { plannedExecution, stringifyResult, type PlannedQueries } from "./planned-queries";
import { withoutSuggestions, type ErrorMask } from "./masking";

/** A resolver's context, and what only the transport needs to know. */
export interface ServedContext extends RequestContext {
  /** Whose cost budget the request is charged to. */
  readonly budgetKey: string;
  readonly outcome: Outcome;
  /** The document is a registered one, which is not charged for as new. */
  readonly registered: boolean;
  /** The request's document where the transport has read it already, and charged for it where it was new. */
  document?: ReadDocument;
}

/** What became of the operation; filled in while it is answered, for the transport's log and status. */
export interface Outcome {
  operation?: string;
  kind?: string;
  cost?: number;
  /** The codes of the answer's errors. */
  codes?: readonly unknown[];
}

/**
 * GraphQL over HTTP: a well-formed request answered as `application/json` has status 200 whatever its document is worth;
 * only `application/graphql-response+json` says so by status, since only there a client knows who speaks.
 */
export function isWellFormed(outcome: Outcome): boolean {
  return outcome.codes !== undefined && outcome.codes.every((code) => wellFormedCodes.has(code));
}

const wellFormedCodes = new Set<unknown>([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "OPERATION_RESOLUTION_FAILURE",
  limitCode,
]);

export interface ApolloParts {
  readonly schema: GraphQLSchema;
  readonly documents: KnownDocuments;
  readonly config: Pick<Config, "limits" | "introspection">;
  readonly log: Logger;
  readonly mask: ErrorMask;
  readonly budget: CostBudget;
  readonly admission: Admission;
  readonly metrics: Metrics;
  /** Absent where every query is resolved. */
  readonly planned: PlannedQueries | undefined;
  /** Off in tests that compare; true where it is not given. */
  readonly compile?: boolean;
}

type Plugin = ApolloServerPlugin<ServedContext>;

/**
 * The GraphQL server without its transport. The cache-control plugin is off, since it wraps every resolver and nearly
 * doubles the cost of a list; the document store is off, since `documents` parses, validates and remembers (`reading`).
 */
export function makeApollo(parts: ApolloParts): ApolloServer<ServedContext> {
  const { schema, log, mask, metrics, planned, compile = true } = parts;
  return new ApolloServer<ServedContext>({
    schema,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      mask.plugin,
      reading(parts),
      admitting(parts),
      answerShape(parts),
      // After `reading`, which answers for refused documents; the first that answers counts.
      ...(planned ? [plannedExecution(planned)] : []),
      ...(compile ? [compiledExecution(schema, metrics)] : []),
    ],
    documentStore: null,
    stringifyResult,
    formatError: mask.formatError,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    // Who may introspect depends on the caller, which validation does not know; `admission` decides.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    nodeEnv: "production",
    logger: apolloLog(log),
  });
}

/** Stands where a document was refused: without any operation, so that nothing looks for one. */
const noDocument: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

/**
 * Gives Apollo documents that are parsed, judged and validated already (it looks for `document` on its context before it
 * parses), since it validates with every rule at once, and its hooks before that can refuse nothing. What was refused is
 * answered instead of executed, with the errors that Apollo would have made.
 */
function reading({ documents, budget, mask }: ApolloParts): Plugin {
  return {
    requestDidStart: async () => ({
      didResolveSource: async (requestContext) => {
        const { contextValue, source } = requestContext;
        let read = contextValue.document;
        if (!read) {
          read = contextValue.document = documents.read(source);
          const isNew = !contextValue.registered && (!read.ok || read.fresh);
          if (isNew) await budget.charge(contextValue.budgetKey, newDocumentCost);
        }
        Object.assign(requestContext, { document: read.ok ? read.document : noDocument });
      },
      responseForOperation: async ({ contextValue: { document } }) => {
        if (!document || document.ok) return null;
        const errors = document.errors.map((error) => mask.formatError(error.toJSON(), error));
        return {
          http: { status: 400, headers: new HeaderMap() },
          body: { kind: "single", singleResult: { errors } },
        };
      },
    }),
  };
}

/** Lets operations in, or says why not. */
function admitting({ admission }: ApolloParts): Plugin {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ document, operation, request, contextValue }) => {
        // Which operation of several is meant could not be told; the execution refuses that.
        if (!operation) return;
        const { variables } = request;
        const refusal = await admission.refusalOf({ document, operation, variables }, contextValue);
        if (refusal) throw refusal;
      },
    }),
  };
}

/** What the answer looks like from outside, and what is counted. */
function answerShape({ config, metrics }: ApolloParts): Plugin {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ response, document, contextValue, operation, errors }) => {
        metrics.countOperation(operation?.operation, (errors?.length ?? 0) > 0);
        if (response.body.kind !== "single") return;
        const result = response.body.singleResult;
        if (!mayIntrospect(config.introspection, contextValue.actor.kind)) {
          if (document) hideTypes(result.data, document);
          if (result.errors) result.errors = result.errors.map(withoutSuggestions);
        }
        const { outcome } = contextValue;
        outcome.codes = (result.errors ?? []).map((error) => error.extensions?.code);
        if (operation) outcome.kind = operation.operation;
        if (operation?.name) outcome.operation = operation.name.value;
      },
    }),
  };
}

/** Apollo's own messages may hold what a client sent; of errors only what is safe is logged. */
function apolloLog(log: Logger) {
  const write = (level: "debug" | "info" | "warn" | "error") => (message: unknown) => {
    if (message instanceof Error) log[level]({ err: message }, "apollo");
    else log[level]({ said: String(message).slice(0, 200) }, "apollo");
  };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
