import fc from "fast-check";
import { evaluate, type Situation } from "../../src/rules/core/evaluate";
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
