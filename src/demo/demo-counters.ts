import type { NewHistoryCounter } from "../facts/declare-history-counter";

/** What is counted of the demo's members. Both are in yuan or at shops that take them, so the imports' dollars cost nothing. */
export const demoCounters: readonly Omit<NewHistoryCounter, "merchantId">[] = [
  {
    code: "grocery_spend_30d",
    name: { en: "Spent on groceries in 30 days", "zh-CN": "近30天商超消费额" },
    metric: "SPEND",
    periodDays: 30,
    categoryCode: "supermarket",
    currency: "CNY",
  },
  {
    code: "fuel_purchases_90d",
    name: { en: "Fill-ups in 90 days", "zh-CN": "近90天加油次数" },
    metric: "PURCHASES",
    periodDays: 90,
    categoryCode: "fuel",
    currency: null,
  },
];
