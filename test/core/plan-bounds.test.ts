import "reflect-metadata";
import { parse, type OperationDefinitionNode } from "graphql";
import { Planner, unplanned } from "../../src/graphql/plan/planner";
import { PreparedTexts } from "../../src/graphql/plan/prepared-texts";
import { operationOf } from "../../src/graphql/plan/selection";
import { roomPlans } from "../../src/plans";
import { buildAllianceSchema } from "../../src/schema";
import { callers } from "../support/api";

/* What callers send makes plans and prepared statements; neither may grow with how much they send. */

const schema = buildAllianceSchema();
const actor = callers.member("01890000-0000-7000-8000-000000000101");

function keyOf(source: string, variables: Record<string, unknown> = {}) {
  const document = parse(source);
  return { document, operation: operationOf(document, undefined) as OperationDefinitionNode, actor, variables };
}

describe("plans", () => {
  const conditional = (count: number) => {
    const names = Array.from({ length: count }, (_, each) => `v${each}`);
    const defined = names.map((name) => `$${name}: Boolean!`).join(" ");
    const fields = names.map((name) => `${name}: __typename @include(if: $${name})`).join(" ");
    return keyOf(
      `query (${defined}) { viewer { member { ${fields} } } }`,
      Object.fromEntries(names.map((n) => [n, true])),
    );
  };

  it("are made for four conditions and left to the resolvers for five", () => {
    const planner = new Planner(schema, roomPlans);
    expect(planner.makePlan(conditional(4))).not.toBe(unplanned);
    expect(planner.makePlan(conditional(5))).toBe(unplanned);
  });

  it("are made for three hundred fields and left to the resolvers for more", () => {
    const wide = (count: number) =>
      keyOf(`{ viewer { member { ${Array.from({ length: count }, (_, each) => `f${each}: locale`).join(" ")} } } }`);
    const planner = new Planner(schema, roomPlans);
    expect(planner.makePlan(wide(290))).not.toBe(unplanned);
    expect(planner.makePlan(wide(310))).toBe(unplanned);
  });

  it("are forgotten, the least used first, when all of them together become too large", () => {
    const planner = new Planner(schema, roomPlans);
    const wide = Array.from({ length: 250 }, (_, each) => `f${each}: locale`).join(" ");
    const keys = Array.from({ length: 200 }, (_, each) => keyOf(`query Q${each} { viewer { member { ${wide} } } }`));
    for (const key of keys) planner.makePlan(key);
    const kept = keys.filter((key) => planner.knownPlan(key) !== undefined);
    expect(kept.length).toBeGreaterThan(50);
    expect(kept.length).toBeLessThan(150);
    expect(planner.knownPlan(keys.at(-1) ?? keyOf("{ __typename }"))).toBeDefined();
  });
});

describe("statements", () => {
  it("are prepared from the second time on", () => {
    const texts = new PreparedTexts();
    expect([texts.has("select 1", 0), texts.has("select 1", 1), texts.has("select 1", 2)]).toEqual([false, true, true]);
  });

  it("are prepared up to two hundred in ten minutes, however many are asked twice", () => {
    const texts = new PreparedTexts();
    const asked = Array.from({ length: 1_000 }, (_, each) => `select ${each}`);
    const prepared = asked.filter((text) => [texts.has(text, 0), texts.has(text, 0)][1]);
    expect(prepared).toHaveLength(200);
    expect(texts.has("select 999", 0)).toBe(false);
    const later = 10 * 60_000 + 1;
    expect([texts.has("select 999", later), texts.has("select 999", later)]).toEqual([false, true]);
  });

  it("are not prepared where they are very long", () => {
    const texts = new PreparedTexts();
    const long = "x".repeat(8_001);
    expect([texts.has(long, 0), texts.has(long, 0), texts.has(long, 0)]).toEqual([false, false, false]);
  });
});
