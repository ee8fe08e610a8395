import type { Work } from "../context";
import { done, refuse, type Result } from "../kernel/result";
import type { QuotaStanding } from "./core/quota";
import { outOfStock } from "./core/stock-refusal";
import type { UseRefusal } from "./core/usability";
import { entitlementOf, type EntitlementRow } from "./entitlements.queries";
import { unitsLeft } from "./hold-units";
import { judgeUse, ruleRefusal, type Judgement } from "./judge-use";
import { readyUse, type EntitlementToUse } from "./redeem-entitlement";
import { useEntitlement, type ReadyUse, type UsedEntitlement } from "./use-entitlement";

export interface EntitlementToCheck extends EntitlementToUse {
  /** Sets quota and stock aside for so long, if it may be used. */
  readonly reserveMinutes: number | null;
}

export interface CheckedEntitlement {
  readonly ownerId: string;
  readonly entitlement: EntitlementRow;
  readonly units: number;
  readonly quota: QuotaStanding;
  /** Units of the shared stock that are left; null where the benefit has none. */
  readonly stockLeft: number | null;
  readonly refusals: readonly UseRefusal[];
  readonly reservation: UsedEntitlement | null;
}

const longestReservationMinutes = 24 * 60;

/**
 * Whether an entitlement may be used, by the judgement by which it is then redeemed, and every reason against it. With
 * `reserveMinutes` the answer is a promise: what it needs is set aside, and redeeming it cannot fail for want of that.
 */
export async function checkEntitlement(work: Work, input: EntitlementToCheck): Promise<Result<CheckedEntitlement>> {
  const { reserveMinutes } = input;
  if (reserveMinutes !== null && (reserveMinutes < 1 || reserveMinutes > longestReservationMinutes)) {
    const message = `reserveMinutes is ${reserveMinutes}, expected 1 to ${longestReservationMinutes}.`;
    return refuse("INVALID_INPUT", message, ["input", "reserveMinutes"]);
  }
  const reserveUntil = new Date(work.now.getTime() + (reserveMinutes ?? 0) * 60_000);
  const ready = await readyUse(work, "checkEntitlement", input, { reserveUntil });
  if (!ready.ok) return ready;
  const { use } = ready.value;
  const reserved = reserveMinutes === null ? null : await useEntitlement(work, use);
  // What was asked wrongly is refused; what cannot be is the answer.
  if (reserved && !reserved.ok && reserved.refusals.some(({ code }) => code === "IDEMPOTENCY_MISMATCH"))
    return reserved;
  const row = await entitlementOf(work.database.app, use.member.allIds, use.entitlementId);
  if (!row) return refuse("NOT_FOUND", "The entitlement was not found.", use.path);
  const at = use.occurredAt ?? work.now;
  const judgement = await judgeUse(work.database.app, work, use.member, row, { ...use, at });
  const reservation = reserved?.ok ? reserved.value : null;
  const { stockLeft, refusals } = await reasons(work, use, judgement, at, reservation);
  return done({
    ...{ ownerId: use.member.memberId, entitlement: row, units: judgement.units, quota: judgement.quota },
    ...{ stockLeft, refusals, reservation },
  });
}

async function reasons(
  work: Work,
  use: ReadyUse,
  judgement: Judgement,
  at: Date,
  reservation: UsedEntitlement | null,
): Promise<{ readonly stockLeft: number | null; readonly refusals: readonly UseRefusal[] }> {
  const { stock, units } = judgement;
  const wanted = reservation ? 0 : units;
  const stockLeft = stock && (await unitsLeft(work, stock, stock.most, wanted));
  // The reservation took what is left: that nothing is left beside it stands in nobody's way.
  if (reservation) return { stockLeft, refusals: [] };
  const ruled = await ruleRefusal(work, use.member, judgement.benefit, at);
  const soldOut = stock && stockLeft !== null && stockLeft < wanted ? outOfStock({ ...stock, units }, stockLeft) : null;
  return {
    stockLeft,
    refusals: [
      ...judgement.refusals,
      ...(ruled ? [ruled] : []),
      ...(soldOut?.refusals ?? []).map(({ code, message }) => ({ code, message, possibleAt: null })),
    ],
  };
}
