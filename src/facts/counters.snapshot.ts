import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { HistoryCounterRow } from "./facts.queries";

/** The counters that the caller may read, by code. Partners: those that count at their own merchants alone. */
export function countersFor({ historyCounters, merchants }: CatalogueSnapshot, actor: Actor): HistoryCounterRow[] {
  const reach = scopeOf(actor, "historyCounters");
  const isReadable = ({ merchantId }: HistoryCounterRow) =>
    reach.kind === "all" ||
    (reach.kind === "partner" && merchantId !== null && merchants.get(merchantId)?.partnerId === reach.partnerId);
  return [...historyCounters.values()].filter(isReadable);
}
