import { sql, type SQL } from "drizzle-orm";
import { historyCounters, historyDays } from "./facts.tables";

/**
 * The statement that adds what was recorded to the counters that count it, each on the day on which it happened. Part of
 * the statement or the transaction that records, so that nothing is counted that was not recorded, nor the reverse.
 *
 * `recorded` selects `member_id, merchant_id, category_code, amount_minor, currency, occurred_at` of purchases. Days that
 * would pass 64 bits stay at the largest value instead of refusing a purchase.
 */
export function countHistory(recorded: SQL, counted: SQL = sql`true`): SQL {
  const most = sql.raw("9223372036854775807");
  return sql`
    insert into ${historyDays} as h (member_id, counter_code, day, value)
    select r.member_id, c.code, (r.occurred_at at time zone c.time_zone)::date,
      least(sum(case c.metric when 'PURCHASES' then 1 else r.amount_minor end), ${most})::int8
    from (${recorded}) as r
    join ${historyCounters} as c
      on (c.merchant_id is null or c.merchant_id = r.merchant_id)
      and (c.category_code is null or c.category_code = r.category_code)
      and (c.currency is null or c.currency = r.currency)
    where ${counted}
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict (member_id, counter_code, day) do update
    set value = least(h.value::numeric + excluded.value, ${most})::int8`;
}
