import type { StatementListener } from "../../src/db/client";
import { newId } from "../../src/kernel/ids";
import { money } from "../../src/kernel/money";
import { recordConsent } from "../../src/members/record-consent";
import { createMerchant } from "../../src/merchants/create-merchant";
import { createOutlet } from "../../src/merchants/create-outlet";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import { merchantCategories } from "../../src/merchants/merchants.tables";
import type { OfferContent } from "../../src/offers/core/offer";
import { importOffer } from "../../src/offers/import-offer";
import type { OfferRow } from "../../src/offers/offers.queries";
import { recordPurchase, type PurchaseToRecord } from "../../src/purchases/record-purchase";
import { membersStage, noon, valueOf, type MembersStage } from "./members-stage";

export const hours = (count: number) => new Date(noon.getTime() + count * 3_600_000);

export const dollars = (cents: number) => money(BigInt(cents), "USD");

/** Merchants with members who consent to marketing, and published offers, in a database of the test file's own. */
export interface OffersStage extends MembersStage {
  merchant(partnerId?: string): Promise<MerchantRow>;
  outlet(merchantId: string): Promise<string>;
  /** A member of the merchant's partner that may be addressed with offers. */
  memberOf(merchant: MerchantRow): Promise<string>;
  /** Published: $20.00 in sum earn $5.00 within a week, unless said otherwise. */
  offer(merchant: MerchantRow, over?: Partial<OfferContent>): Promise<OfferRow>;
  /** A purchase that is ready to be recorded: $10.00 at noon. */
  purchase(merchant: MerchantRow, memberId: string, over?: Partial<PurchaseToRecord>): PurchaseToRecord;
}

export const offerContent: OfferContent = {
  name: { en: "Spend 20, get 5", "zh-CN": "满二十减五" },
  termsText: { en: "At our shops." },
  imageUrl: null,
  kind: "CUMULATIVE_SPEND",
  mark: dollars(2000),
  reward: dollars(500),
  validHours: 168,
  channels: ["EMAIL"],
  startsAt: hours(-1000),
  endsAt: null,
  audienceTags: [],
  rule: null,
  priority: 500,
};

export async function offersStage(onStatement?: StatementListener): Promise<OffersStage> {
  const stage = await membersStage(onStatement);
  await stage.services.database.app.insert(merchantCategories).values({ code: "coffee", name: { en: "Coffee" } });
  return {
    ...stage,
    async merchant(partnerId) {
      const made = await createMerchant(stage.work(), {
        partnerId: partnerId ?? (await stage.partner()),
        parentMerchantId: null,
        code: `m-${newId()}`,
        name: { en: "Coffee House" },
        categoryCode: "coffee",
        websiteUrl: null,
        logoUrl: null,
      });
      return valueOf(made);
    },
    async outlet(merchantId) {
      const place = { kind: "PHYSICAL", country: "CN", city: "Shanghai", address: null, url: null } as const;
      const made = await createOutlet(stage.work(), { merchantId, code: newId(), name: { en: "Bund" }, ...place });
      return valueOf(made).outletId;
    },
    async memberOf({ partnerId }) {
      const { memberId } = await stage.member(partnerId);
      const consent = { memberId, partnerId, purpose: "MARKETING", granted: true, wording: "v1" } as const;
      valueOf(await recordConsent(stage.work(), consent));
      return memberId;
    },
    async offer({ merchantId }, over = {}) {
      const content = { ...offerContent, ...over };
      return valueOf(await importOffer(stage.work(), { merchantId, code: `o-${newId()}`, content }));
    },
    purchase: ({ merchantId }, memberId, over = {}) => ({
      member: { memberId },
      merchantId,
      outletId: null,
      channel: "IN_STORE",
      amount: dollars(1000),
      quantity: null,
      occurredAt: noon,
      sourceReference: newId(),
      ...over,
    }),
  };
}

/** Records the purchase at the instant it occurred, or later; a refusal fails the test. */
export async function recorded(stage: OffersStage, purchase: PurchaseToRecord, now?: Date) {
  const at = now ?? (purchase.occurredAt > noon ? purchase.occurredAt : noon);
  return valueOf(await recordPurchase(stage.work(undefined, at), purchase));
}
