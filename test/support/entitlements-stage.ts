import { eq, sql } from "drizzle-orm";
import type { BenefitContent, BenefitTerms } from "../../src/benefits/core/benefit";
import type { Actor } from "../../src/auth/core/actor";
import { inTransaction } from "../../src/db/transaction";
import { redemptions, redemptionCosts } from "../../src/entitlements/entitlements.tables";
import { grantBenefits, type Grant } from "../../src/entitlements/grant-benefits";
import { claimBenefit } from "../../src/entitlements/claim-benefit";
import { redeemEntitlement, type EntitlementToUse } from "../../src/entitlements/redeem-entitlement";
import { newId } from "../../src/kernel/ids";
import { money } from "../../src/kernel/money";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import { callers } from "./api";
import { fakeBenefits } from "./fake-benefits";
import { noon } from "./members-stage";
import { offersStage, type OffersStage } from "./offers-stage";

export const washes = (units = 2, per: "DAY" | "MONTH" | "CYCLE" = "MONTH"): BenefitTerms => ({
  kind: "COUNTED_SERVICE",
  quota: { units, per, carryOver: false },
});

/** A car wash, used at the till, paid by two funders. */
export const benefitContent: BenefitContent = {
  name: { en: "Car wash" },
  termsText: { en: "Once a month." },
  imageUrl: null,
  category: "CAR",
  terms: washes(),
  lastsMonths: 12,
  timeZone: "Asia/Shanghai",
  supplierCode: "wash",
  unitCost: money(1001n, "CNY"),
  value: money(3000n, "CNY"),
  funders: [
    { partnerCode: "bank", basisPoints: 6_667 },
    { partnerCode: "brand", basisPoints: 3_333 },
  ],
  fulfilment: "AT_TILL",
  stock: null,
  merchantCodes: [],
  ways: [],
  idle: null,
  rule: null,
  priority: 500,
};

export interface Held {
  readonly memberId: string;
  readonly entitlementId: string;
  readonly benefitId: string;
}

/** Members who hold benefits, and a merchant that serves them. */
export interface EntitlementsStage extends OffersStage {
  readonly merchantOf: MerchantRow;
  readonly till: Actor;
  /** A new benefit, of this content. */
  benefit(over?: Partial<BenefitContent>): string;
  /** An entitlement to it, good for the year 2026 in Shanghai unless said otherwise. */
  held(benefitId: string, over?: Partial<Grant> & { readonly quantity?: number }): Promise<Held>;
  use(held: Held, over?: Partial<EntitlementToUse>): EntitlementToUse;
  redeem(held: Held, over?: Partial<EntitlementToUse>, now?: Date): ReturnType<typeof redeemEntitlement>;
  claim(held: Held, over?: object, now?: Date): ReturnType<typeof claimBenefit>;
  redemptionsOf(held: Held): Promise<(typeof redemptions.$inferSelect)[]>;
  costsOf(held: Held): Promise<(typeof redemptionCosts.$inferSelect)[]>;
  /** Units that are taken of the benefit's stock, and by how many claims. */
  stockOf(benefitId: string): Promise<{ taken: number; claims: number; open: number }>;
}

export async function entitlementsStage(): Promise<EntitlementsStage> {
  const stage = await offersStage();
  const { app } = stage.services.database;
  const merchantOf = await stage.merchant();
  const bank = await stage.partner();
  await stage.services.catalogue.catchUp();
  const benefit = (over: Partial<BenefitContent> = {}) => {
    const benefitId = newId();
    fakeBenefits.set(`${benefitId} 1`, { ...benefitContent, merchantCodes: [merchantOf.code], ...over });
    return benefitId;
  };
  const use = ({ memberId, entitlementId }: Held, over: Partial<EntitlementToUse> = {}): EntitlementToUse => ({
    ...{ by: { member: { memberId }, entitlementId }, merchantId: merchantOf.merchantId, outletId: null },
    ...{ units: 1, guests: 0, occurredAt: null, idempotencyKey: newId(), ...over },
  });
  return {
    ...stage,
    merchantOf,
    till: callers.partner(merchantOf.partnerId, ["purchases:write"]),
    benefit,
    use,
    async held(benefitId, over = {}) {
      const { quantity = 1, ...grant } = over;
      const content = fakeBenefits.get(`${benefitId} 1`);
      if (!content) throw new Error("the stage's benefit comes first");
      const memberId = over.memberId ?? (await stage.member(bank)).memberId;
      const sourceId = newId();
      await inTransaction(app, (tx) =>
        grantBenefits(
          tx,
          {
            ...{
              memberId,
              way: "ELECTION",
              sourceId,
              timeZone: "Asia/Shanghai",
              now: new Date("2025-12-31T16:00:00Z"),
            },
            ...{ validFrom: new Date("2025-12-31T16:00:00Z"), validUntil: new Date("2026-12-31T16:00:00Z"), ...grant },
          },
          [{ benefitId, version: 1, code: "b", content, quantity }],
        ),
      );
      const [row] = await app.execute<{ entitlement_id: string }>(sql`
        select entitlement_id from alliance.entitlements where member_id = ${memberId}::uuid and source_id = ${sourceId}::uuid`);
      return { memberId, benefitId, entitlementId: row?.entitlement_id ?? "" };
    },
    redeem: (held, over = {}, now = noon) => redeemEntitlement(stage.work(callers.service, now), use(held, over)),
    claim: ({ memberId, entitlementId }, over = {}, now = noon) =>
      claimBenefit(stage.work(callers.member(memberId), now), {
        ...{ memberId, entitlementId, units: 1, idempotencyKey: newId(), ...over },
      }),
    redemptionsOf: ({ entitlementId }) =>
      app
        .select()
        .from(redemptions)
        .where(eq(redemptions.entitlementId, entitlementId))
        .orderBy(redemptions.redemptionId),
    costsOf: ({ memberId }) =>
      app
        .select()
        .from(redemptionCosts)
        .where(eq(redemptionCosts.memberId, memberId))
        .orderBy(redemptionCosts.redemptionId, redemptionCosts.isReversal, redemptionCosts.funderCode),
    async stockOf(benefitId) {
      const [row] = await app.execute<{ taken: number; claims: number; open: number }>(sql`
        select coalesce((select sum(taken) from alliance.benefit_stocks where benefit_id = ${benefitId}::uuid), 0)::int as taken,
          count(*)::int as claims, count(*) filter (where not is_settled)::int as open
        from alliance.stock_claims where benefit_id = ${benefitId}::uuid`);
      return row as { taken: number; claims: number; open: number };
    },
  };
}
