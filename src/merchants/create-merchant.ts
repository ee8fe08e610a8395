import { eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import type { Queryable } from "../db/client";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import type { LocalisedText } from "../kernel/localised";
import { done, refuse, refuseAll, type Refusal, type Result } from "../kernel/result";
import { codeRefusals, nameRefusals, webAddressRefusals } from "./core/merchant";
import type { MerchantRow } from "./merchants.queries";
import { merchantCategories, merchants, partners } from "./merchants.tables";

export interface NewMerchant {
  readonly partnerId: string;
  readonly parentMerchantId: string | null;
  readonly code: string;
  readonly name: LocalisedText;
  readonly categoryCode: string;
  readonly websiteUrl: string | null;
  readonly logoUrl: string | null;
}

/** Gives a partner a selling side. Its code is unique in the alliance and never changes. */
export async function createMerchant(work: Work, input: NewMerchant): Promise<Result<MerchantRow>> {
  const denied = refusalFor(work, "createMerchant", { partnerId: input.partnerId }, "The partner");
  if (denied) return denied;
  const refusals = [
    ...codeRefusals(input.code, ["input", "code"]),
    ...nameRefusals(input.name, ["input", "name"]),
    ...webAddressRefusals("websiteUrl", input.websiteUrl, ["input", "websiteUrl"]),
    ...webAddressRefusals("logoUrl", input.logoUrl, ["input", "logoUrl"]),
  ];
  if (refusals.length > 0) return refuseAll(refusals);

  return inTransaction(work.database.app, async (tx) => {
    const dangling = await danglingReferences(tx, input);
    if (dangling.length > 0) return refuseAll(dangling);
    const [merchant] = await tx
      .insert(merchants)
      .values({
        merchantId: newId(),
        ...input,
        status: "ACTIVE",
        revision: 1,
        createdAt: work.now,
        updatedAt: work.now,
      })
      .onConflictDoNothing({ target: merchants.code })
      .returning();
    if (!merchant) return refuse("ALREADY_EXISTS", `A merchant with code "${input.code}" exists.`, ["input", "code"]);
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "createMerchant",
      resource: `Merchant:${merchant.merchantId}`,
      after: merchant,
      event: { type: "merchant.created", payload: { merchantId: merchant.merchantId } },
    });
    return done(merchant);
  });
}

/** Refusals that name what is missing; the foreign keys would only say that something is. */
async function danglingReferences(tx: Queryable, input: NewMerchant): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const [partner] = await tx.select().from(partners).where(eq(partners.partnerId, input.partnerId));
  if (!partner) refusals.push(notFound("The partner", "partnerId"));
  const [category] = await tx.select().from(merchantCategories).where(eq(merchantCategories.code, input.categoryCode));
  if (!category) refusals.push(notFound(`The category "${input.categoryCode}"`, "categoryCode"));
  if (input.parentMerchantId) {
    const [parent] = await tx.select().from(merchants).where(eq(merchants.merchantId, input.parentMerchantId));
    if (!parent) refusals.push(notFound("The parent merchant", "parentMerchantId"));
  }
  return refusals;
}

function notFound(what: string, field: string): Refusal {
  return { code: "NOT_FOUND", message: `${what} was not found.`, path: ["input", field] };
}
