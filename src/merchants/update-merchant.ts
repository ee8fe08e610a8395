import { eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { fieldRefusals, refusalFor } from "../graphql/authorize";
import type { LocalisedText } from "../kernel/localised";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { reasonRefusals } from "../kernel/plain-text";
import { revisionRefusal } from "../kernel/revision";
import { nameRefusals, statusRefusals, webAddressRefusals, type SellingStatus } from "./core/merchant";
import type { MerchantRow } from "./merchants.queries";
import { merchantCategories, merchants } from "./merchants.tables";

export interface MerchantChange {
  readonly merchantId: string;
  /** The revision the caller read; another one means somebody changed the merchant since. */
  readonly revision: number;
  /** What is absent stays as it is. */
  readonly name?: LocalisedText;
  readonly categoryCode?: string;
  readonly status?: SellingStatus;
  readonly websiteUrl?: string | null;
  readonly logoUrl?: string | null;
  readonly reason?: string | null;
}

export async function updateMerchant(work: Work, input: MerchantChange): Promise<Result<MerchantRow>> {
  return inTransaction(work.database.app, async (tx) => {
    const [before] = await tx
      .select()
      .from(merchants)
      .where(eq(merchants.merchantId, input.merchantId))
      .for("no key update");
    const denied = refusalFor(work, "updateMerchant", { partnerId: before?.partnerId }, "The merchant");
    if (denied) return denied;
    if (!before) return refuse("NOT_FOUND", "The merchant was not found.", ["input", "id"]);
    const stale = revisionRefusal("merchant", input.revision, before.revision);
    if (stale) return stale;
    const { merchantId, revision, reason, ...changes } = input;
    const after = { ...before, ...changes, revision: revision + 1, updatedAt: work.now };
    const resource = { partnerId: before.partnerId };
    const mayNot = (field: "status" | "categoryCode") =>
      after[field] === before[field] ? [] : fieldRefusals(work, `UpdateMerchantInput.${field}`, resource, "merchant");
    const refusals = [
      ...mayNot("status"),
      ...mayNot("categoryCode"),
      ...reasonRefusals(reason),
      ...nameRefusals(after.name, ["input", "name"]),
      ...statusRefusals(before.status, after.status, ["input", "status"]),
      ...webAddressRefusals("websiteUrl", after.websiteUrl, ["input", "websiteUrl"]),
      ...webAddressRefusals("logoUrl", after.logoUrl, ["input", "logoUrl"]),
    ];
    if (refusals.length > 0) return refuseAll(refusals);
    const [category] = await tx
      .select()
      .from(merchantCategories)
      .where(eq(merchantCategories.code, after.categoryCode));
    if (!category) {
      return refuse("NOT_FOUND", `The category "${after.categoryCode}" was not found.`, ["input", "categoryCode"]);
    }

    await tx.update(merchants).set(after).where(eq(merchants.merchantId, merchantId));
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "updateMerchant",
      resource: `Merchant:${merchantId}`,
      before,
      after,
      reason,
      event: { type: "merchant.updated", payload: { merchantId, revision: after.revision } },
    });
    return done(after);
  });
}
