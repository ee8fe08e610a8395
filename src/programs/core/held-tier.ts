/** A tier that a member holds, as far as it decides between two of them. */
export interface HeldTier {
  readonly programId: string;
  readonly tierCode: string;
  /** The first instant at which the tier no longer holds; null: without end. */
  readonly validUntil: Date | null;
}

/**
 * One tier a program, for a member who has some under several ids, since others were merged into it: one that still
 * holds before one that lapsed, else the higher rank, else the one that lasts longer. The order of programs is kept.
 */
export function bestTiers<Held extends HeldTier>(
  held: readonly Held[],
  rankOf: (tier: Held) => number,
  now: Date,
): Held[] {
  const best = new Map<string, Held>();
  for (const tier of held) {
    const other = best.get(tier.programId);
    if (!other || isBetter(tier, other, rankOf, now)) best.set(tier.programId, tier);
  }
  return [...best.values()];
}

function isBetter<Held extends HeldTier>(a: Held, b: Held, rankOf: (tier: Held) => number, now: Date): boolean {
  const endOf = ({ validUntil }: Held) => validUntil?.getTime() ?? Infinity;
  const holds = (tier: Held) => now.getTime() < endOf(tier);
  if (holds(a) !== holds(b)) return holds(a);
  if (rankOf(a) !== rankOf(b)) return rankOf(a) > rankOf(b);
  return endOf(a) > endOf(b);
}
