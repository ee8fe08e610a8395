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
import { GatheredStatements } from "./gathered-statements";
import { PlanBook } from "./plan-book";
import { Declined, Unplanned, type Run } from "./run";
import { conditionVariables, Selection } from "./selection";
import { PreparedTexts } from "./prepared-texts";
import { bound, paramsOf } from "./statement";

/** Coerced variables of one request. */
export type Variables = Readonly<Record<string, unknown>>;

/** Each doubles the plans of a document; more are left to the resolvers. */
const mostConditions = 4;
/** A plan holds some 2.5 KB for each of its fields; all of them together hold at most about 75 MB. */
const mostFields = 30_000;
/** What a document without a plan counts for. */
const fieldsOfNoPlan = 5;

/**
 * Answers queries by plans: a selection becomes one statement, composed of the rooms' fragments, and its rows become the
 * text of the answer without objects in between.
 *
 * A plan is made once for an operation and a set of capabilities and then kept; what a caller may not see is not in it.
 * Whatever is not a plain answer, from a document without a plan to a row that has to be put together from elsewhere, is
 * left to the resolvers, so that errors have one author.
 */
export class Planner {
  readonly #book: PlanBook;
  /** By the parsed operation, which lives as long as its document is known. */
  readonly #operations = new WeakMap<OperationDefinitionNode, JudgedOperation>();
  readonly #plans = new LRUCache<string, Plan>({ maxSize: mostFields, sizeCalculation: sizeOf });
  readonly #callers = new WeakMap<Actor, string>();
  readonly #statements = new GatheredStatements(new PreparedTexts());
  #lastNumber = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    rooms: readonly RoomPlan[],
  ) {
    this.#book = new PlanBook(rooms);
  }

  /** The plan of the query for this caller; undefined where none was made since it was last forgotten. */
  knownPlan(asked: PlanKey): Plan | undefined {
    const judged = this.#judge(asked);
    return judged === unplanned ? unplanned : this.#plans.get(this.#keyOf(judged, asked));
  }

  /** True where plans were made of the same query for others, or for other values of its conditions. */
  hasOtherPlans(asked: PlanKey): boolean {
    const judged = this.#judge(asked);
    return judged !== unplanned && judged.hasPlans;
  }

  /** Makes it, which takes some milliseconds for a large one. */
  makePlan(asked: PlanKey): Plan {
    const judged = this.#judge(asked);
    if (judged === unplanned) return unplanned;
    const plan = this.#compile(asked);
    judged.hasPlans = true;
    this.#plans.set(this.#keyOf(judged, asked), plan);
    return plan;
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

  #judge({ document, operation }: PlanKey): JudgedOperation {
    const known = this.#operations.get(operation);
    if (known) return known;
    const conditions = conditionVariables(document, operation);
    const isPlanned = operation.operation === OperationTypeNode.QUERY && conditions.length <= mostConditions;
    const judged = isPlanned ? { number: (this.#lastNumber += 1), hasPlans: false, conditions } : unplanned;
    this.#operations.set(operation, judged);
    return judged;
  }

  #keyOf({ number, conditions }: PlannedOperation, { actor, variables }: PlanKey): string {
    return `${number} ${this.#callerKey(actor)}${conditions.map((name) => `|${String(variables[name])}`).join("")}`;
  }

  #compile({ document, operation, actor, variables }: PlanKey): Plan {
    try {
      const selection = new Selection(this.schema, document, variables);
      return compilePlan(this.schema, this.#book, capabilitiesOf(actor), operation, selection);
    } catch (error) {
      // A condition that is null is refused by graphql-js where it is met.
      if (error instanceof Unplanned || error instanceof GraphQLError) return unplanned;
      throw error;
    }
  }

  async #ask({ statement, read, find }: PlannedStatement, place: number, run: Run): Promise<unknown> {
    if (find && run.keys[place] === null) return undefined;
    const { $client } = statement.door(run.context.database);
    const answer = await this.#statements.ask(statement, $client, paramsOf(statement, run));
    return answer === undefined ? undefined : read(answer, run.context.ids);
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

/** What a plan is made for. */
export interface PlanKey {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly actor: Actor;
  readonly variables: Variables;
}

export const unplanned = "unplanned";
/** How a query is answered, or that the resolvers answer it. */
export type Plan = CompiledPlan | typeof unplanned;

interface PlannedOperation {
  readonly number: number;
  /** One was made for some callers and conditions. */
  hasPlans: boolean;
  /** The variables that decide what is selected. */
  readonly conditions: readonly string[];
}
type JudgedOperation = PlannedOperation | typeof unplanned;

function sizeOf(plan: Plan): number {
  return plan === unplanned ? fieldsOfNoPlan : fieldsOfNoPlan + plan.fields;
}

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
