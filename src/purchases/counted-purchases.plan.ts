import { sql, type Column } from "drizzle-orm";
import { rowsSource } from "../graphql/plan/sources";
import { purchases } from "./purchases.tables";

/** The columns of a delivery that say which purchases can count for it. */
export interface CountingDelivery {
  readonly memberId: Column;
  readonly merchantId: Column;
  readonly deliveredAt: Column;
  readonly lapsesAt: Column;
}

/** What can count for a delivery, in order: of the member's own id alone. The core judges each (offers/core/progress.ts). */
export function countedPurchasesOf(delivery: CountingDelivery) {
  const { memberId, purchaseId, merchantId, amountMinor, currency, occurredAt } = purchases;
  return rowsSource(
    { purchaseId, merchantId, amountMinor, currency, occurredAt },
    sql`from ${purchases} where ${memberId} = ${delivery.memberId} and ${merchantId} = ${delivery.merchantId}
      and ${occurredAt} >= ${delivery.deliveredAt} and ${occurredAt} < ${delivery.lapsesAt}`,
    sql`${occurredAt}, ${purchaseId}`,
  );
}
