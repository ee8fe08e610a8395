import type { Work } from "../context";
import { plusHours } from "../kernel/period";
import { refuse, type Result } from "../kernel/result";
import { entitlementOf } from "./entitlements.queries";
import { readyUse, type EntitlementToUse } from "./redeem-entitlement";
import { useEntitlement, type UsedEntitlement } from "./use-entitlement";

/**
 * How long a claim is kept for the supplier's answer. Nobody may give it up before that is known, since the supplier may
 * have delivered; a week later somebody has to look, and the units are given back.
 */
const supplierAnswersWithinHours = 7 * 24;

export type BenefitToClaim = Pick<EntitlementToUse, "idempotencyKey" | "units"> & {
  readonly memberId: string;
  readonly entitlementId: string;
};

/**
 * The member takes what a supplier hands out: a code of a pool, or what a call to it brings. The claim is reserved; whoever
 * asks the supplier confirms or completes it with the supplier's reference, or releases it, once the outcome is known. A
 * call that breaks off leaves it reserved.
 */
export async function claimBenefit(work: Work, input: BenefitToClaim): Promise<Result<UsedEntitlement>> {
  const { memberId, entitlementId, idempotencyKey, units } = input;
  const ready = await readyUse(
    work,
    "claimBenefit",
    {
      by: { member: { memberId }, entitlementId, path: ["input", "entitlementId"] },
      ...{ idempotencyKey, units, guests: 0, occurredAt: null, merchantId: null, outletId: null },
    },
    { reserveUntil: plusHours(work.now, supplierAnswersWithinHours) },
  );
  if (!ready.ok) return ready;
  const { use } = ready.value;
  const row = await entitlementOf(work.database.app, use.member.allIds, entitlementId);
  if (row?.fulfilment === "AT_TILL") {
    const message =
      "The benefit is used AT_TILL, expected one by CODE_POOL or SUPPLIER_CALL; show a code at an outlet.";
    return refuse("WRONG_STATE", message, use.path);
  }
  return useEntitlement(work, use);
}
