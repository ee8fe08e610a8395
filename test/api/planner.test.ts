import fc from "fast-check";
import { execute, parse, validate, type GraphQLSchema } from "graphql";
import { getVariableValues } from "graphql/execution/values";
import { requestContext, type Services } from "../../src/context";
import { Planner } from "../../src/graphql/plan/planner";
import { Declined } from "../../src/graphql/plan/run";
import { operationOf } from "../../src/graphql/plan/selection";
import { roomPlans } from "../../src/plans";
import { buildAllianceSchema } from "../../src/schema";
import { testApi } from "../support/api";
import { testDatabase } from "../support/database";
import { documentOf, documentTapes, type DocumentPools, type RandomDocument } from "../support/random-documents";
import { poolsOf } from "../support/walk-pools";
import { viewers, type Viewer } from "../support/walk-secrets";
import { seedWalkWorld } from "../support/walk-world";

const numRuns = Number(process.env["RANDOM_DOCUMENTS"] ?? 400);
const seed = Number(process.env["RANDOM_SEED"] ?? 20260601);
jest.setTimeout(120_000 + numRuns * 400);

let services: Services;
let schema: GraphQLSchema;
let planner: Planner;
let pools: ReadonlyMap<Viewer, DocumentPools>;
const outcomes: Record<string, number> = {};

beforeAll(async () => {
  const { database } = await testDatabase();
  services = testApi(database).services;
  const world = await seedWalkWorld(services);
  await services.catalogue.reload();
  schema = buildAllianceSchema();
  planner = new Planner(schema, roomPlans);
  const entries = viewers.map(async (viewer) => [viewer, await poolsOf(viewer, schema, services, world)] as const);
  pools = new Map(await Promise.all(entries));
});

async function compare(viewer: Viewer, { source, variables, operationName }: RandomDocument): Promise<string> {
  const document = parse(source);
  if (validate(schema, document).length > 0) return "invalid";
  const operation = operationOf(document, operationName);
  if (!operation) return "no operation";
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (!coerced.coerced) return "variables";
  const plan = planner.planFor(document, operation, viewer.actor, coerced.coerced);
  if (!plan) return "unplanned";
  const context = () => requestContext(services, { requestId: "test", actor: viewer.actor, locale: "zh-CN" });
  let planned: string;
  try {
    planned = await planner.answer(plan, context(), coerced.coerced);
  } catch (error) {
    if (error instanceof Declined) return `declined`;
    throw error;
  }
  const resolved = await execute({
    schema,
    document,
    contextValue: context(),
    variableValues: variables,
    operationName,
  });
  if (resolved.errors)
    throw new Error(`${viewer.name}: ${source} ${JSON.stringify(variables)}: ${String(resolved.errors[0])}`);
  expect(planned).toEqual(JSON.stringify(resolved.data));
  return "planned";
}

test("random documents are answered as the resolvers answer them, whoever asks", async () => {
  const callers = fc.shuffledSubarray([...viewers], { minLength: 3, maxLength: 3 });
  const property = fc.asyncProperty(documentTapes, callers, async (tape, asking) => {
    for (const viewer of asking) {
      const outcome = await compare(viewer, documentOf(schema, pools.get(viewer) as DocumentPools, tape));
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  });
  await fc.assert(property, { numRuns, seed });
  console.log(outcomes);
});
