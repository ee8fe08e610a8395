import fc from "fast-check";
import type { MinorUnits } from "../../src/kernel/money";
import type { OfferKind } from "../../src/offers/core/offer";
import {
  applyPurchase,
  comesAfter,
  completionsOf,
  inTimelineOrder,
  OpenDeliveries,
  progressOf,
  remainingMinor,
  startProgress,
  type CountedPurchase,
  type DeliveredOffer,
} from "../../src/offers/core/progress";

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour));
const minor = (amount: number) => BigInt(amount) as MinorUnits;

function delivered(kind: OfferKind, change: Partial<DeliveredOffer> = {}): DeliveredOffer {
  return {
    deliveryId: "d1",
    merchantId: "coffee",
    kind,
    markMinor: minor(kind === "INFORMATIONAL" ? 0 : 1000),
    rewardMinor: minor(kind === "INFORMATIONAL" ? 0 : 200),
    currency: "USD",
    deliveredAt: at(10),
    lapsesAt: at(20),
    ...change,
  };
}

function bought(amount: number, hour: number, change: Partial<CountedPurchase> = {}): CountedPurchase {
  return {
    purchaseId: `p${hour}-${amount}`,
    merchantId: "coffee",
    amountMinor: minor(amount),
    currency: "USD",
    occurredAt: at(hour),
    ...change,
  };
}

describe("an offer for a single purchase", () => {
  const offer = delivered("SINGLE_PURCHASE");

  it("is not completed by purchases that only together reach the mark", () => {
    const progress = progressOf(offer, [bought(999, 11), bought(999, 12)]);
    expect(progress).toEqual({ spentMinor: 999n, completedBy: null, completedAt: null });
    expect(remainingMinor(offer, progress)).toBe(1000n);
  });

  it("is completed by one purchase of exactly the mark", () => {
    const progress = progressOf(offer, [bought(999, 11), bought(1000, 12)]);
    expect(progress).toEqual({ spentMinor: 1000n, completedBy: "p12-1000", completedAt: at(12) });
    expect(remainingMinor(offer, progress)).toBe(0n);
  });
});

describe("an offer for spending in sum", () => {
  const offer = delivered("CUMULATIVE_SPEND");

  it("is not completed one minor unit below the mark", () => {
    const progress = progressOf(offer, [bought(500, 11), bought(499, 12)]);
    expect(progress).toEqual({ spentMinor: 999n, completedBy: null, completedAt: null });
    expect(remainingMinor(offer, progress)).toBe(1n);
  });

  it("is completed by the purchase with which the sum reaches exactly the mark", () => {
    const progress = progressOf(offer, [bought(500, 11), bought(500, 12), bought(500, 13)]);
    expect(progress).toEqual({ spentMinor: 1000n, completedBy: "p12-500", completedAt: at(12) });
  });

  it("does not count what was spent before its delivery", () => {
    expect(progressOf(offer, [bought(999, 9), bought(1, 10)]).spentMinor).toBe(1n);
  });

  it("does not count what was spent in another currency", () => {
    expect(progressOf(offer, [bought(1000, 11, { currency: "CNY" })]).completedBy).toBeNull();
  });

  it("does not count what was spent at another merchant", () => {
    expect(progressOf(offer, [bought(1000, 11, { merchantId: "fuel" })])).toEqual(startProgress());
  });

  it("is not completed by purchases of zero", () => {
    expect(progressOf(offer, [bought(0, 11), bought(0, 12)]).completedBy).toBeNull();
  });
});

describe.each(["SINGLE_PURCHASE", "CUMULATIVE_SPEND"] as const)("the window of a %s offer", (kind) => {
  it("is closed one millisecond before delivery and at the instant it lapses", () => {
    const early = { occurredAt: new Date(at(10).getTime() - 1) };
    expect(progressOf(delivered(kind), [bought(1000, 10, early), bought(1000, 20)]).completedBy).toBeNull();
  });

  it("is open at the instant of delivery and one millisecond before it lapses", () => {
    const late = { occurredAt: new Date(at(20).getTime() - 1) };
    expect(progressOf(delivered(kind), [bought(1000, 10)]).completedBy).toBe("p10-1000");
    expect(progressOf(delivered(kind), [bought(1000, 10, late)]).completedBy).toBe("p10-1000");
  });
});

it("never completes an informational offer, whose mark is zero", () => {
  const offer = delivered("INFORMATIONAL");
  const progress = progressOf(offer, [bought(0, 11), bought(100_000, 12)]);
  expect(progress).toEqual(startProgress());
  expect(remainingMinor(offer, progress)).toBeNull();
});

