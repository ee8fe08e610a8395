import { eq } from "drizzle-orm";
import { newId } from "../../src/kernel/ids";
import { minorUnits } from "../../src/kernel/money";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import type { NewCompletion, NewDelivery } from "../../src/offers/deliveries.queries";
import { insertCompletions, insertDeliveries, markDeliveriesViewed } from "../../src/offers/insert-deliveries";
import { offerCompletions, offerDeliveries } from "../../src/offers/offers.tables";
import { purchaseLimitMinor } from "../../src/purchases/core/purchase";
import { insertPurchases } from "../../src/purchases/insert-purchases";
import type { NewPurchase } from "../../src/purchases/purchases.queries";
import { purchases } from "../../src/purchases/purchases.tables";
import { noon } from "../support/members-stage";
import { hours, offersStage, type OffersStage } from "../support/offers-stage";

let stage: OffersStage;
let merchant: MerchantRow;
let offerId: string;
let memberId: string;

beforeAll(async () => {
  stage = await offersStage();
  merchant = await stage.merchant();
  ({ offerId } = await stage.offer(merchant));
});
beforeEach(async () => {
  memberId = await stage.memberOf(merchant);
});

const app = () => stage.services.database.app;

const purchase = (over: Partial<NewPurchase> = {}): NewPurchase => ({
  memberId,
  purchaseId: newId(),
  merchantId: merchant.merchantId,
  outletId: null,
  channel: "APP",
  amountMinor: minorUnits(1000n),
  currency: "USD",
  quantity: null,
  occurredAt: noon,
  recordedAt: noon,
  source: "file",
  sourceReference: newId(),
  inputHash: Buffer.from("00ff5c22", "hex"),
  ...over,
});

const delivery = (over: Partial<NewDelivery> = {}): NewDelivery => ({
  memberId,
  deliveryId: newId(),
  offerId,
  offerVersion: 1,
  merchantId: merchant.merchantId,
  kind: "CUMULATIVE_SPEND",
  markMinor: minorUnits(2000n),
  rewardMinor: minorUnits(500n),
  currency: "USD",
  channel: null,
  deliveredAt: noon,
  lapsesAt: hours(1),
  viewedAt: null,
  recordedAt: noon,
  source: "file",
  sourceReference: newId(),
  ...over,
});

describe("insertPurchases", () => {
  it("writes every column as it was given, amounts beyond what a JavaScript number holds and odd texts too", async () => {
    const row = purchase({
      amountMinor: minorUnits(purchaseLimitMinor - 1n),
      quantity: 3,
      sourceReference: `NULL, "quoted" \\ {brace} 咖啡`,
      occurredAt: new Date("1969-12-31T23:59:59.999Z"),
    });
    await insertPurchases(app(), [row]);
    expect(await app().select().from(purchases).where(eq(purchases.memberId, memberId))).toEqual([row]);
  });

  it("leaves out what the member has under the same reference, and tells which were new", async () => {
    const [first, second] = [purchase(), purchase()];
    await insertPurchases(app(), [first]);
    const again = { ...purchase(), sourceReference: first.sourceReference };
    expect(await insertPurchases(app(), [first, again, second])).toEqual(new Set([second.purchaseId]));
  });

  it("takes five thousand rows in one statement, and none for none", async () => {
    const rows = Array.from({ length: 5000 }, () => purchase());
    expect((await insertPurchases(app(), rows)).size).toBe(5000);
    expect(await insertPurchases(app(), [])).toEqual(new Set());
  });

  it.each([-1n, purchaseLimitMinor])(
    "fails as a whole where one row breaks a rule of the table: %s",
    async (amount) => {
      const rows = [purchase(), purchase({ amountMinor: minorUnits(amount) })];
      await expect(insertPurchases(app(), rows)).rejects.toThrow();
      expect(await app().select().from(purchases).where(eq(purchases.memberId, memberId))).toEqual([]);
    },
  );
});

describe("insertDeliveries and insertCompletions", () => {
  it("write every column as it was given and leave out what is there", async () => {
    const row = delivery({ channel: "SOCIAL", viewedAt: noon });
    expect(await insertDeliveries(app(), [row])).toEqual(new Set([row.deliveryId]));
    expect(await insertDeliveries(app(), [row, { ...row, deliveryId: newId() }])).toEqual(new Set());
    expect(await app().select().from(offerDeliveries).where(eq(offerDeliveries.memberId, memberId))).toEqual([row]);

    const purchaseId = newId();
    const completion: NewCompletion = {
      ...{ memberId, deliveryId: row.deliveryId, offerId, purchaseId, currency: "USD" },
      ...{ rewardMinor: minorUnits(500n), completedAt: noon, recordedAt: hours(1) },
    };
    expect(await insertCompletions(app(), [completion])).toEqual(new Set([row.deliveryId]));
    expect(await insertCompletions(app(), [{ ...completion, purchaseId: newId() }])).toEqual(new Set());
    expect(await app().select().from(offerCompletions).where(eq(offerCompletions.memberId, memberId))).toEqual([
      { ...completion, recordedWith: purchaseId },
    ]);
  });

  it("refuse a completion of a delivery that is not there", async () => {
    const completion = {
      ...{ memberId, deliveryId: newId(), offerId, purchaseId: newId(), currency: "USD" },
      ...{ rewardMinor: minorUnits(500n), completedAt: noon, recordedAt: noon },
    };
    await expect(insertCompletions(app(), [completion])).rejects.toThrow();
  });
});

describe("markDeliveriesViewed", () => {
  it("keeps the first view and leaves out views from before the delivery and of others' deliveries", async () => {
    const [seen, unseen] = [delivery(), delivery()];
    await insertDeliveries(app(), [seen, unseen]);
    const view = (deliveryId: string, viewedAt: Date, of = memberId) => ({ memberId: of, deliveryId, viewedAt });
    expect(await markDeliveriesViewed(app(), [view(seen.deliveryId, noon)])).toEqual(new Set([seen.deliveryId]));
    const others = await stage.memberOf(merchant);
    const late = [
      view(seen.deliveryId, hours(1)),
      view(unseen.deliveryId, hours(-1)),
      view(unseen.deliveryId, noon, others),
      view(newId(), noon),
    ];
    expect(await markDeliveriesViewed(app(), late)).toEqual(new Set());
  });
});
