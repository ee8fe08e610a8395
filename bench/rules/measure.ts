import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { evaluate } from "../../src/rules/core/evaluate";
import { RuleIndex, type IndexedRule } from "../../src/rules/core/index/rule-index";
import { RuleVocabulary, type LocalSituation } from "../../src/rules/core/index/vocabulary";
import { SituationTranslator } from "../../src/rules/core/local-situation";
import { checkGenerator } from "./digests";
import { makeCatalogue, makeMembers, type GeneratedMember, type GeneratedTag } from "./generate";
import { rulesOf } from "./held";
import type { RulesOptions } from "./options";
import { compareWithRivals, type Comparison } from "./compare";
import { askedOf, indexedRule, now, NumbersOfBench, sampled, situationOf, typesOf, type Asked } from "./world";

export interface RulesResult extends Comparison {
  readonly rules: number;
  readonly profile: string;
  readonly seed: number;
  readonly tags: number;
  readonly matchesPerMember: number;
  /** From a member as decoded from its row, in its moment, to the numbers of the rules that match. */
  readonly p50Micros: number;
  readonly p99Micros: number;
  /** The mean of it, by how many rules matched. */
  readonly microsPerMatch: number;
  /** The index alone, of a member that is in its numbers already. */
  readonly indexP50Micros: number;
  readonly indexP99Micros: number;
  readonly buildMillis: number;
  readonly replaceP99Micros: number;
  readonly replaceP999Micros: number;
  readonly replaceMaxMicros: number;
  readonly p50MicrosAfterReplacing: number;
  /** A day further: how many rules begin or end then, and how long that takes. */
  readonly dayMoves: number;
  readonly dayMillis: number;
  readonly megabytes: number;
  readonly mismatches: number;
}

/** The index as it was built, and what it is asked. */
export interface Bench {
  readonly options: RulesOptions;
  readonly tags: readonly GeneratedTag[];
  readonly members: readonly GeneratedMember[];
  readonly asked: readonly Asked[];
  readonly index: RuleIndex;
  readonly translator: SituationTranslator;
  /** The numbers of the rules that hold of the first members, by the reference evaluator. */
  readonly expected: readonly (readonly number[])[];
}

const batchSize = 10_000;
/** Replacements that do not count: meanwhile they are compiled. */
const warmingUp = 2_000;
/** Evaluations by the reference evaluator, which take about a microsecond each. */
const mostEvaluations = 4_000_000;

export async function measureRules(options: RulesOptions): Promise<RulesResult> {
  checkGenerator();
  const tell = (line: string) => (options.json ? undefined : console.log(line));
  const { bench, buildMillis, megabytes } = build(options);
  const { rules, profile, seed, tags, smoke } = options;
  tell(`Built in ${buildMillis} ms, ${megabytes} MB. Comparing ${bench.expected.length} members with the evaluator …`);
  const mismatches = bench.expected.filter((wanted, member) => !isSame(matchesOf(bench, member), wanted)).length;
  const situations = bench.asked.map((each) => copyOf(bench.translator.translate(each.member, each.moment)!));
  const rounds = smoke ? 1 : 10;
  const whole = timesOf(rounds, bench.asked.length, (member) => void matchCount(bench, member));
  const alone = timesOf(rounds, bench.asked.length, (member) => void bench.index.match(situations[member]!));
  const matches = mean(situations.map((situation) => bench.index.match(situation)));
  const [p50, p99] = [percentile(whole, 0.5), percentile(whole, 0.99)];
  tell(`${p50} µs a member, p99 ${p99}, for ${round(matches)} matches. Comparing with the rivals …`);
  const comparison = await compareWithRivals(bench, situations, tell);
  const replaced = replaceRules(bench, smoke ? 500 : 20_000);
  const after = timesOf(rounds, bench.asked.length, (member) => void matchCount(bench, member));
  let dayMoves = 0;
  const dayMillis = round(heldMicros(() => void (dayMoves = bench.index.moveClock(now + 86_400_000))) / 1_000);
  return {
    ...{ rules, profile: options.held ? `${profile}, held` : profile, seed, tags, matchesPerMember: round(matches) },
    ...{ p50Micros: p50, p99Micros: p99, microsPerMatch: round(mean([...whole]) / matches, 3) },
    ...{ indexP50Micros: percentile(alone, 0.5), indexP99Micros: percentile(alone, 0.99), buildMillis },
    ...{ replaceP99Micros: percentile(replaced, 0.99), replaceP999Micros: percentile(replaced, 0.999) },
    ...{ replaceMaxMicros: percentile(replaced, 1), p50MicrosAfterReplacing: percentile(after, 0.5) },
    ...{ dayMoves, dayMillis, megabytes },
    ...comparison,
    mismatches: mismatches + comparison.mismatches,
  };
}

