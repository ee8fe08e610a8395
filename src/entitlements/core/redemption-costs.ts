import type { FunderShare } from "../../benefits/core/benefit";
import { money, type Money } from "../../kernel/money";

export interface CostShare {
  readonly funderCode: string;
  readonly amount: Money;
}

/**
 * What each funder owes for so many units: its share rounded down, and what the rounding left over to the first one, so
 * that the shares add up to the cost and the same use always costs each the same.
 */
export function costShares(unitCost: Money, units: number, funders: readonly FunderShare[]): CostShare[] {
  const whole = unitCost.amountMinor * BigInt(units);
  const parts = funders.map(({ basisPoints }) => (whole * BigInt(basisPoints)) / 10_000n);
  const odd = whole - parts.reduce((sum, part) => sum + part, 0n);
  return funders.map(({ partnerCode }, place) => ({
    funderCode: partnerCode,
    amount: money((parts[place] ?? 0n) + (place === 0 ? odd : 0n), unitCost.currency),
  }));
}
