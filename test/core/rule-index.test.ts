import fc from "fast-check";
import type { FactValue } from "../../src/facts/core/fact";
import { evaluate, type Situation } from "../../src/rules/core/evaluate";
import { nextUp } from "../../src/rules/core/index/condition";
import { RuleIndex } from "../../src/rules/core/index/rule-index";
import { SampledStatistics } from "../../src/rules/core/index/statistics";
import { RuleVocabulary } from "../../src/rules/core/index/vocabulary";
import type { Rule } from "../../src/rules/core/rule";
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

const isDeep = process.env.RULES_DEEP === "1";
/** Comparisons of one rule in one situation: 50,000 beside the other tests, 1,000,000 in `npm run test:deep`. */
const comparisons = isDeep ? 1_000_000 : 50_000;
const seed = Number(process.env.RULES_SEED ?? Date.now() % 2 ** 31);

const anySituation = fc.tuple(anyMember(), anyMoment()).map(([member, moment]) => situationOf(member, moment));

const vocabularyOfSamples = () => new RuleVocabulary((name) => sampleFact(name)?.type);

/** What stands in the index, kept beside it the plain way. */
class Pair {
  readonly vocabulary = vocabularyOfSamples();
  readonly index: RuleIndex;
  readonly rules = new Map<number, { rule: Rule | null; from: number | null; to: number | null }>();
  now = 0;
  compared = 0;

  constructor(statistics?: SampledStatistics) {
    this.index = new RuleIndex(this.vocabulary, { statistics, now: this.now });
  }

  put(id: number, rule: Rule | null, from: number | null = null, to: number | null = null): void {
    this.rules.set(id, { rule, from, to });
    this.index.put({ id, rule, from, to });
  }

  remove(id: number): void {
    expect(this.index.remove(id)).toBe(this.rules.delete(id));
  }

  moveClock(now: number): void {
    this.now = now;
    this.index.moveClock(now);
  }

  compare(situation: Situation): void {
    const wanted = [...this.rules]
      .filter(([, { from, to }]) => (from ?? -Infinity) <= this.now && this.now < (to ?? Infinity))
      .filter(([, { rule }]) => rule === null || evaluate(rule, situation))
      .map(([id]) => id);
    expect(this.matchesOf(situation)).toEqual(wanted.sort((a, b) => a - b));
    this.compared += this.rules.size;
  }

  matchesOf(situation: Situation): number[] {
    const local = localSituationOf(situation, sampleFacts, sampleAudiences, this.vocabulary);
    const count = this.index.match(local);
    return Array.from(this.index.matched.subarray(0, count)).sort((a, b) => a - b);
  }
}

/** A sample of members in moments, as the rule store would count them. */
function counted(situations: readonly Situation[]): SampledStatistics {
  const statistics = new SampledStatistics("2024-02-28");
  for (const situation of situations) {
    const known = sampleFacts.flatMap(({ name }) => {
      const value = situation.valueOf(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    statistics.count(
      known,
      sampleAudiences.filter((code) => situation.isInAudience(code)),
    );
  }
  return statistics;
}

const anyTime = fc.integer({ min: 0, max: 20 });
const anyWindow = fc.tuple(fc.option(anyTime), fc.option(anyTime));
const anyStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ put: fc.nat(40), rule: fc.option(anyRule(), { freq: 30 }), window: anyWindow }) },
  { weight: 2, arbitrary: fc.record({ remove: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ clock: anyTime }) },
);

function take(pair: Pair, step: typeof anyStep extends fc.Arbitrary<infer Step> ? Step : never): void {
  if ("put" in step) pair.put(step.put, step.rule, ...step.window);
  else if ("remove" in step) pair.remove(step.remove);
  else pair.moveClock(step.clock);
}

