import type { MinorUnits } from "../kernel/money";
import type { Points } from "../kernel/points";
import type { MerchantToFound, ProgramToFound } from "./founding";

/** Who sells, at which till, under which program: what an import finds or founds before it brings members. */
export interface KnownMerchant {
  readonly partner: { readonly code: string; readonly name: { readonly en: string; readonly "zh-CN": string } };
  readonly category: { readonly code: string; readonly name: { readonly en: string; readonly "zh-CN": string } };
  readonly merchant: MerchantToFound;
  readonly program: ProgramToFound;
}

export const coffeeHouse: KnownMerchant = {
  partner: { code: "coffee-house", name: { en: "Coffee House", "zh-CN": "街角咖啡" } },
  category: { code: "coffee", name: { en: "Coffee and bakery", "zh-CN": "咖啡烘焙" } },
  merchant: {
    code: "coffee-house",
    name: { en: "Coffee House", "zh-CN": "街角咖啡" },
    categoryCode: "coffee",
    websiteUrl: "https://coffee-house.example/",
  },
  program: {
    code: "coffee-stars",
    name: { en: "Coffee House Rewards", "zh-CN": "街角咖啡会员奖励" },
    unitName: { en: "stars", "zh-CN": "星星" },
    timeZone: "America/Los_Angeles",
    currency: "USD",
    // Two stars a dollar; a half-earned star is not carried over.
    earnPoints: 2n as Points,
    earnPerMinor: 100n as MinorUnits,
    earnRounding: "DOWN",
    // 25 stars pay for an extra shot of 0.75 dollars.
    valueMinor: 3n as MinorUnits,
    valuePoints: 1n as Points,
    expiry: { kind: "INACTIVITY", months: 6, rounding: null },
  },
};

export const cdStore: KnownMerchant = {
  partner: { code: "cd-store", name: { en: "Encore Records", "zh-CN": "返场唱片" } },
  category: { code: "music", name: { en: "Music", "zh-CN": "音乐唱片" } },
  merchant: {
    code: "cd-store",
    name: { en: "Encore Records", "zh-CN": "返场唱片" },
    categoryCode: "music",
    websiteUrl: "https://encore-records.example/",
  },
  program: {
    code: "encore",
    name: { en: "Encore Club", "zh-CN": "返场俱乐部" },
    unitName: { en: "notes", "zh-CN": "音符" },
    timeZone: "America/New_York",
    currency: "USD",
    earnPoints: 1n as Points,
    earnPerMinor: 100n as MinorUnits,
    earnRounding: "DOWN",
    valueMinor: 2n as MinorUnits,
    valuePoints: 1n as Points,
    expiry: { kind: "MONTHS_AFTER_EARNING", months: 24, rounding: "QUARTER" },
  },
};
