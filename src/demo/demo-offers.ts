import type { LocalisedText } from "../kernel/localised";
import { money } from "../kernel/money";
import { defaultPriority, type OfferChannel, type OfferContent, type OfferKind } from "../offers/core/offer";

/** Where in its life a demo offer stands, by steps that a marketer and an approver took. */
export type DemoOfferState = "DRAFT" | "REVIEW" | "SCHEDULED" | "PUBLISHED" | "PAUSED" | "ENDED";

export interface DemoOffer {
  readonly merchant: string;
  readonly code: string;
  readonly state: DemoOfferState;
  /** The content of each version, oldest first; all but the last were published and then replaced. */
  readonly versions: readonly OfferTerms[];
}

/** An offer's content but for its window, which is counted from the day the demo is loaded. */
export interface OfferTerms extends Omit<OfferContent, "startsAt" | "endsAt" | "imageUrl" | "rule"> {
  /** In the text form, as a marketer may write it; null: for everybody. */
  readonly ruleText: string | null;
  /** Days from the day of loading; `endsIn` null for no end. */
  readonly startsIn: number;
  readonly endsIn: number | null;
}

const day = 24;

export const demoOffers: readonly DemoOffer[] = [
  {
    merchant: "fresh-market",
    code: "weekly-basket",
    state: "PUBLISHED",
    versions: [
      terms("CUMULATIVE_SPEND", cny(200, 10), 7 * day, {
        name: text("Fill the basket: 10 yuan off 200", "一周满篮：满200元减10元"),
        termsText: text(
          "Spend 200 yuan at Fresh Market within a week of receiving this offer, in as many visits as you like, and 10 yuan come back to you.",
          "收到优惠后一周内，在鲜集超市累计消费满200元（不限次数），即返10元。",
        ),
        channels: ["MOBILE", "WEB"],
        startsIn: -120,
        endsIn: 240,
      }),
      terms("CUMULATIVE_SPEND", cny(200, 20), 14 * day, {
        name: text("Fill the basket: 20 yuan off 200", "两周满篮：满200元减20元"),
        termsText: text(
          "Spend 200 yuan at Fresh Market within two weeks of receiving this offer, in as many visits as you like, and 20 yuan come back to you. Home delivery counts; gift cards do not.",
          "收到优惠后两周内，在鲜集超市累计消费满200元（不限次数），即返20元。鲜集到家订单计入，购买礼品卡不计入。",
        ),
        channels: ["MOBILE", "WEB", "EMAIL"],
        startsIn: -30,
        endsIn: 240,
        // Who fills its basket here anyway needs no reward for it.
        ruleText: 'context.scene in ["grocery", "online"] and not (history.grocery_spend_30d >= 200000)',
        priority: 600,
      }),
    ],
  },
  {
    merchant: "green-fuel",
    code: "full-tank",
    state: "PUBLISHED",
    versions: [
      terms("SINGLE_PURCHASE", cny(300, 30), 30 * day, {
        name: text("A full tank: 30 yuan back on 300", "加满有礼：单笔满300元返30元"),
        termsText: text(
          "Fill up for 300 yuan or more in one go at any Green Fuel station and get 30 yuan back. For members who own a car.",
          "在任一青禾加油站单笔加油满300元，即返30元。限有车会员。",
        ),
        channels: ["MOBILE"],
        startsIn: -20,
        endsIn: 70,
        audienceTags: ["car_owner"],
        // Before a pump is chosen no amount is known, and the offer still shows; with one it must be large enough.
        ruleText: 'car_owner and context.scene in ["fuel", "car"] and not (context.amount_minor < 30000)',
        priority: 700,
      }),
    ],
  },
  {
    merchant: "coffee-house",
    code: "afternoon-pair",
    state: "PUBLISHED",
    versions: [
      terms("SINGLE_PURCHASE", usd(8, 4), 5 * day, {
        name: text("An afternoon for two", "双人下午茶"),
        termsText: text(
          "Two drinks, or a drink and a cake, for 8 dollars or more in one purchase: 4 dollars are on us.",
          "单笔消费满8美元（两杯饮品，或一杯饮品加一份蛋糕），立返4美元。",
        ),
        channels: ["EMAIL", "MOBILE", "SOCIAL"],
        startsIn: -10,
        endsIn: 50,
        audienceTags: ["age", "member_since"],
        ruleText: 'in audience "young-coffee" and context.scene in ["dining", "online", "shopping"]',
        priority: 600,
      }),
    ],
  },
  {
    merchant: "sky-air",
    code: "autumn-routes",
    state: "SCHEDULED",
    versions: [
      terms("CUMULATIVE_SPEND", cny(3_000, 200), 90 * day, {
        name: text("New routes, 200 yuan back", "新航线礼遇：满3000元返200元"),
        termsText: text(
          "Book flights worth 3,000 yuan with Sky Air within 90 days and 200 yuan come back to you. Taxes and airport fees count.",
          "90天内在云天航空累计购票满3000元（含税费），即返200元。",
        ),
        channels: ["EMAIL", "WEB"],
        startsIn: 14,
        endsIn: 120,
        audienceTags: ["last_flight_on"],
        ruleText: 'last_flight_on >= 2025-06-01 or in audience "comfortable-income"',
      }),
    ],
  },
  {
    merchant: "lantern-dining",
    code: "hotpot-weeknights",
    state: "PAUSED",
    versions: [
      terms("SINGLE_PURCHASE", cny(188, 38), 21 * day, {
        name: text("Weeknight hotpot", "工作日火锅礼遇"),
        termsText: text(
          "A table for 188 yuan or more from Monday to Thursday: 38 yuan back. Paused while the Chengdu kitchen is rebuilt.",
          "周一至周四单桌消费满188元，即返38元。成都店厨房改造期间暂停。",
        ),
        channels: ["MOBILE", "SOCIAL"],
        startsIn: -60,
        endsIn: 60,
        ruleText:
          'context.scene = "dining" and context.weekday in ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY"] and context.hour >= 17',
      }),
    ],
  },
  {
    merchant: "cd-store",
    code: "vinyl-month",
    state: "ENDED",
    versions: [
      terms("CUMULATIVE_SPEND", usd(50, 5), 30 * day, {
        name: text("Vinyl month", "黑胶月"),
        termsText: text(
          "Bring 50 dollars of records home within 30 days and save 5.",
          "30天内累计购买唱片满50美元，减5美元。",
        ),
        channels: ["EMAIL", "WEB"],
        startsIn: -90,
        endsIn: 30,
        audienceTags: ["interests"],
        ruleText: 'interests contains "music"',
      }),
    ],
  },
  {
    merchant: "harbour-care",
    code: "spring-checkup",
    state: "REVIEW",
    versions: [
      terms("INFORMATIONAL", cny(0, 0), 30 * day, {
        name: text("Time for a check-up", "该做体检了"),
        termsText: text(
          "Harbour Care opens Saturday mornings for check-ups. Results come into your app within three days.",
          "港湾诊所周六上午开放体检，三天内可在应用中查看报告。",
        ),
        channels: ["EMAIL", "MOBILE"],
        startsIn: 7,
        endsIn: 67,
        audienceTags: ["age"],
        ruleText: "age >= 40",
      }),
    ],
  },
  {
    merchant: "fresh-market-express",
    code: "breakfast-run",
    state: "DRAFT",
    versions: [
      terms("SINGLE_PURCHASE", cny(15, 3), 2 * day, {
        name: text("Breakfast on the run", "早餐随行"),
        termsText: text(
          "Breakfast for 15 yuan or more before nine: 3 yuan back, at any station shop.",
          "早上九点前在任一地铁站店单笔消费满15元，即返3元。",
        ),
        channels: ["MOBILE"],
        startsIn: 3,
        endsIn: 33,
        ruleText: 'context.merchant = "fresh-market-express" and context.hour < 9',
      }),
    ],
  },
];

type Rest = Pick<OfferTerms, "name" | "termsText" | "channels" | "startsIn" | "endsIn"> & {
  readonly channels: readonly OfferChannel[];
  readonly audienceTags?: readonly string[];
  readonly ruleText?: string;
  readonly priority?: number;
};

function terms(kind: OfferKind, amounts: Pick<OfferContent, "mark" | "reward">, validHours: number, rest: Rest): OfferTerms {
  return { audienceTags: [], ruleText: null, priority: defaultPriority, ...rest, ...amounts, kind, validHours };
}

function cny(mark: number, reward: number) {
  return { mark: money(BigInt(mark) * 100n, "CNY"), reward: money(BigInt(reward) * 100n, "CNY") };
}

function usd(mark: number, reward: number) {
  return { mark: money(BigInt(mark) * 100n, "USD"), reward: money(BigInt(reward) * 100n, "USD") };
}

function text(en: string, zh: string): LocalisedText {
  return { en, "zh-CN": zh };
}
