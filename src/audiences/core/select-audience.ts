import { AudienceMembers, type ChunkMembers } from "./audience-members";
import { addFunnels, chunkFunnel, ChunkEvaluator, type FunnelCounts } from "./evaluate-chunk";
import type { KeySource } from "./key-source";
import type { AudiencePlan } from "./plan";

const evaluator = new ChunkEvaluator();

/** Who is in the audience of a plan, over these chunks in ascending order. A million members take about a millisecond. */
export async function selectAudience(
  plan: AudiencePlan,
  source: KeySource,
  chunks: readonly number[],
): Promise<AudienceMembers> {
  const selected: ChunkMembers[] = [];
  for (const chunk of chunks) {
    const contents = await source.load(chunk, plan.pieces);
    selected.push({ chunk, members: evaluator.select(plan, contents) });
  }
  return new AudienceMembers(selected);
}

/** How many they are, which takes half the time of selecting them. */
export async function countAudience(plan: AudiencePlan, source: KeySource, chunks: readonly number[]): Promise<number> {
  let count = 0;
  for (const chunk of chunks) count += evaluator.count(plan, await source.load(chunk, plan.pieces));
  return count;
}

export interface MeasuredAudience {
  readonly members: AudienceMembers;
  readonly funnel: FunnelCounts;
}

/** The same with the funnel, from one loading of each chunk, so that the two fit each other. */
export async function measureAudience(
  plan: AudiencePlan,
  source: KeySource,
  chunks: readonly number[],
): Promise<MeasuredAudience> {
  const selected: ChunkMembers[] = [];
  let funnel: FunnelCounts = {
    live: 0,
    conditions: plan.conditions.map(() => ({ remaining: 0, removedAlone: 0, missedOnlyThis: 0 })),
  };
  for (const chunk of chunks) {
    const contents = await source.load(chunk, plan.pieces);
    selected.push({ chunk, members: evaluator.select(plan, contents) });
    funnel = addFunnels(funnel, chunkFunnel(evaluator, plan, contents));
  }
  return { members: new AudienceMembers(selected), funnel };
}
