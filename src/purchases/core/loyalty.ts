/** The fewest members that a merchant's figures are shown for. */
export const minimumGroup = 5;

export interface SumInCurrency {
  readonly currency: string;
  readonly count: number;
  /** Text of digits, as a sum comes from the database. */
  readonly amountMinor: string;
}

/** What many purchases come to: exact, and beyond the 64 bits that hold one amount. */
export interface MoneySum {
  readonly currency: string;
  readonly amountMinor: bigint;
}

export interface LoyaltyFigures {
  readonly members: number | null;
  readonly purchases: number | null;
  readonly spend: MoneySum[] | null;
  readonly completions: number | null;
  readonly rewards: MoneySum[] | null;
}

/**
 * A merchant's figures, or nothing but nulls for a group that is too small: sums over two people tell each of them what
 * the other did. Nobody at all is withheld too, else zero would be told from one.
 */
export function loyaltyFigures(
  members: number,
  spend: readonly SumInCurrency[],
  rewards: readonly SumInCurrency[],
): LoyaltyFigures {
  if (members < minimumGroup) {
    return { members: null, purchases: null, spend: null, completions: null, rewards: null };
  }
  return {
    members,
    purchases: countOf(spend),
    spend: spend.map(amountOf),
    completions: countOf(rewards),
    rewards: rewards.map(amountOf),
  };
}

function countOf(sums: readonly SumInCurrency[]): number {
  return sums.reduce((total, sum) => total + sum.count, 0);
}

function amountOf({ amountMinor, currency }: SumInCurrency): MoneySum {
  return { amountMinor: BigInt(amountMinor), currency };
}
