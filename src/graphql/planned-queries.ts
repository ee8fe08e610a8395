import { OperationTypeNode, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
import { getVariableValues } from "graphql/execution/values";
import type { Logger } from "pino";
import { withoutParameters } from "../db/failures";
import type { Metrics } from "../observability/metrics";
import type { Admission } from "./admission";
import type { ServedContext } from "./apollo";
import { newDocumentCost, type CostBudget } from "./cost-budget";
import type { KnownDocuments } from "./documents";
import type { CompiledPlan } from "./plan/compile";
import type { Planner, Variables } from "./plan/planner";
import { Declined } from "./plan/run";
import { operationOf } from "./plan/selection";

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

/** Errors after which graphql-js stops reading variables; the first one decides here. */
const coercion = { maxErrors: 1 };

/**
 * Answers queries by plans, in front of Apollo: only what is well formed, valid, let in and planned, and then only with a
 * plain answer. Everything else is left to Apollo untouched, which words every error.
 */
export class PlannedQueries {
  constructor(private readonly parts: PlannedQueriesParts) {}

  /** The JSON text of the whole answer; undefined where Apollo must answer. */
  async answer(asked: AskedQuery, context: ServedContext): Promise<string | undefined> {
    const { documents, budget, admission, schema, planner, metrics } = this.parts;
    const read = (context.document ??= documents.read(asked.query));
    if (!context.registered && (!read.ok || read.fresh)) await budget.charge(context.budgetKey, newDocumentCost);
    const operation = read.ok && operationOf(read.document, asked.operationName);
    if (!read.ok || !operation || operation.operation !== OperationTypeNode.QUERY) return undefined;
    const { document } = read;
    if (await admission.refusalOf({ document, operation, variables: asked.variables }, context)) return undefined;
    const variables = coerced(schema, operation, asked.variables);
    const plan = variables && planner.planFor(document, operation, context.actor, variables);
    if (!plan) return undefined;
    const data = await this.#run(plan, context, variables);
    if (data === undefined) return undefined;
    Object.assign(
      context.outcome,
      { codes: [], kind: "query" },
      operation.name ? { operation: operation.name.value } : {},
    );
    metrics.countOperation("query", false);
    return `{"data":${data}}\n`;
  }

  async #run(plan: CompiledPlan, context: ServedContext, variables: Variables): Promise<string | undefined> {
    const { planner, metrics, log } = this.parts;
    try {
      const data = await planner.answer(plan, context, variables);
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
}

function coerced(
  schema: GraphQLSchema,
  { variableDefinitions }: OperationDefinitionNode,
  variables: Record<string, unknown>,
): Variables | undefined {
  if (!variableDefinitions?.length) return noVariables;
  return getVariableValues(schema, variableDefinitions, variables, coercion).coerced;
}

const noVariables: Variables = {};

/** The query of a request's body where it is one as it should be; what is odd about it, Apollo says. */
export function askedQuery(body: unknown): AskedQuery | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
  const { query, operationName, variables, extensions } = body as Record<string, unknown>;
  if (typeof query !== "string" || query === "" || (extensions !== undefined && extensions !== null)) return undefined;
  if (operationName !== undefined && operationName !== null && typeof operationName !== "string") return undefined;
  if (variables !== undefined && (typeof variables !== "object" || Array.isArray(variables))) return undefined;
  return { query, operationName: operationName ?? undefined, variables: (variables ?? {}) as Record<string, unknown> };
}
