import { execute, type DocumentNode, type ExecutionResult, type GraphQLSchema } from "graphql";
import { getVariableValues } from "graphql/execution/values";
import { requestContext, type Services } from "../../src/context";
import type { NodeReference } from "../../src/graphql/global-id";
import { type Planner, unplanned } from "../../src/graphql/plan/planner";
import { Declined } from "../../src/graphql/plan/run";
import { operationOf } from "../../src/graphql/plan/selection";
import { buildAllianceSchema } from "../../src/schema";
import { plannedFieldsOf } from "./planned-fields";
import { DocumentMaker, type Candidates, type WalkStep } from "./walk-documents";
import { viewers, type Secret, type Viewer } from "./walk-secrets";
import type { WalkWorld } from "./walk-world";

export interface WalkReport {
  /** One line for each secret that reached who may not read it, and where. */
  readonly leaks: readonly string[];
  /** Secrets that reached somebody who may read them. */
  readonly seen: ReadonlySet<Secret>;
  /** Failures below a root field, or without a code: where the walk saw nothing because something broke. */
  readonly blindSpots: readonly string[];
  readonly steps: number;
  /** Where a plan answered otherwise than the resolvers. */
  readonly differences: readonly string[];
  /** Steps that were answered by plans; none where the walk has no planner. */
  readonly planned: number;
}

const expectedCodes = ["UNAUTHENTICATED", "FORBIDDEN", "BAD_USER_INPUT"];

/** Goes everywhere that each viewer can go, and gathers what of the planted secrets comes out. */
export class AccessWalk {
  readonly schema: GraphQLSchema = buildAllianceSchema();
  readonly #documents = new Map<string, DocumentNode>();
  readonly #leaks = new Set<string>();
  readonly #seen = new Set<Secret>();
  readonly #blindSpots = new Set<string>();
  readonly #differences = new Set<string>();
  #steps = 0;
  #planned = 0;

  /** With a planner it goes only where plans lead, takes each step by the resolvers too, and judges what the plans say. */
  constructor(
    private readonly services: Services,
    private readonly world: WalkWorld,
    private readonly planner?: Planner,
  ) {}

