import { and, asc, sql, type Column, type SQL } from "drizzle-orm";
import {
  column,
  derived,
  extension,
  fromCatalogue,
  page,
  rowPlan,
  sealed,
  withheld,
  type Bind,
  type Capabilities,
  type RoomPlan,
  type RowsWanted,
} from "../graphql/plan/fields";
import { idSource, instantSource } from "../graphql/plan/sources";
import { historyElsewhere, type MemberColumns } from "../members/members.plan";
import { isRunBy } from "../merchants/merchants.queries";
import { countedPurchasesOf } from "../purchases/counted-purchases.plan";
import { deliveryState } from "./core/offer";
import { comesAfter, progressOf } from "./core/progress";
import { shownProgress } from "./deliveries.view";
import { contentOfVersion, visibleOffer } from "./offers.plan";
import { offerActivations, offerCompletions, offerDeliveries, offers } from "./offers.tables";

export const deliveryPlan = rowPlan({
  type: "OfferDelivery",
  table: offerDeliveries,
  fields: (delivery) => {
    const { memberId, deliveryId, offerId, offerVersion, merchantId, kind, markMinor, rewardMinor, currency } =
      delivery;
    const { deliveredAt, lapsesAt } = delivery;
    const completedAt = instantSource(completionOf(delivery, offerCompletions.completedAt));
    const completedBy = idSource(completionOf(delivery, offerCompletions.purchaseId));
    return {
      id: sealed("OfferDelivery", deliveryId, memberId),
      version: column(offerVersion),
      state: derived({ completedAt, lapsesAt }, (own, { now }) => deliveryState(own, now)),
      offer: fromCatalogue({ offerId }, visibleOffer),
      terms: fromCatalogue({ offerId, version: offerVersion }, contentOfVersion),
      progress: derived(
        {
          ...{ deliveryId, merchantId, kind, markMinor, rewardMinor, currency, deliveredAt, lapsesAt },
          ...{ completedAt, completedBy, purchases: countedPurchasesOf(delivery) },
        },
        (own) => {
          const counted = own.purchases.filter((purchase) => comesAfter(purchase, own));
          return shownProgress(own, progressOf(own, counted));
        },
      ),
    };
  },
});

const activationPlan = rowPlan({
  type: "OfferActivation",
  table: offerActivations,
  fields: ({ activationId, memberId, offerId, offerVersion }) => ({
    id: sealed("OfferActivation", activationId, memberId),
    version: column(offerVersion),
    offer: fromCatalogue({ offerId }, visibleOffer),
    terms: fromCatalogue({ offerId, version: offerVersion }, contentOfVersion),
  }),
});

export const deliveriesPlan: RoomPlan = {
  extensions: [
    extension("Member", ({ memberId, hasAliases }: MemberColumns, caller) => ({
      offerDeliveries:
        caller.reach("Member.offerDeliveries") === "none"
          ? withheld
          : page(deliveryPlan, {
              needs: { memberId },
              place: (member, { state }) => ["Member.offerDeliveries", member.memberId, state],
              declineIf: historyElsewhere(hasAliases),
              select: (table, bind) => ({
                where: and(
                  sql`${table.memberId} = ${memberId}`,
                  isOfOwnMerchant(table.merchantId, caller, "Member.offerDeliveries"),
                  inState(table, bind),
                ),
                keyset: [table.deliveredAt, table.deliveryId],
                direction: "falling",
              }),
            }),
      activations:
        caller.reach("Member.activations") === "none"
          ? withheld
          : page(activationPlan, {
              needs: { memberId },
              place: (member) => ["Member.activations", member.memberId],
              declineIf: historyElsewhere(hasAliases),
              select: (table) => ({
                where: and(sql`${table.memberId} = ${memberId}`, ofOwnMerchantsOffer(table, caller)),
                keyset: [table.activatedAt, table.activationId],
                direction: "falling",
              }),
            }),
    })),
  ],
};

/** The deliveries whose completion was shown by recording this purchase. */
export function isCompletedWith(
  delivery: typeof offerDeliveries,
  purchase: { readonly memberId: Column; readonly purchaseId: Column },
  caller: Capabilities,
): RowsWanted {
  return {
    where: and(
      sql`${delivery.memberId} = ${purchase.memberId}`,
      sql`exists (select from ${offerCompletions} where ${offerCompletions.memberId} = ${delivery.memberId}
        and ${offerCompletions.deliveryId} = ${delivery.deliveryId}
        and ${offerCompletions.recordedWith} = ${purchase.purchaseId})`,
      isOfOwnMerchant(delivery.merchantId, caller, "Member.offerDeliveries"),
    ),
    orderBy: [asc(delivery.deliveredAt), asc(delivery.deliveryId)],
  };
}

/** A value of the delivery's completion; null where there is none. */
function completionOf(delivery: typeof offerDeliveries, value: Column): SQL {
  return sql`(select ${value} from ${offerCompletions} where ${offerCompletions.memberId} = ${delivery.memberId}
    and ${offerCompletions.deliveryId} = ${delivery.deliveryId})`;
}

function inState(delivery: typeof offerDeliveries, bind: Bind): SQL {
  const state = sql`${bind((_, args) => args["state"] ?? null)}::text`;
  const now = sql`${bind((context) => context.now.toISOString())}::timestamptz`;
  const completed = sql`exists (select from ${offerCompletions} where ${offerCompletions.memberId} = ${delivery.memberId}
    and ${offerCompletions.deliveryId} = ${delivery.deliveryId})`;
  return sql`(${state} is null or ${state} = case
    when ${completed} then 'COMPLETED' when ${delivery.lapsesAt} > ${now} then 'OPEN' else 'LAPSED' end)`;
}

/** A partner sees of its members what its own merchants' offers did. */
function isOfOwnMerchant(
  merchantId: Column,
  { reach, ownId }: Capabilities,
  field: "Member.offerDeliveries" | "Member.activations",
): SQL | undefined {
  return reach(field) === "partner" ? isRunBy(merchantId, sql`${ownId}::uuid`) : undefined;
}

function ofOwnMerchantsOffer(table: typeof offerActivations, caller: Capabilities): SQL | undefined {
  const own = isOfOwnMerchant(offers.merchantId, caller, "Member.activations");
  return own && sql`exists (select from ${offers} where ${offers.offerId} = ${table.offerId} and ${own})`;
}
