import type { RequestContext } from "../context";
import { toPackageContent } from "../packages/packages.view";
import type { SwapQuoteType } from "./cards.types";
import type { QuotedSwap } from "./quote-swap";

export function toSwapQuote(
  { swap, price, to, granted, uses, usedUnits }: QuotedSwap,
  context: RequestContext,
): SwapQuoteType {
  const quote = {
    // For the resolver of the id.
    swap,
    nodeType: "Swap",
    ...{ state: swap.state, honouredUntil: swap.honouredUntil, usedUnits },
    ...price,
    lost: granted.map(({ entitlementId, benefitCode, quantity }) => ({
      ...{ benefitCode, quantity },
      usedUnits: uses.get(entitlementId) ?? 0,
    })),
    gained: toPackageContent(to.content, context).benefits,
  };
  return quote as unknown as SwapQuoteType;
}
