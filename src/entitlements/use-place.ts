import type { Action } from "../auth/core/policy.table";
import type { Work } from "../context";
import { refusalFor } from "../graphql/authorize";
import { done, refuse, type Result } from "../kernel/result";
import { outletsByIds, type MerchantRow } from "../merchants/merchants.queries";

export interface NamedPlace {
  readonly merchantId: string | null;
  readonly outletId: string | null;
}

/** The merchant at which something is used; partners name one of their own. */
export async function placeOfUse(
  work: Work,
  action: Action,
  { merchantId, outletId }: NamedPlace,
): Promise<Result<MerchantRow | null>> {
  const { catalogue } = work.services;
  const merchant = merchantId
    ? (await catalogue.thatKnows(({ merchants }) => merchants.has(merchantId))).merchants.get(merchantId)
    : undefined;
  if (work.actor.kind === "partner") {
    if (!merchantId) {
      return refuse("INVALID_INPUT", "merchantId is missing, expected a merchant of yours.", ["input", "merchantId"]);
    }
    const denied = refusalFor(work, action, { partnerId: merchant?.partnerId }, "The merchant");
    if (denied) return denied;
  }
  if (merchantId && !merchant) return refuse("NOT_FOUND", "The merchant was not found.", ["input", "merchantId"]);
  if (merchant && merchant.status !== "ACTIVE") {
    return refuse("WRONG_STATE", `The merchant is ${merchant.status}, expected ACTIVE.`, ["input", "merchantId"]);
  }
  const [outlet] = outletId ? await outletsByIds(work.database.app, [outletId]) : [];
  if (outletId && (!merchant || outlet?.merchantId !== merchant.merchantId)) {
    return refuse("NOT_FOUND", "The outlet was not found at this merchant.", ["input", "outletId"]);
  }
  return done(merchant ?? null);
}