/** Runs until so many rules were compared in situations. Prints the seed where it fails, as fast-check does. */
function untilCompared<T>(share: number, arbitrary: fc.Arbitrary<T>, run: (value: T) => number): void {
  let [compared, round] = [0, 0];
  while (compared < share * comparisons) {
    const check = fc.property(arbitrary, (value) => void (compared += run(value)));
    fc.assert(check, { seed: seed + round++, numRuns: 20 });
  }
}

describe("the rule index", () => {
  it(
    `finds what the reference evaluator finds, while rules come and go and the clock moves both ways (seed ${seed})`,
    () => {
      const story = fc.tuple(
        fc.array(anySituation, { minLength: 3, maxLength: 6 }),
        fc.array(anyStep, { maxLength: 60 }),
      );
      untilCompared(0.5, story, ([situations, steps]) => {
        const pair = new Pair(steps.length % 2 === 0 ? counted(situations) : undefined);
        steps.forEach((step, place) => {
          take(pair, step);
          if (place % 5 === 0) situations.forEach((situation) => pair.compare(situation));
        });
        situations.forEach((situation) => pair.compare(situation));
        return pair.compared;
      });
    },
    isDeep ? 3_600_000 : 120_000,
  );

  it(
    `finds the same among many rules, nested deeply (seed ${seed})`,
    () => {
      const rules = fc.array(anyRule({ depth: 7 }), { minLength: 50, maxLength: 100 });
      const world = fc.tuple(rules, fc.array(anySituation, { minLength: 10, maxLength: 20 }));
      untilCompared(0.5, world, ([all, situations]) => {
        const pair = new Pair(counted(situations.slice(5)));
        all.forEach((rule, id) => pair.put(id, rule));
        situations.forEach((situation) => pair.compare(situation));
        return pair.compared;
      });
    },
    isDeep ? 3_600_000 : 120_000,
  );
});

describe("a rule in the index", () => {
  const moment = { instant: new Date("2024-02-28T12:00:00Z"), timeZone: "UTC", context: {} };
  const memberWith = (facts: Readonly<Record<string, FactValue>>) =>
    situationOf({ facts, bornOn: undefined, joinedOn: undefined, audiences: [] }, moment);
  const holds = (rule: Rule, facts: Readonly<Record<string, FactValue>>) => {
    const pair = new Pair();
    pair.put(7, rule);
    pair.compare(memberWith(facts));
    return pair.matchesOf(memberWith(facts)).length === 1;
  };

  it("leaves out an excluded end itself, and not the numbers next to it", () => {
    const above: Rule = { between: { fact: "visits", above: 0.1 } };
    expect(holds(above, { visits: 0.1 })).toBe(false);
    expect(holds(above, { visits: nextUp(0.1) })).toBe(true);
    const below: Rule = { between: { fact: "visits", below: 0 } };
    expect(holds(below, { visits: 0 })).toBe(false);
    expect(holds(below, { visits: -Number.MIN_VALUE })).toBe(true);
  });

  it("knows a counter of nothing as 0", () => {
    expect(holds({ equals: { fact: "history.purchases_90d", value: 0 } }, { "history.purchases_90d": 0 })).toBe(true);
    expect(holds({ not: { between: { fact: "visits", atLeast: 0 } } }, {})).toBe(true);
  });

  it("is not met by a fact of another type, nor by one that is not registered any more", () => {
    expect(holds({ oneOf: { fact: "interests", choices: ["golf"] } }, { interests: ["golf"] })).toBe(false);
    expect(holds({ has: { fact: "gone" } }, {})).toBe(false);
    expect(holds({ not: { has: { fact: "gone" } } }, {})).toBe(true);
  });

  it("tells that nothing narrows it down, where only what is absent could meet it", () => {
    const index = new RuleIndex(vocabularyOfSamples());
    const put = (id: number, rule: Rule | null) => index.put({ id, rule, from: null, to: null });
    put(1, { not: { has: { fact: "visits" } } });
    put(2, { any: [{ has: { fact: "visits" } }, { not: { equals: { fact: "car_owner", value: true } } }] });
    put(3, { all: [{ not: { has: { fact: "visits" } } }, { between: { fact: "in", below: 3 } }] });
    put(4, null);
    expect([1, 2, 3, 4, 5].map((id) => index.isForEverybody(id))).toEqual([true, true, false, true, false]);
  });

  it("is found though its list is longer than an extent and its program than a posting may hold", () => {
    const pair = new Pair();
    const long: Rule = {
      any: Array.from({ length: 400 }, (_, visits): Rule => ({
        all: [{ between: { fact: "visits", atLeast: visits, below: visits + 0.5 } }, { has: { fact: "student" } }],
      })),
    };
    const student: Rule = { equals: { fact: "student", value: true } };
    for (let id = 0; id < 3_000; id += 1) pair.put(id, id % 500 === 0 ? { all: [student, long] } : student);
    const situations = [memberWith({ student: true, visits: 250 }), memberWith({ student: true, visits: 0.7 })];
    situations.forEach((situation) => pair.compare(situation));
    for (let id = 0; id < 3_000; id += 7) pair.remove(id);
    situations.forEach((situation) => pair.compare(situation));
    for (let id = 2_900; id >= 0; id -= 1) if (pair.rules.has(id)) pair.remove(id);
    situations.forEach((situation) => pair.compare(situation));
  });

  it("takes no more memory however often rules are replaced", () => {
    const index = new RuleIndex(vocabularyOfSamples());
    const rules = fc.sample(anyRule(), { numRuns: 500, seed });
    const turn = (shift: number) =>
      rules.forEach((_, id) => index.put({ id, rule: rules[(id + shift) % 500]!, from: null, to: null }));
    for (let shift = 0; shift < 20; shift += 1) turn(shift);
    const { bytes } = index.size;
    for (let shift = 0; shift < 60; shift += 1) turn(shift);
    expect(index.size.bytes).toBeLessThan(1.5 * bytes);
  });

  it("refuses to be removed twice", () => {
    const index = new RuleIndex(vocabularyOfSamples());
    index.put({ id: 3, rule: null, from: 5, to: 9 });
    expect([index.remove(3), index.remove(3), index.has(3)]).toEqual([true, false, false]);
  });
});

