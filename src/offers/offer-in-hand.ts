import type { Action } from "../auth/core/policy.table";
import type { Work } from "../context";
import { refusalFor } from "../graphql/authorize";
import { done, refuse, type Result } from "../kernel/result";
import { merchantsByIds, type MerchantRow } from "../merchants/merchants.queries";
import { offerById, type OfferRow } from "./offers.queries";

export interface OfferInHand {
  readonly offer: OfferRow;
  readonly merchant: MerchantRow;
}

/**
 * The first step of every command on one offer: finds it with its merchant and refuses who may not. An offer never
 * changes its merchant, nor a merchant its partner, so nothing needs a lock.
 */
export async function offerInHand(work: Work, action: Action, offerId: string): Promise<Result<OfferInHand>> {
  const { app } = work.database;
  const offer = await offerById(app, offerId);
  const [merchant] = offer ? await merchantsByIds(app, [offer.merchantId]) : [];
  const denied = refusalFor(work, action, { partnerId: merchant?.partnerId }, "The offer");
  if (denied) return denied;
  if (!offer || !merchant) return refuse("NOT_FOUND", "The offer was not found.", ["input", "offerId"]);
  return done({ offer, merchant });
}
