import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../../src/kernel/ids";
import { graphql, type ExecutionResult } from "graphql";
import pino from "pino";
import { audienceServices } from "../../src/audiences/audience-services";
import type { Actor } from "../../src/auth/core/actor";
import { requestContext, type Services } from "../../src/context";
import type { Database } from "../../src/db/client";
import { factsOf } from "../../src/fact-rooms";
import { GlobalIds } from "../../src/graphql/global-id";
import { defaultLocale, type Locale } from "../../src/kernel/localised";
import { buildAllianceSchema } from "../../src/schema";
import { ruleRooms } from "../../src/rule-rooms";
import { RuleStore } from "../../src/rules/rule-store";
import { SimulationRunner } from "../../src/simulations/simulation-runner";
import { CatalogueStore } from "../../src/snapshot/catalogue-store";

const schema = buildAllianceSchema();

export interface AskOptions {
  readonly locale?: Locale;
  readonly now?: Date;
  /**
   * False: answers from the catalogue in memory as it is, as a server does between two looks, so that no statement is
   * made but the document's own. Otherwise it follows first, since stages write through no server.
   */
  readonly catchUp?: boolean;
}

export interface TestApi {
  readonly services: Services;
  /** Runs a document as the actor, without the socket: parse, validate, execute. */
  execute<Data = Record<string, unknown>>(
    actor: Actor,
    document: string,
    variables?: Record<string, unknown>,
    options?: AskOptions,
  ): Promise<ExecutionResult<Data>>;
  /** As `execute`, but an error in the answer fails the test. */
  ask<Data = Record<string, never>>(
    actor: Actor,
    document: string,
    variables?: Record<string, unknown>,
    options?: AskOptions,
  ): Promise<Data>;
}

/** The API over a test database, with a clock that stands still unless a test moves it. */
export function testApi(database: Database, clock = () => new Date("2026-06-01T00:00:00Z")): TestApi {
  const masterKey = Buffer.alloc(32, 7);
  const log = pino({ level: "silent" });
  const catalogue = new CatalogueStore({ app: database.app, log });
  const timeZone = "Asia/Shanghai";
  const facts = factsOf(database.app);
  const ids = new GlobalIds(masterKey);
  const rules = new RuleStore({ catalogue, rooms: ruleRooms, log });
  const audiences = audienceServices();
  const simulations = new SimulationRunner({ app: database.app, clock: () => clock(), log });
  const services: Services = {
    ...{ database, catalogue, facts, rules, audiences, simulations, ids, masterKey, clock, timeZone, log },
    checkpointFolder: join(tmpdir(), `alliance-test-checkpoints-${newId()}`),
  };
  const execute: TestApi["execute"] = async (actor, source, variableValues, options = {}) => {
    if (options.catchUp ?? true) await catalogue.catchUp();
    const base = options.now ? { ...services, clock: () => options.now as Date } : services;
    const contextValue = requestContext(base, { requestId: "test", actor, locale: options.locale ?? defaultLocale });
    return (await graphql({ schema, source, variableValues, contextValue })) as ExecutionResult<never>;
  };
  return {
    services,
    execute,
    async ask(actor, document, variables, options) {
      const answer = await execute(actor, document, variables, options);
      if (answer.errors)
        throw new Error(answer.errors.map((error) => `${error.path?.join(".")}: ${error.stack}`).join("\n"));
      return answer.data as never;
    },
  };
}

/** Ready-made callers. */
export const callers = {
  staff: (
    ...roles: Extract<Actor, { kind: "staff" }>["roles"] extends ReadonlySet<infer Role> ? Role[] : never
  ): Actor => ({
    kind: "staff",
    actorId: `staff-${roles.join("-").toLowerCase()}`,
    roles: new Set(roles),
  }),
  service: { kind: "service", actorId: "service-test", name: "test" } as Actor,
  member: (memberId: string): Actor => ({ kind: "member", actorId: `member-${memberId}`, memberId }),
  partner: (
    partnerId: string,
    scopes: Extract<Actor, { kind: "partner" }>["scopes"] extends ReadonlySet<infer Scope> ? Scope[] : never,
  ): Actor => ({
    kind: "partner",
    actorId: `partner-${partnerId}`,
    partnerId,
    channel: "user",
    scopes: new Set(scopes),
  }),
};
