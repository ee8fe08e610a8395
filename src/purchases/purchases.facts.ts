import { gte, sql, type SQL } from "drizzle-orm";
import { countHistory } from "../facts/count-history";
import type { FactRoom } from "../facts/fact-room";
import { categoryOf } from "../merchants/merchants.queries";
import { purchases } from "./purchases.tables";

/** What history counters count of purchases. */
export const purchaseFactRoom: FactRoom = {
  history: {
    metrics: ["PURCHASES", "SPEND"],
    hold: sql`lock table ${purchases} in share row exclusive mode`,
    recordedSince: (from) => sql`${countable(sql`${purchases}`, "purchases")} where ${gte(purchases.occurredAt, from)}`,
  },
};

/** For the statement that writes purchases: counts those in `fresh`, which has their columns. */
export function countPurchases(fresh: SQL): SQL {
  return countHistory(countable(sql`${fresh} as purchases`, "purchases"));
}

function countable(from: SQL, name: string): SQL {
  const own = sql.raw(name);
  return sql`
    select ${own}.member_id, ${own}.merchant_id, ${categoryOf(sql`${own}.merchant_id`)} as category_code,
      ${own}.amount_minor, ${own}.currency, ${own}.occurred_at
    from ${from}`;
}
