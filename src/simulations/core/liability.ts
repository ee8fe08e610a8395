import type { Money } from "../../kernel/money";
import { applyRatio, ratio } from "../../kernel/ratio";
import type { ComparedCounts } from "../../rules/core/simulation";

/**
 * What rewards would come to if every member that may have the offer completed it once: no forecast, but an upper
 * estimate of what is promised. It holds for offers that a member completes once; one that is delivered to a member
 * again can be completed again. Amounts are exact minor units and may pass 2^63, being sums of what nobody owes yet.
 */
export interface Liability {
  /** ISO 4217. */
  readonly currency: string;
  readonly before: bigint;
  readonly after: bigint;
  /** Of the members who gain the offer, by the reward after. */
  readonly gained: bigint;
  /** Of the members who lose the offer, by the reward before. */
  readonly lost: bigint;
}

/** By currency: of one that was changed with the draft both; none where neither side has a value. */
export function liabilitiesOf(counts: ComparedCounts, before: Money | null, after: Money | null): Liability[] {
  const sides: Liability[] = [];
  if (before) {
    const { amountMinor, currency } = before;
    const each = (members: number) => BigInt(members) * amountMinor;
    sides.push({ currency, before: each(counts.before), after: 0n, gained: 0n, lost: each(counts.lost) });
  }
  if (after) {
    const { amountMinor, currency } = after;
    const each = (members: number) => BigInt(members) * amountMinor;
    sides.push({ currency, before: 0n, after: each(counts.after), gained: each(counts.gained), lost: 0n });
  }
  return sumLiabilities(sides);
}

/** One of each currency, by its code. */
export function sumLiabilities(all: readonly Liability[]): Liability[] {
  const sums = new Map<string, Liability>();
  for (const one of all) {
    const { currency } = one;
    const sum = sums.get(currency) ?? { currency, before: 0n, after: 0n, gained: 0n, lost: 0n };
    sums.set(currency, {
      currency,
      before: sum.before + one.before,
      after: sum.after + one.after,
      gained: sum.gained + one.gained,
      lost: sum.lost + one.lost,
    });
  }
  return [...sums.values()].sort((one, other) => (one.currency < other.currency ? -1 : 1));
}

/** How many members a count stands for: `population` of whom `sampled` were looked at. */
export interface Scale {
  readonly population: number;
  readonly sampled: number;
}

/**
 * What the sample says of all: each figure times population over sample, exactly, rounded once. Nobody owns what the
 * rounding leaves, since an estimate is paid to nobody; `before + gained - lost` may differ from `after` by one or two.
 */
export function scaledCounts({ before, after, gained, lost }: ComparedCounts, scale: Scale): ComparedCounts {
  const of = (count: number) => Number(scaled(BigInt(count), scale));
  return { before: of(before), after: of(after), gained: of(gained), lost: of(lost) };
}

export function scaledLiability({ currency, before, after, gained, lost }: Liability, scale: Scale): Liability {
  const of = (amount: bigint) => scaled(amount, scale);
  return { currency, before: of(before), after: of(after), gained: of(gained), lost: of(lost) };
}

function scaled(figure: bigint, { population, sampled }: Scale): bigint {
  if (sampled === 0) return 0n;
  return applyRatio(figure, ratio(BigInt(population), BigInt(sampled)), "HALF_EVEN").quotient;
}
