import { HeaderMap, type ApolloServerPlugin } from "@apollo/server";
import {
  OperationTypeNode,
  type FormattedExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import type { Logger } from "pino";
import { withoutParameters } from "../db/failures";
import type { Metrics } from "../observability/metrics";
import type { Admission, AskedOperation } from "./admission";
import type { ServedContext } from "./apollo";
import { newDocumentCost, type CostBudget } from "./cost-budget";
import type { KnownDocuments } from "./documents";
import { unplanned, type Plan, type Planner, type PlanKey } from "./plan/planner";
import { Declined } from "./plan/run";
import { operationOf } from "./plan/selection";
import { variablesReader, type ReadVariables } from "./read-variables";

export interface PlannedQueriesParts {
  readonly schema: GraphQLSchema;
  readonly planner: Planner;
  readonly documents: KnownDocuments;
  readonly admission: Admission;
  readonly budget: CostBudget;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** A query as it stands in a request's body. */
export interface AskedQuery {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
}

/**
 * Answers queries by plans: only what is valid, let in and planned, and then only with a plain answer. Everything else is
 * left to the resolvers, which word every error. It stands twice: in front of Apollo for what clients send all day, and
 * inside for whatever else reaches the execution (a GET, the first request with an `Accept` header).
 */
export class PlannedQueries {
  /** Requests that were tried in front; nothing is planned twice. By what Apollo's clone of the context shares with it. */
  readonly #tried = new WeakSet<ServedContext["outcome"]>();

  /** By the parsed operation, which lives as long as its document is known. */
  readonly #variables = new WeakMap<OperationDefinitionNode, ReadVariables>();

  constructor(private readonly parts: PlannedQueriesParts) {}

  /** In front: the JSON text of the whole answer; undefined where Apollo must answer. */
  async answer(asked: AskedQuery, context: ServedContext): Promise<string | undefined> {
    const { documents, budget, admission, metrics } = this.parts;
    const read = (context.document ??= documents.read(asked.query));
    if (!context.registered && (!read.ok || read.fresh)) await budget.charge(context.budgetKey, newDocumentCost);
    const operation = read.ok && operationOf(read.document, asked.operationName);
    if (!read.ok || !operation || operation.operation !== OperationTypeNode.QUERY) return undefined;
    const query = { document: read.document, operation, variables: asked.variables };
    if (await admission.refusalOf(query, context)) return undefined;
    const data = await this.dataOf(query, context);
    if (data === undefined) return undefined;
    context.outcome.codes = [];
    context.outcome.kind = operation.operation;
    if (operation.name) context.outcome.operation = operation.name.value;
    metrics.countOperation(operation.operation, false);
    return `{"data":${data}}\n`;
  }

  /** The JSON text of `data` of a query that was let in; undefined where the resolvers must answer. */
  async dataOf({ document, operation, variables = {} }: AskedOperation, context: ServedContext) {
    const { planner, metrics, log } = this.parts;
    if (this.#tried.has(context.outcome)) return undefined;
    this.#tried.add(context.outcome);
    const values = this.#variablesOf(operation)(variables);
    if (!values) return undefined;
    const plan = await this.#planOf({ document, operation, actor: context.actor, variables: values }, context);
    if (plan === unplanned) return undefined;
    try {
      const data = await planner.answer(plan, context, values);
      metrics.countExecution("planned");
      return data;
    } catch (error) {
      metrics.countExecution("declined");
      // A failure too is left to the resolvers: they meet it again and give it its place, or it has passed.
      if (!(error instanceof Declined)) {
        log.warn({ requestId: context.requestId, err: withoutParameters(error) }, "a plan failed");
      }
      return undefined;
    }
  }

  #variablesOf(operation: OperationDefinitionNode): ReadVariables {
    const known = this.#variables.get(operation);
    if (known) return known;
    const read = variablesReader(this.parts.schema, operation);
    this.#variables.set(operation, read);
    return read;
  }

  /**
   * The first plan of a document is paid for with the document. Any other counts for as much: a caller can have one made
   * for each value of a condition.
   */
  async #planOf(asked: PlanKey, { budgetKey, registered }: ServedContext): Promise<Plan> {
    const { planner, budget } = this.parts;
    const known = planner.knownPlan(asked);
    if (known !== undefined) return known;
    if (!registered && planner.hasOtherPlans(asked)) await budget.charge(budgetKey, newDocumentCost);
    return planner.makePlan(asked);
  }
}

/** `data` that is a text already: `stringifyResult` sends it as it is, and anybody else who looks sees objects. */
export class PlannedData {
  constructor(readonly text: string) {}

  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/** Inside Apollo: hands the text through to `stringifyResult`. */
export function plannedExecution(planned: PlannedQueries): ApolloServerPlugin<ServedContext> {
  return {
    requestDidStart: async () => ({
      responseForOperation: async ({ document, operation, request, contextValue }) => {
        if (!operation) return null;
        const data = await planned.dataOf({ document, operation, variables: request.variables }, contextValue);
        if (data === undefined) return null;
        const http = { status: undefined, headers: new HeaderMap() };
        const result = { data: new PlannedData(data) as unknown as Record<string, unknown> };
        return { http, body: { kind: "single", singleResult: result } };
      },
    }),
  };
}

/** For Apollo's `stringifyResult`. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const { data, errors, extensions } = result;
  if (data instanceof PlannedData && !errors && !extensions) return `{"data":${data.text}}\n`;
  return `${JSON.stringify(result)}\n`;
}

/** The query of a request's body where it is one as it should be; what is odd about it, Apollo says. */
export function askedQuery(body: unknown): AskedQuery | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
  const { query, operationName, variables, extensions } = body as Record<string, unknown>;
  if (typeof query !== "string" || query === "" || (extensions !== undefined && extensions !== null)) return undefined;
  if (operationName !== undefined && operationName !== null && typeof operationName !== "string") return undefined;
  if (variables !== undefined && (typeof variables !== "object" || Array.isArray(variables))) return undefined;
  return { query, operationName: operationName ?? undefined, variables: (variables ?? {}) as Record<string, unknown> };
}
