import fc from "fast-check";
import { evaluate, type Situation } from "../../src/rules/core/evaluate";
import { expandAudiences } from "../../src/rules/core/expand-audiences";
import type { Rule } from "../../src/rules/core/rule";
import { RuleSimulation, type ComparedRule, type Comparison } from "../../src/rules/core/simulation";
import { localSituationOf } from "../support/local-situations";
import {
  anyMember,
  anyMoment,
  anyRule,
  sampleAudiences,
  sampleFact,
  sampleFacts,
  situationOf,
} from "../support/random-rules";

const seed = Number(process.env.RULES_SEED ?? Date.now() % 2 ** 31);
const now = Date.parse("2024-02-28T12:00:00Z");
const always = { from: null, to: null };
const audiences = (code: string) => (code === "saved" ? savedRule : ("members" as const));
const savedRule: Rule = { equals: { fact: "student", value: true } };

const simulationOf = (things: readonly Comparison[]) => {
  const simulation = new RuleSimulation({ typeOf: (name) => sampleFact(name)?.type, audiences, now });
  for (const thing of things) simulation.add(thing);
  return simulation;
};

function counted(things: readonly Comparison[], situations: readonly Situation[]) {
  const simulation = simulationOf(things);
  for (const situation of situations) {
    simulation.count(localSituationOf(situation, sampleFacts, sampleAudiences, simulation.vocabulary));
  }
  return simulation;
}

/** The plain way. */
function expected(things: readonly Comparison[], situations: readonly Situation[]) {
  const holds = (side: ComparedRule | null, situation: Situation) =>
    side !== null &&
    (side.from ?? -Infinity) <= now &&
    now < (side.to ?? Infinity) &&
    (side.rule === null || evaluate(expandAudiences(side.rule, audiences), situation));
  return things.map(({ before, after }) => {
    const sides = situations.map((situation) => [holds(before, situation), holds(after, situation)]);
    const count = (wanted: (had: boolean, has: boolean) => boolean) =>
      sides.filter(([had = false, has = false]) => wanted(had, has)).length;
    return {
      before: count((had) => had),
      after: count((_, has) => has),
      gained: count((had, has) => has && !had),
      lost: count((had, has) => had && !has),
    };
  });
}

const anySide: fc.Arbitrary<ComparedRule | null> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 8,
    arbitrary: fc.record({
      rule: fc.option(anyRule({ depth: 2, audiences: [...sampleAudiences, "saved"] }), { freq: 8 }),
      from: fc.constantFrom(null, null, null, now, now + 1),
      to: fc.constantFrom(null, null, null, now, now + 1),
    }),
  },
);
const anyThing = fc.record({ before: anySide, after: anySide });
const anySituation = fc.tuple(anyMember(), anyMoment()).map(([member, moment]) => situationOf(member, moment));

describe("a simulation", () => {
  it("counts what the reference evaluator counts", () => {
    const things = fc.array(anyThing, { minLength: 1, maxLength: 12 });
    const situations = fc.array(anySituation, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(things, situations, (compared, members) => {
        const simulation = counted(compared, members);
        expect(simulation.counts).toEqual(expected(compared, members));
        expect(simulation.members).toBe(members.length);
      }),
      { seed, numRuns: process.env.RULES_DEEP === "1" ? 5_000 : 400 },
    );
  });

  it("finds nobody gained and nobody lost where both sides say the same in other words", () => {
    const doubled = (rule: Rule): Rule => ({ not: { not: { all: [rule, rule] } } });
    const situations = fc.array(anySituation, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(anyRule({ depth: 2 }), situations, (rule, members) => {
        const thing = { before: { rule, ...always }, after: { rule: doubled(rule), ...always } };
        const [counts] = counted([thing], members).counts;
        expect(counts).toMatchObject({ gained: 0, lost: 0, after: counts?.before });
      }),
      { seed, numRuns: 200 },
    );
  });

  it("takes a member that nothing holds of for one without anything, whatever is negated", () => {
    const everybody = { rule: null, ...always };
    const simulation = simulationOf([{ before: everybody, after: null }]);
    simulation.countNobody(3);
    expect(simulation.counts).toEqual([{ before: 0, after: 0, gained: 0, lost: 0 }]);
    expect(simulation.members).toBe(3);
  });

  it("refuses a thing that comes after the first member, who would be missing from its counts", () => {
    const simulation = simulationOf([]);
    simulation.countNobody(1);
    expect(() => simulation.add({ before: null, after: null })).toThrow(/has counted members/);
  });
});
