import type { MoneyType } from "../graphql/value.types";
import type { DeliveredOffer, Progress } from "./core/progress";
import { remainingMinor } from "./core/progress";
import type { OfferProgressType } from "./deliveries.types";

/** What is stored of a delivery's completion. */
interface Completed {
  readonly completedBy: string | null;
  readonly completedAt: Date | null;
}

/** How far a member is with a delivery, as the API shows it; null for INFORMATIONAL, which nothing completes. */
export function shownProgress(
  delivery: Pick<DeliveredOffer, "kind" | "markMinor" | "rewardMinor" | "currency"> & Completed,
  { spentMinor }: Pick<Progress, "spentMinor">,
): OfferProgressType | null {
  const { kind, currency, rewardMinor, completedAt, completedBy } = delivery;
  if (kind === "INFORMATIONAL") return null;
  const inCurrency = (amountMinor: bigint): MoneyType => ({ amountMinor, currency });
  return {
    spent: inCurrency(spentMinor),
    // That it is completed is a fact of its own, which later findings do not take back.
    remaining: inCurrency(remainingMinor(delivery, { spentMinor, completedBy }) ?? 0n),
    completedAt,
    reward: completedAt && inCurrency(rewardMinor),
  };
}
