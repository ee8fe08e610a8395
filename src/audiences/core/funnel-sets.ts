import { AudienceMembers, type ChunkMembers } from "./audience-members";
import { keepCommon, removeAll, type Bitset } from "./bitset";
import { ChunkEvaluator } from "./evaluate-chunk";
import type { KeySource } from "./key-source";
import type { AudiencePlan } from "./plan";

/** The funnel of a plan by who is in each number, where a number is told by who is in it (minimum-group.ts). */
export interface FunnelSets {
  readonly live: AudienceMembers;
  readonly conditions: readonly {
    readonly remaining: AudienceMembers;
    readonly removedAlone: AudienceMembers;
    readonly missedOnlyThis: AudienceMembers;
  }[];
}

const evaluator = new ChunkEvaluator();

/** Takes three bitsets a condition and chunk, where the counts alone (evaluate-chunk.ts) take one at a time. */
export async function funnelSets(
  plan: AudiencePlan,
  source: KeySource,
  chunks: readonly number[],
): Promise<FunnelSets> {
  const live: ChunkMembers[] = [];
  const steps = plan.conditions.map(() => ({
    remaining: [] as ChunkMembers[],
    removedAlone: [] as ChunkMembers[],
    missedOnlyThis: [] as ChunkMembers[],
  }));
  for (const chunk of chunks) {
    const contents = await source.load(chunk, plan.pieces);
    const everybody = evaluator.live(contents);
    live.push({ chunk, members: everybody });
    const holds = plan.conditions.map((condition) => {
      const own = everybody.slice();
      evaluator.keep(condition, contents, own);
      return own;
    });
    const remaining = everybody.slice();
    steps.forEach((step, place) => {
      keepCommon(remaining, holds[place]!);
      step.remaining.push({ chunk, members: remaining.slice() });
      step.removedAlone.push({ chunk, members: without(everybody, holds[place]!) });
      const others = everybody.slice();
      holds.forEach((own, other) => other !== place && keepCommon(others, own));
      step.missedOnlyThis.push({ chunk, members: without(others, holds[place]!) });
    });
  }
  return {
    live: new AudienceMembers(live),
    conditions: steps.map((step) => ({
      remaining: new AudienceMembers(step.remaining),
      removedAlone: new AudienceMembers(step.removedAlone),
      missedOnlyThis: new AudienceMembers(step.missedOnlyThis),
    })),
  };
}

function without(one: Bitset, other: Bitset): Bitset {
  const rest = one.slice();
  removeAll(rest, other);
  return rest;
}
