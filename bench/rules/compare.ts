import type { LocalSituation } from "../../src/rules/core/index/vocabulary";
import { rulesOf } from "./held";
import { isSame, round, type Bench } from "./measure";
import { rivalsOver, type MakeRival, type Rival } from "./rivals";

export interface Comparison {
  readonly timesFasterThan: Readonly<Record<string, number>>;
  /** Rules that the rivals had; with more in the index, their times are multiplied by as many times as there are. */
  readonly rivalRules: Readonly<Record<string, number>>;
  readonly mismatches: number;
}

/** An engine with more takes seconds for a member, and all of them look at every rule, so that their time grows with it. */
const mostEngineRules = 10_000;
const mostClosureRules = 100_000;
const oursPerRound = 500;

/**
 * In every round a rival and the index take turns; the ratio is the median over the rounds. Each has the members in its
 * own form, made before: the rivals as objects, the index in its numbers (what those cost is in `p50Micros`).
 */
export async function compareWithRivals(
  bench: Bench,
  situations: readonly LocalSituation[],
  tell: (line: string) => void,
): Promise<Comparison> {
  const { tags, members, options } = bench;
  const timesFasterThan: Record<string, number> = {};
  const rivalRules: Record<string, number> = {};
  let mismatches = 0;
  if (options.rivals === "none") return { timesFasterThan, rivalRules, mismatches };
  for (const [name, make] of Object.entries(rivalsOver(tags, members))) {
    if (options.rivals === "closures" && name !== "closures") continue;
    const count = Math.min(options.rules, name === "closures" ? mostClosureRules : mostEngineRules);
    const rival = made(make, bench, count);
    mismatches += await differences(bench, rival, count);
    const ratios: number[] = [];
    let rivalMicros = 0;
    for (let turn = 0; turn < (options.smoke ? 2 : 5); turn += 1) {
      const micros = await rivalTurn(rival, turn, options.smoke ? 100 : 1_000);
      rivalMicros += micros / (options.smoke ? 2 : 5);
      ratios.push(((micros / ourTurn(bench, situations, turn)) * options.rules) / count);
    }
    const median = ratios.sort((a, b) => a - b)[ratios.length >> 1]!;
    timesFasterThan[name] = median >= 100 ? Math.round(median) : round(median);
    rivalRules[name] = count;
    tell(
      `${name.padEnd(22)} ${round(rivalMicros)} µs a member with ${count} rules; the index is ${timesFasterThan[name]} times as fast`,
    );
  }
  return { timesFasterThan, rivalRules, mismatches };
}

function made(make: MakeRival, { tags, options }: Bench, count: number): Rival {
  return make([...rulesOf(tags, count, options.seed + 10, options)]);
}

/** Members of whom the rival says something else than the evaluator, of the rules that it has. */
async function differences({ expected }: Bench, rival: Rival, count: number): Promise<number> {
  let different = 0;
  for (const [member, wanted] of expected.slice(0, 2).entries()) {
    const found = await rival.match(member);
    if (
      isSame(
        found,
        wanted.filter((id) => id < count),
      )
    )
      continue;
    different += 1;
    console.error(`${rival.name} found ${found.length} rules for member ${member}`);
  }
  return different;
}

/** Microseconds a member, of at least one and for about so long. */
async function rivalTurn(rival: Rival, turn: number, millis: number): Promise<number> {
  const began = performance.now();
  let members = 0;
  do await rival.match(turn * 100 + members++);
  while (performance.now() - began < millis);
  return ((performance.now() - began) * 1_000) / members;
}

function ourTurn({ index }: Bench, situations: readonly LocalSituation[], turn: number): number {
  const began = performance.now();
  for (let member = 0; member < oursPerRound; member += 1) {
    index.match(situations[(turn * 100 + member) % situations.length]!);
  }
  return ((performance.now() - began) * 1_000) / oursPerRound;
}