  /**
   * Filters are tried by who may see only its own: they narrow an answer, and staff and services see everything of a
   * root or nothing. `thorough: false` leaves them out for everybody.
   */
  async queries({ who = viewers, thorough = true }: { who?: readonly Viewer[]; thorough?: boolean } = {}) {
    return this.#walk(who, (documents, { actor }) =>
      documents.queries(thorough && actor.kind !== "staff" && actor.kind !== "service"),
    );
  }

  async mutations(who: readonly Viewer[]): Promise<WalkReport> {
    return this.#walk(who, (documents) => documents.mutations());
  }

  async #walk(
    who: readonly Viewer[],
    stepsOf: (documents: DocumentMaker, viewer: Viewer) => Iterable<WalkStep>,
  ): Promise<WalkReport> {
    this.#leaks.clear();
    this.#seen.clear();
    this.#blindSpots.clear();
    this.#differences.clear();
    [this.#steps, this.#planned] = [0, 0];
    // The world was written past the use cases.
    await this.services.catalogue.reload();
    for (const viewer of who) {
      const candidates = candidatesFor(viewer, this.services, this.world);
      const documents = this.planner
        ? // What plans know differs by viewer.
          new DocumentMaker(
            this.schema,
            candidates,
            new Map(),
            plannedFieldsOf(this.schema, this.planner, viewer.actor),
          )
        : new DocumentMaker(this.schema, candidates, this.#documents);
      for (const step of stepsOf(documents, viewer)) await this.#take(viewer, step);
    }
    return {
      leaks: [...this.#leaks],
      seen: new Set(this.#seen),
      blindSpots: [...this.#blindSpots],
      steps: this.#steps,
      differences: [...this.#differences],
      planned: this.#planned,
    };
  }

  async #take(viewer: Viewer, { operation, document, variables }: WalkStep): Promise<void> {
    this.#steps += 1;
    const contextValue = requestContext(this.services, { requestId: "walk", actor: viewer.actor, locale: "en" });
    const answer = await execute({ schema: this.schema, document, variableValues: variables, contextValue });
    const planned =
      this.planner && (await this.#plannedAnswer(this.planner, viewer, { operation, document, variables }));
    if (planned !== undefined && planned !== JSON.stringify(answer.data)) {
      this.#differences.add(`${viewer.name}: ${operation} ${JSON.stringify(variables)}`);
    }
    const judged = planned === undefined ? answer : { data: JSON.parse(planned) as Record<string, unknown> };
    this.#lookForSecrets(viewer, operation, variables, judged);
    for (const error of answer.errors ?? []) {
      const expected = expectedCodes.includes(String(error.extensions.code)) && (error.path?.length ?? 0) <= 1;
      const where = `${viewer.name}: ${error.path?.filter((step) => typeof step === "string").join(".") ?? operation}`;
      if (!expected) this.#blindSpots.add(`${where}: ${error.message}`);
    }
  }

  /** Undefined where the resolvers answer. */
  async #plannedAnswer(planner: Planner, { actor }: Viewer, { document, variables }: WalkStep) {
    const operation = operationOf(document, undefined);
    const { coerced } = getVariableValues(this.schema, operation?.variableDefinitions ?? [], variables);
    if (!operation || !coerced) return undefined;
    const plan = planner.makePlan({ document, operation, actor, variables: coerced });
    if (plan === unplanned) return undefined;
    const context = requestContext(this.services, { requestId: "walk", actor, locale: "en" });
    try {
      const text = await planner.answer(plan, context, coerced);
      this.#planned += 1;
      return text;
    } catch (error) {
      if (error instanceof Declined) return undefined;
      throw error;
    }
  }

  #lookForSecrets(viewer: Viewer, operation: string, variables: object, answer: ExecutionResult): void {
    const messages = (answer.errors ?? []).map((error) => error.message);
    const found = new Set(this.world.secrets.in(JSON.stringify([answer.data, messages])));
    const forbidden = new Set<Secret>();
    for (const secret of found) (secret.readers.has(viewer.name) ? this.#seen : forbidden).add(secret);
    if (forbidden.size === 0) return;
    // What the caller wrote itself comes back in messages that name it; that tells it nothing.
    const given = new Set(this.world.secrets.in(JSON.stringify(variables)));
    for (const [path, text] of textsIn({ ...answer.data, errors: messages }, [])) {
      for (const secret of this.world.secrets.in(text)) {
        const repeated = given.has(secret) && /^(errors|message)$/.test(path.at(-1) ?? "");
        if (!forbidden.has(secret) || repeated) continue;
        this.#leaks.add(`${viewer.name} reads ${secret.what} in ${operation}: ${path.join(".")}`);
      }
    }
  }
}

function* textsIn(value: unknown, path: readonly string[]): Generator<readonly [readonly string[], string]> {
  if (Array.isArray(value)) for (const item of value) yield* textsIn(item, path);
  else if (value !== null && typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) yield* textsIn(inner, [...path, key]);
  } else if (value !== null && value !== undefined) yield [path, JSON.stringify(value)];
}

/** Which type an argument's id is of, where its name does not say it alone. */
const typesByName: Readonly<Record<string, NodeReference["type"]>> = {
  issuerId: "Partner",
  sourcePartnerId: "Partner",
  parentMerchantId: "Merchant",
  sourceId: "Member",
  targetId: "Member",
  member: "Member",
};

/** Every id of the world as the viewer would hold it, and for `node` also as it comes out for everybody else. */
function candidatesFor(viewer: Viewer, services: Services, world: WalkWorld): Candidates {
  const seal = (by: Viewer) => {
    const ids = services.ids.forActor(by.actor);
    return world.things.map(({ type, id, memberId }) => ({ type, id: ids.seal(type, id, memberId) }));
  };
  const own = seal(viewer);
  const everybodys = [...new Set(viewers.flatMap((other) => seal(other).map(({ id }) => id)))];
  const ids = (name: string, owner: string): string[] => {
    if (owner === "Node") return name === "ids" ? own.slice(0, 100).map(({ id }) => id) : everybodys;
    const byName = `${name[0]?.toUpperCase()}${name.slice(1)}`.replace(/Ids?$/, "");
    const type = own.some((each) => each.type === byName) ? byName : (typesByName[name] ?? owner);
    const found = own.filter((each) => each.type === type);
    return (found.length > 0 ? found : own).map(({ id }) => id);
  };
  const { codes, numbers, contacts, prefixes } = world.words;
  const texts = (name: string): readonly string[] => {
    if (/search|text/i.test(name)) return [...numbers, ...contacts];
    if (/number/i.test(name)) return numbers;
    if (/prefix/i.test(name)) return prefixes;
    return /code/i.test(name) ? codes : ["bank"];
  };
  return (name, type, owner) => {
    switch (type) {
      case "ID":
        return ids(name, owner);
      case "String":
        return texts(name);
      case "Boolean":
        return [true, false];
      case "Int":
      case "Float":
        return [1, 2];
      case "Points":
      case "MinorUnits":
        return ["1"];
      case "DateTime":
        return /^(to|before|until)$|Before$|Until$/.test(name)
          ? ["2026-05-20T00:00:00.000Z"]
          : ["2026-04-20T00:00:00.000Z"];
      case "Date":
        return ["2026-05-01"];
      case "Cursor":
        return [];
      default:
        throw new Error(`the walk has nothing to put into ${name} of type ${type}`);
    }
  };
}
