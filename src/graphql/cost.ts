import {
  getNamedType,
  getNullableType,
  GraphQLError,
  isCompositeType,
  isListType,
  Kind,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type TypeNode,
} from "graphql";
import { getVariableValues } from "graphql/execution/values";
import { getComplexity, type ComplexityEstimator } from "graphql-query-complexity";
import type { Limits } from "../config";
import { limitExceeded } from "./limits";

/** What a list field without `first` is taken to hold; a screen's lists (tags, tiers, accounts) are about this long. */
const assumedListLength = 5;
/** A mutation writes, checks and logs: about ten reads. */
const mutationCost = 10;
const maxCachedCosts = 64;

type Variables = Record<string, unknown> | undefined;

/**
 * The cost of operations: one for every object that may have to be read. A connection costs its `first` times what one
 * of its nodes costs, so nested connections multiply; leaves cost nothing; introspection counts its fields once.
 *
 * Walking the document takes about as long as a small query, so costs are kept per document for each combination of the
 * variables they depend on: whole numbers, booleans (`@include`) and the lengths of lists.
 */
export class CostMeter {
  readonly #known = new WeakMap<DocumentNode, Map<string, number>>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly limits: Limits,
  ) {}

  /**
   * The cost, or the refusal where it lies above the limit. Variables that do not fit their types cost nothing here:
   * the execution refuses them before it reads anything.
   */
  costOf(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): number | GraphQLError {
    const cost = this.#measure(document, operation, variables);
    if (typeof cost !== "number" || cost <= this.limits.cost) return cost;
    const message = `Cost limit of ${this.limits.cost} exceeded, found ${cost}. Ask for fewer objects, for example a smaller first.`;
    return limitExceeded("cost", this.limits.cost, message);
  }

  #measure(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): number | GraphQLError {
    const known = this.#known.get(document) ?? new Map<string, number>();
    const key = costKey(operation, variables);
    const before = known.get(key);
    if (before !== undefined) return before;
    const cost = this.#walk(document, operation, variables);
    if (typeof cost === "number") {
      if (known.size >= maxCachedCosts) known.clear();
      this.#known.set(document, known.set(key, cost));
    }
    return cost ?? 0;
  }

  /** Undefined where the variables do not fit, which says nothing of the same document with others. */
  #walk(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Variables,
  ): number | GraphQLError | undefined {
    try {
      return getComplexity({
        schema: this.schema,
        query: document,
        variables: variables ?? {},
        estimators: [estimate],
        ...(operation.name ? { operationName: operation.name.value } : {}),
      });
    } catch (error) {
      const { errors } = getVariableValues(this.schema, operation.variableDefinitions ?? [], variables ?? {});
      if (errors) return undefined;
      if (!(error instanceof GraphQLError)) throw error;
      return unfit(error);
    }
  }
}

/**
 * An argument or a condition that the variables leave null although it may not be: their types allow it where the
 * schema has a default. Execution would refuse that field alone and read all others, whose cost nobody has counted, so
 * the operation is refused as a whole.
 */
function unfit({ message, nodes }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { nodes, extensions: { code: "BAD_USER_INPUT" } });
}

const estimate: ComplexityEstimator = ({ type, field, args, childComplexity }) => {
  const named = getNamedType(field.type);
  if (!isCompositeType(named)) return type.name === "Mutation" ? mutationCost : 0;
  const base = type.name === "Mutation" ? mutationCost : 1;
  return base + listLength(type.name, field, args) * childComplexity;
};

function listLength(
  parent: string,
  field: { name: string; type: Parameters<typeof getNullableType>[0] },
  args: Record<string, unknown>,
): number {
  if (typeof args.first === "number") return Math.max(args.first, 1);
  if (!isListType(getNullableType(field.type))) return 1;
  const asked = Object.values(args).filter(Array.isArray);
  if (asked.length > 0) return Math.max(1, ...asked.map((list) => list.length));
  // The connection above has counted its nodes already; the schema's own types are bounded by the schema.
  const countedAbove = parent.endsWith("Connection") || parent.startsWith("__");
  return countedAbove ? 1 : assumedListLength;
}

/** The operation and the values of its variables that its cost depends on; one left out, whose default counts, is no null. */
function costKey(operation: OperationDefinitionNode, variables: Variables): string {
  const parts = (operation.variableDefinitions ?? []).map(({ variable, type }) => {
    const value = variables?.[variable.name.value];
    if (value === undefined) return "default";
    if (isList(type)) return Array.isArray(value) ? value.length : null;
    return typeof value === "number" || typeof value === "boolean" ? value : null;
  });
  return JSON.stringify([operation.name?.value, ...parts]);
}

function isList(type: TypeNode): boolean {
  return type.kind === Kind.NON_NULL_TYPE ? isList(type.type) : type.kind === Kind.LIST_TYPE;
}
