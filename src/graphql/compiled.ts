import { HeaderMap, type ApolloServerPlugin, type BaseContext } from "@apollo/server";
import type { DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { getVariableValues } from "graphql/execution/values";
import { compileQuery, isCompiledQuery } from "graphql-jit";
import { LRUCache } from "lru-cache";
import type { Metrics } from "../observability/metrics";
import { compilableQuery, compilabilityOf, type Compilability, type CompilableQuery } from "./compilable";
import { guardCompiledCode } from "./compiled-guard";

/** Compiled fields that are kept: 0.35 KB each, so 14 MB, or 770 queries as large as the largest of schema/operations. */
const mostFields = 40_000;
/** Errors after which graphql-js stops reading variables; the first one decides here. */
const coercion = { maxErrors: 1 };

type Values = Readonly<Record<string, unknown>>;

interface CompiledQuery {
  readonly run: (root: undefined, context: unknown, variables: object) => Promise<ExecutionResult> | ExecutionResult;
  readonly variablesOf: CompilableQuery["variablesOf"];
}

interface Asked {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Values;
  readonly context: unknown;
}

/** `plain` and `again` are left to graphql-js: at once, or after the compiled query met an error. */
type Executed =
  | { readonly way: "compiled"; readonly data: NonNullable<ExecutionResult["data"]> }
  | { readonly way: "plain" | "again"; readonly data?: undefined };

interface Judged extends Compilability {
  readonly number: number;
}

/** What is known of a query: that it was asked once, that it cannot be compiled, or its function. */
type Known = "asked" | "plain" | CompiledQuery;

/**
 * Executes queries by functions that graphql-jit compiles of them. Only a flawless result is an answer: where variables
 * do not fit, a field fails or the compiled code throws, the query is executed anew by graphql-js, so that errors, their
 * places and the status are worded in one place. What was loaded is in the request's loaders then and is not read twice.
 * Mutations never come here: they must not be executed twice.
 *
 * Compiling costs as much as ten executions of one member's fields, or two of a list's by graphql-js; so a query is
 * compiled when it is asked for the second time, and one that is written anew for each request never is.
 */
export class CompiledExecution {
  readonly #known = new LRUCache<string, Known>({ maxSize: mostFields });
  /** By the parsed operation, which lives as long as the document is known: never by a name or hash that may lie. */
  readonly #judged = new WeakMap<OperationDefinitionNode, Judged | "plain">();
  #lastNumber = 0;

  constructor(private readonly schema: GraphQLSchema) {
    guardCompiledCode();
  }

  async execute(asked: Asked): Promise<Executed> {
    const judged = this.#judge(asked);
    if (judged === "plain") return { way: "plain" };
    const definitions = asked.operation.variableDefinitions ?? [];
    const { coerced } = getVariableValues(this.schema, definitions, asked.variables, coercion);
    if (!coerced) return { way: "plain" };
    const compiled = this.#compiled(asked, judged, coerced);
    const variables = compiled?.variablesOf(coerced);
    if (!compiled || !variables) return { way: "plain" };
    const result = await runSafely(compiled, asked.context, variables);
    return result?.data && !result.errors ? { way: "compiled", data: result.data } : { way: "again" };
  }

  #judge({ document, operation }: Asked): Judged | "plain" {
    const known = this.#judged.get(operation);
    if (known) return known;
    const compilability = compilabilityOf(document, operation);
    const judged = compilability ? { ...compilability, number: ++this.#lastNumber } : "plain";
    this.#judged.set(operation, judged);
    return judged;
  }

  #compiled(asked: Asked, { number, conditions, fields }: Judged, coerced: Values): CompiledQuery | undefined {
    const values = conditions.map((name) => coerced[name]);
    // A condition that is null by a variable is an error of the field that has it.
    if (values.some((value) => typeof value !== "boolean")) return undefined;
    const key = [number, ...values].join();
    const known = this.#known.get(key);
    if (typeof known === "object") return known;
    const next = known === "asked" ? this.#compile(asked, coerced) : (known ?? "asked");
    if (next !== known) this.#known.set(key, next, { size: typeof next === "object" ? fields : 1 });
    return typeof next === "object" ? next : undefined;
  }

  #compile({ document, operation }: Asked, coerced: Values): CompiledQuery | "plain" {
    const query = compilableQuery(this.schema, document, operation, coerced);
    if (!query.isSmall) return "plain";
    // Errors of the compiled code are thrown away, so that their stacks are not needed.
    const options = { disablingCapturingStackErrors: true };
    const compiled = compileQuery(this.schema, query.document, operation.name?.value, options);
    if (!isCompiledQuery(compiled)) return "plain";
    return { run: compiled.query as CompiledQuery["run"], variablesOf: query.variablesOf };
  }
}

async function runSafely(compiled: CompiledQuery, context: unknown, variables: object) {
  try {
    return await compiled.run(undefined, context, variables);
  } catch {
    // Executed anew, the same failure is met by graphql-js, which gives it its place.
    return undefined;
  }
}

/** Answers by compiled queries where it can; where it answers nothing, Apollo executes as ever. */
export function compiledExecution(schema: GraphQLSchema, metrics: Metrics): ApolloServerPlugin<BaseContext> {
  const compiled = new CompiledExecution(schema);
  return {
    requestDidStart: async () => ({
      responseForOperation: async ({ document, operation, request, contextValue }) => {
        if (!operation) return null;
        const variables = request.variables ?? {};
        const { way, data } = await compiled.execute({ document, operation, variables, context: contextValue });
        metrics.countExecution(way);
        if (way !== "compiled") return null;
        const http = { status: undefined, headers: new HeaderMap() };
        return { http, body: { kind: "single", singleResult: { data } } };
      },
    }),
  };
}
