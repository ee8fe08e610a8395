import { and, sql, type SQL } from "drizzle-orm";
import { idOrNobody } from "../graphql/ids-in-filters";
import {
  derived,
  extension,
  fromCatalogue,
  page,
  rowPlan,
  rows,
  sealed,
  withheld,
  type Bind,
  type Capabilities,
  type RoomPlan,
} from "../graphql/plan/fields";
import { historyElsewhere, type MemberColumns } from "../members/members.plan";
import { isRunBy } from "../merchants/merchants.queries";
import { deliveryPlan, isCompletedWith } from "../offers/deliveries.plan";
import { purchases } from "./purchases.tables";
import type { PurchaseFilterInput } from "./purchases.types";

const purchasePlan = rowPlan({
  type: "Purchase",
  table: purchases,
  fields: ({ memberId, purchaseId, merchantId, amountMinor, currency }, caller) => ({
    id: sealed("Purchase", purchaseId, memberId),
    amount: derived({ amountMinor, currency }, (amount) => amount),
    merchant: fromCatalogue({ merchantId }, (own, { catalogue }) => catalogue.merchants.get(own.merchantId)),
    completedDeliveries:
      caller.reach("Member.offerDeliveries") === "none"
        ? withheld
        : rows(deliveryPlan, (delivery) => isCompletedWith(delivery, { memberId, purchaseId }, caller)),
  }),
});

export const purchasesPlan: RoomPlan = {
  extensions: [
    extension("Member", ({ memberId, hasAliases }: MemberColumns, caller) => ({
      purchases:
        caller.reach("Member.purchases") === "none"
          ? withheld
          : page(purchasePlan, {
              needs: { memberId },
              place: (member, { filter }) => ["Member.purchases", member.memberId, filter],
              declineIf: historyElsewhere(hasAliases),
              select: (table, bind) => ({
                where: and(
                  sql`${table.memberId} = ${memberId}`,
                  isAtOwnMerchant(table, caller),
                  ...filtered(table, bind),
                ),
                keyset: [table.occurredAt, table.purchaseId],
                direction: "falling",
              }),
            }),
    })),
  ],
};

function isAtOwnMerchant(table: typeof purchases, { reach, ownId }: Capabilities): SQL | undefined {
  return reach("Member.purchases") === "partner" ? isRunBy(table.merchantId, sql`${ownId}::uuid`) : undefined;
}

function filtered(table: typeof purchases, bind: Bind): SQL[] {
  const filterOf = ({ filter }: Readonly<Record<string, unknown>>) => (filter ?? {}) as PurchaseFilterInput;
  const merchantId = sql`${bind((context, args) => idOrNobody(context, "Merchant", filterOf(args).merchantId))}::uuid`;
  const from = sql`${bind((_, args) => filterOf(args).from?.toISOString() ?? null)}::timestamptz`;
  const before = sql`${bind((_, args) => filterOf(args).before?.toISOString() ?? null)}::timestamptz`;
  return [
    sql`(${merchantId} is null or ${table.merchantId} = ${merchantId})`,
    sql`(${from} is null or ${table.occurredAt} >= ${from})`,
    sql`(${before} is null or ${table.occurredAt} < ${before})`,
  ];
}