/** Rules come in batches, and only putting them counts as building; meanwhile the evaluator says what is expected. */
function build(options: RulesOptions): { bench: Bench; buildMillis: number; megabytes: number } {
  const { rules, seed } = options;
  const tags = makeCatalogue(options.tags, seed);
  const members = makeMembers(tags, options.members, seed + 4);
  const statistics = sampled(tags, makeMembers(tags, 2_000, seed + 98));
  const numbers = new NumbersOfBench();
  const asked = members.map((member) => askedOf(tags, member, numbers));
  const compared = Math.max(2, Math.min(members.length, 100, Math.floor(mostEvaluations / rules)));
  const situations = members.slice(0, compared).map((member) => situationOf(tags, member));
  const expected = situations.map((): number[] => []);
  const before = memoryInUse();
  const vocabulary = new RuleVocabulary(typesOf(tags));
  const index = new RuleIndex(vocabulary, { statistics, now });
  let buildMillis = 0;
  let batch: IndexedRule[] = [];
  const flush = () => {
    buildMillis += heldMicros(() => batch.forEach((rule) => index.put(rule))) / 1_000;
    for (const rule of batch) {
      if (!isValidNow(rule)) continue;
      situations.forEach((situation, place) => {
        if (rule.rule === null || evaluate(rule.rule, situation)) expected[place]!.push(rule.id);
      });
    }
    batch = [];
  };
  for (const rule of rulesOf(tags, rules, seed + 10, options)) {
    batch.push(indexedRule(tags, rule));
    if (batch.length === batchSize) flush();
  }
  flush();
  const megabytes = round((memoryInUse() - before) / 1e6);
  const translator = new SituationTranslator(vocabulary, numbers);
  return {
    bench: { options, tags, members, asked, index, translator, expected },
    buildMillis: Math.round(buildMillis),
    megabytes,
  };
}

const isValidNow = ({ from, to }: IndexedRule) => (from ?? -Infinity) <= now && now < (to ?? Infinity);

export function matchCount({ index, translator, asked }: Bench, member: number): number {
  const { member: known, moment } = asked[member % asked.length]!;
  return index.match(translator.translate(known, moment)!);
}

function matchesOf(bench: Bench, member: number): number[] {
  const count = matchCount(bench, member);
  return [...bench.index.matched.subarray(0, count)];
}

export function isSame(one: readonly number[], other: readonly number[]): boolean {
  const [a, b] = [one, other].map((list) => [...list].sort((x, y) => x - y));
  return a!.length === b!.length && a!.every((value, place) => value === b![place]);
}

function copyOf(situation: LocalSituation): LocalSituation {
  const { keys, keyCount, slots, slotCount, values, division } = situation;
  return {
    ...{ keys: keys.slice(0, keyCount), keyCount, slots: slots.slice(0, slotCount) },
    ...{ values: values.slice(0, slotCount), slotCount, division },
  };
}

/** Microseconds of each, every member once a round in another order; the first round warms up and does not count. */
function timesOf(rounds: number, members: number, run: (member: number) => void): Float64Array {
  const micros = new Float64Array(rounds * members);
  for (let member = 0; member < members; member += 1) run(member);
  for (let at = 0; at < micros.length; at += 1) {
    const member = (at * 7919) % members;
    micros[at] = heldMicros(() => run(member));
  }
  return micros;
}

/**
 * Other rules in the places of random ones. Beforehand they are made, replacing is warmed up, and what that and the rivals
 * left behind is collected: none of it is to be met in the middle of a replacement.
 */
function replaceRules({ index, tags, options }: Bench, count: number): Float64Array {
  const all = [...rulesOf(tags, count + warmingUp, options.seed + 76, options)];
  const others = all.map((rule, place) => ({ ...indexedRule(tags, rule), id: (place * 7919) % options.rules }));
  others.slice(count).forEach((rule) => index.put(rule));
  memoryInUse();
  return Float64Array.from(others.slice(0, count), (rule) => heldMicros(() => index.put(rule)));
}

/**
 * Processor time, the collector's included, where that is less than what went by: a process that waits for its turn on a
 * busy machine waits for others' work. That of the thread alone, which Node 24 knows, moves on by whole ticks.
 */
function heldMicros(run: () => void): number {
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  run();
  const wentBy = Number(process.hrtime.bigint() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return Math.min(wentBy, user + system);
}

function memoryInUse(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

export function percentile(values: Float64Array, part: number): number {
  const sorted = values.slice().sort();
  return round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!);
}

export function round(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
