import { HeaderMap } from "@apollo/server";
import { GraphQLError, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
import type { Config } from "../config";
import type { ServedContext } from "./apollo";
import { CostMeter } from "./cost";
import type { BudgetRefusal, CostBudget } from "./cost-budget";
import { introspected, mayIntrospect } from "./introspection";
import { variablesRefusal } from "./variables";

/** An operation that is valid, and what it is asked with. */
export interface AskedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Record<string, unknown> | undefined;
}

/** Everything that can still refuse an operation that is valid: introspection, lists, cost, the caller's budget. */
export class Admission {
  readonly #meter: CostMeter;
  /**
   * Requests whose operation was let in: they are not charged again where another way answers them after all. Apollo
   * clones the context, but what it refers to stays the same.
   */
  readonly #admitted = new WeakSet<ServedContext["outcome"]>();

  constructor(
    schema: GraphQLSchema,
    private readonly config: Pick<Config, "limits" | "introspection">,
    private readonly budget: CostBudget,
  ) {
    this.#meter = new CostMeter(schema, config.limits);
  }

  /** Charges the caller, once in a request whichever way answers it. Answers the refusal, whose extensions say the status. */
  async refusalOf(asked: AskedOperation, context: ServedContext): Promise<GraphQLError | undefined> {
    if (this.#admitted.has(context.outcome)) return undefined;
    const { document, operation, variables } = asked;
    if (introspected(document).schema && !mayIntrospect(this.config.introspection, context.actor.kind)) {
      return introspectionRefused(this.config.introspection);
    }
    const unfit = variablesRefusal(variables, this.config.limits);
    if (unfit) return withStatus(unfit, 400);
    const cost = this.#meter.costOf(document, operation, variables);
    if (typeof cost !== "number") return withStatus(cost, 400);
    context.outcome.cost = cost;
    const refusal = cost > 0 ? await this.budget.spend(context.budgetKey, cost) : undefined;
    if (refusal) return rateLimited(refusal);
    this.#admitted.add(context.outcome);
    return undefined;
  }
}

function introspectionRefused(policy: Config["introspection"]): GraphQLError {
  if (policy === "nobody") {
    return withStatus(new GraphQLError("This server does not show its schema.", coded("FORBIDDEN")), 403);
  }
  const message = "The schema is shown to signed-in callers only: send a bearer token or an API key.";
  return withStatus(new GraphQLError(message, coded("UNAUTHENTICATED")), 401);
}

function coded(code: string) {
  return { extensions: { code } };
}

function rateLimited({ message, retryAfterSeconds }: BudgetRefusal): GraphQLError {
  const headers = new HeaderMap([["retry-after", String(retryAfterSeconds)]]);
  return new GraphQLError(message, {
    extensions: { code: "RATE_LIMITED", retryAfterSeconds, http: { status: 429, headers } },
  });
}

function withStatus(error: GraphQLError, status: number): GraphQLError {
  return new GraphQLError(error.message, {
    extensions: { ...error.extensions, http: { status, headers: new HeaderMap() } },
  });
}
