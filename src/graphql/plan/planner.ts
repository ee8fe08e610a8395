import {
  GraphQLError,
  OperationTypeNode,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { LRUCache } from "lru-cache";
import type { Actor } from "../../auth/core/actor";
import { scopeOf } from "../../auth/core/policy";
import type { RequestContext } from "../../context";
import { RequestError } from "../errors";
import { compilePlan, type CompiledPlan, type PlannedStatement } from "./compile";
import type { Args, Capabilities, PlanContext, RoomPlan } from "./fields";
import { PlanBook } from "./plan-book";
import { Declined, Unplanned, type Run } from "./run";
import { conditionVariables, Selection } from "./selection";
import { bound, paramsOf } from "./statement";

/** Coerced variables of one request. */
export type Variables = Readonly<Record<string, unknown>>;

/** How often plans of one operation are kept: one for each set of capabilities and each value of `@include` and `@skip`. */
const plansPerOperation = 64;

/**
 * Answers queries by plans: a selection becomes one statement, composed of the rooms' fragments, and its rows become the
 * text of the answer without objects in between.
 *
 * A plan is made once for an operation and a set of capabilities and then kept with the document; what a caller may not
 * see is not in it. Whatever is not a plain answer, from a document without a plan to a row that has to be put together
 * from elsewhere, is left to the resolvers, so that errors have one author.
 */
export class Planner {
  readonly #book: PlanBook;
  readonly #operations = new WeakMap<OperationDefinitionNode, PlansOfOperation>();
  readonly #callers = new WeakMap<Actor, string>();
  readonly #prepared = new LRUCache<string, true>({ max: 1_000 });

  constructor(
    private readonly schema: GraphQLSchema,
    rooms: readonly RoomPlan[],
  ) {
    this.#book = new PlanBook(rooms);
  }

  /** The plan of the operation for this caller; undefined where the resolvers must answer. */
  planFor(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    actor: Actor,
    variables: Variables,
  ): CompiledPlan | undefined {
    if (operation.operation !== OperationTypeNode.QUERY) return undefined;
    const plans = this.#plansOf(document, operation);
    const key = this.#callerKey(actor) + plans.conditions.map((name) => `|${String(variables[name])}`).join("");
    const known = plans.byKey.get(key);
    if (known !== undefined) return known === unplanned ? undefined : known;
    const made = this.#make(document, operation, actor, variables);
    if (plans.byKey.size >= plansPerOperation) plans.byKey.clear();
    plans.byKey.set(key, made ?? unplanned);
    return made;
  }

  /** The JSON text of `data`. Throws Declined where the resolvers must answer this request after all. */
  async answer(plan: CompiledPlan, context: RequestContext, variables: Variables): Promise<string> {
    const args = plan.argumentSlots.read(variables);
    const keys = await this.#keysOf(plan, context, args);
    const pages = plan.pages.map((open) => open(context, args, keys));
    const run: Run & { answers: unknown[] } = { context, args, keys, pages, answers: [] };
    const [only, ...others] = plan.statements;
    if (only && others.length === 0) run.answers.push(await this.#ask(only, 0, run));
    else run.answers = await Promise.all(plan.statements.map((each, place) => this.#ask(each, place, run)));
    return plan.write(undefined, run);
  }

  /** What a room refuses while it looks for a key, the resolvers refuse with its path. */
  async #keysOf(plan: CompiledPlan, context: RequestContext, args: readonly Args[]): Promise<Run["keys"]> {
    try {
      return await keysOf(plan.statements, context, args);
    } catch (error) {
      throw error instanceof RequestError ? new Declined(error.message) : error;
    }
  }

  #plansOf(document: DocumentNode, operation: OperationDefinitionNode): PlansOfOperation {
    const known = this.#operations.get(operation);
    if (known) return known;
    const made = { conditions: conditionVariables(document, operation), byKey: new Map() };
    this.#operations.set(operation, made);
    return made;
  }

  #make(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    actor: Actor,
    variables: Variables,
  ): CompiledPlan | undefined {
    try {
      const selection = new Selection(this.schema, document, variables);
      return compilePlan(this.schema, this.#book, capabilitiesOf(actor), operation, selection);
    } catch (error) {
      // A condition that is null is refused by graphql-js where it is met.
      if (error instanceof Unplanned || error instanceof GraphQLError) return undefined;
      throw error;
    }
  }

  async #ask({ statement, read, find }: PlannedStatement, place: number, run: Run): Promise<unknown> {
    if (find && run.keys[place] === null) return undefined;
    const { text } = statement;
    // A statement that is asked once is not worth a place in every connection's memory.
    const prepare = this.#prepared.has(text);
    if (!prepare) this.#prepared.set(text, true);
    const { $client } = statement.door(run.context.database);
    const [row] = await $client.unsafe<{ answer: string }[]>(text, paramsOf(statement, run) as never[], { prepare });
    return row && read(row.answer);
  }

  /** Callers with the same key have the same capabilities. */
  #callerKey(actor: Actor): string {
    const known = this.#callers.get(actor);
    if (known !== undefined) return known;
    const grants = actor.kind === "staff" ? actor.roles : actor.kind === "partner" ? actor.scopes : [];
    const key = `${actor.kind} ${[...grants].sort().join(" ")}`;
    this.#callers.set(actor, key);
    return key;
  }
}

interface PlansOfOperation {
  /** The variables that decide what is selected. */
  readonly conditions: readonly string[];
  readonly byKey: Map<string, CompiledPlan | typeof unplanned>;
}

const unplanned = "unplanned";

function capabilitiesOf(actor: Actor): Capabilities {
  return {
    kind: actor.kind,
    reach: (action) => scopeOf(actor, action).kind,
    ownId: bound((run) => ownIdOf(run.context.actor)),
  };
}

function ownIdOf(actor: Actor): string | null {
  if (actor.kind === "partner") return actor.partnerId;
  return actor.kind === "member" ? actor.memberId : null;
}

/** Most keys are known at once. */
function keysOf(
  statements: readonly PlannedStatement[],
  context: PlanContext,
  args: readonly Args[],
): Run["keys"] | Promise<Run["keys"]> {
  const found = statements.map(({ find }) => (find ? find(context, args) : null));
  if (!found.some((key) => key instanceof Promise)) return found as (string | null)[];
  return Promise.all(found.map(async (key) => key));
}