describe("the deliveries of one member", () => {
  it("does not count a purchase told before the delivery of the same instant", () => {
    const open = new OpenDeliveries();
    expect(open.purchase(bought(1000, 10))).toEqual([]);
    open.deliver(delivered("SINGLE_PURCHASE"));
    expect(open.purchase(bought(1000, 10)).map((done) => done.offer.deliveryId)).toEqual(["d1"]);
  });

  it("completes a delivery once only", () => {
    const open = new OpenDeliveries();
    open.deliver(delivered("SINGLE_PURCHASE"));
    expect(open.purchase(bought(1000, 11))).toHaveLength(1);
    expect(open.purchase(bought(1000, 12))).toEqual([]);
  });

  it("refuses to be told of one delivery twice", () => {
    const open = new OpenDeliveries();
    open.deliver(delivered("SINGLE_PURCHASE"));
    expect(() => open.deliver(delivered("SINGLE_PURCHASE"))).toThrow("d1 was told twice");
  });

  it("completes several deliveries by one purchase, the same offer delivered twice each on its own", () => {
    const open = new OpenDeliveries();
    open.deliver(delivered("CUMULATIVE_SPEND", { deliveryId: "first" }));
    expect(open.purchase(bought(600, 11))).toEqual([]);
    open.deliver(delivered("CUMULATIVE_SPEND", { deliveryId: "second", deliveredAt: at(12) }));
    open.deliver(delivered("SINGLE_PURCHASE", { deliveryId: "third", markMinor: minor(400), deliveredAt: at(12) }));
    const done = open.purchase(bought(400, 12));
    expect(done.map(({ offer, purchaseId }) => [offer.deliveryId, purchaseId])).toEqual([
      ["first", "p12-400"],
      ["third", "p12-400"],
    ]);
    expect(open.purchase(bought(600, 13)).map((each) => each.offer.deliveryId)).toEqual(["second"]);
  });
});

const hour = fc.integer({ min: 0, max: 12 });
const merchantId = fc.constantFrom("coffee", "coffee", "fuel");
const delivery = fc
  .record({
    deliveryId: fc.uuid({ version: 7 }),
    kind: fc.constantFrom<OfferKind>("SINGLE_PURCHASE", "CUMULATIVE_SPEND", "INFORMATIONAL"),
    mark: fc.integer({ min: 1, max: 6 }),
    currency: fc.constantFrom("USD", "CNY"),
    merchantId,
    from: hour,
    hours: fc.integer({ min: 1, max: 12 }),
  })
  .map(({ deliveryId, merchantId, kind, mark, currency, from, hours }): DeliveredOffer => {
    const markMinor = minor(kind === "INFORMATIONAL" ? 0 : mark);
    return {
      deliveryId,
      merchantId,
      kind,
      markMinor,
      rewardMinor: markMinor,
      currency,
      deliveredAt: at(from),
      lapsesAt: at(from + hours),
    };
  });
const purchase = fc.record({
  purchaseId: fc.uuid({ version: 7 }),
  merchantId,
  amountMinor: fc.integer({ min: 0, max: 6 }).map(minor),
  currency: fc.constantFrom("USD", "CNY"),
  occurredAt: hour.map(at),
});
const history = fc.record({
  deliveries: fc.uniqueArray(delivery, { maxLength: 6, selector: (each) => each.deliveryId }),
  purchases: fc.uniqueArray(purchase, { maxLength: 12, selector: (each) => each.purchaseId }),
});

/** What the rules say, written once more without any state: which purchase completes the delivery, if one does. */
function completingPurchase(offer: DeliveredOffer, purchases: readonly CountedPurchase[]): string | undefined {
  const counted = purchases
    .filter((each) => each.currency === offer.currency && each.merchantId === offer.merchantId)
    .filter((each) => each.occurredAt >= offer.deliveredAt && each.occurredAt < offer.lapsesAt)
    .filter((each) => each.occurredAt > offer.deliveredAt || each.purchaseId > offer.deliveryId)
    .sort((a, b) => Number(a.occurredAt) - Number(b.occurredAt) || (a.purchaseId < b.purchaseId ? -1 : 1));
  if (offer.kind === "SINGLE_PURCHASE") return counted.find((each) => each.amountMinor >= offer.markMinor)?.purchaseId;
  if (offer.kind === "INFORMATIONAL") return undefined;
  return counted.find((_, index) => {
    const sum = counted.slice(0, index + 1).reduce((total, each) => total + each.amountMinor, 0n);
    return sum >= offer.markMinor;
  })?.purchaseId;
}

describe("for any history", () => {
  it("completes what the rules written as filters and sums complete, whatever order the facts are read in", () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), ({ deliveries, purchases }, salt) => {
        const shuffled = [...purchases].sort(() => (Number(salt.next().value) % 3) - 1);
        const expected = deliveries.flatMap((each) => {
          const purchaseId = completingPurchase(each, purchases);
          return purchaseId ? [`${each.deliveryId} by ${purchaseId}`] : [];
        });
        const found = completionsOf(deliveries, shuffled).map(
          (each) => `${each.offer.deliveryId} by ${each.purchaseId}`,
        );
        expect(found.sort()).toEqual(expected.sort());
      }),
      { numRuns: 500 },
    );
  });

  it("says of one delivery alone what it says of all together", () => {
    fc.assert(
      fc.property(history, ({ deliveries, purchases }) => {
        const together = new Map(completionsOf(deliveries, purchases).map((each) => [each.offer.deliveryId, each]));
        for (const each of deliveries) {
          const ordered = inTimelineOrder<DeliveredOffer, CountedPurchase>([], purchases) as CountedPurchase[];
          const alone = progressOf(
            each,
            ordered.filter((bought) => comesAfter(bought, each)),
          );
          expect(alone.completedBy).toBe(together.get(each.deliveryId)?.purchaseId ?? null);
        }
      }),
    );
  });

  it("never changes a completed progress, and never lets the spent amount fall", () => {
    fc.assert(
      fc.property(delivery, fc.array(purchase, { maxLength: 12 }), (offer, purchases) => {
        let before = startProgress();
        for (const each of purchases) {
          const after = applyPurchase(offer, before, each);
          if (before.completedBy !== null) expect(after).toBe(before);
          expect(after.spentMinor >= before.spentMinor).toBe(true);
          before = after;
        }
      }),
    );
  });
});