describe("the clock of the index", () => {
  const index = () => {
    const made = new RuleIndex(vocabularyOfSamples(), { now: 0 });
    made.put({ id: 1, rule: null, from: 10, to: 20 });
    made.put({ id: 2, rule: null, from: null, to: 10 });
    made.put({ id: 3, rule: null, from: 20, to: 20 });
    return made;
  };
  const nobody = { keys: new Int32Array(0), keyCount: 0, slots: new Int32Array(0), values: new Float64Array(0) };
  const validAt = (made: RuleIndex, now: number) => {
    made.moveClock(now);
    const count = made.match({ ...nobody, slotCount: 0, division: 0 });
    return [...made.matched.subarray(0, count)];
  };

  it("begins a rule with its first instant and ends it before its last, forwards and backwards", () => {
    const made = index();
    expect([0, 9, 10, 19, 20, 30, 20, 19, 10, 9].map((now) => validAt(made, now))).toEqual([
      [2],
      [2],
      [1],
      [1],
      [],
      [],
      [],
      [1],
      [1],
      [2],
    ]);
  });

  it("tells when it next has something to do", () => {
    const made = index();
    const next = [0, 10, 19, 20].map((now) => {
      made.moveClock(now);
      return made.nextBoundary;
    });
    expect(next).toEqual([10, 20, 20, null]);
  });

  it("finds thousands of rules that begin at one instant", () => {
    const made = new RuleIndex(vocabularyOfSamples(), { now: 0 });
    for (let id = 0; id < 3_000; id += 1) made.put({ id, rule: null, from: 10 + (id % 2), to: null });
    for (let id = 0; id < 3_000; id += 3) made.remove(id);
    expect([made.moveClock(10), made.moveClock(11), made.moveClock(0)]).toEqual([1_000, 1_000, 2_000]);
  });
});
