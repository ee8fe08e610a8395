import type { NewTagDefinition } from "../tags/create-tag-definition";

export interface DemoTag extends Omit<NewTagDefinition, "sourcePartnerId"> {
  /** Code of the partner that alone may write it. */
  readonly source: string;
}

/** One of each type; gender, age, income and member_since come with the rewards app (import/rewards-tags.ts). */
export const demoTags: readonly DemoTag[] = [
  {
    code: "card_tier",
    source: "river-bank",
    name: { en: "Card tier", "zh-CN": "卡片等级" },
    description: { en: "The best credit card the member holds at River Bank.", "zh-CN": "会员在江岸银行持有的最高等级信用卡。" },
    type: "ENUM",
    choices: ["classic", "gold", "platinum"],
    unit: null,
    sensitivity: "INTERNAL",
  },
  {
    code: "car_owner",
    source: "river-bank",
    name: { en: "Owns a car", "zh-CN": "有车" },
    description: { en: "Whether the member told the bank of a car.", "zh-CN": "会员是否向银行登记名下有车。" },
    type: "BOOLEAN",
    choices: [],
    unit: null,
    sensitivity: "PERSONAL",
  },
  {
    code: "monthly_card_spend",
    source: "river-bank",
    name: { en: "Monthly card spend", "zh-CN": "月均刷卡额" },
    description: {
      en: "Average of the last three full months over all cards, in yuan.",
      "zh-CN": "最近三个整月名下全部卡片的月均消费额，单位为元。",
    },
    type: "NUMBER",
    choices: [],
    unit: "CNY",
    sensitivity: "SENSITIVE",
  },
  {
    code: "last_flight_on",
    source: "sky-air",
    name: { en: "Last flight", "zh-CN": "最近乘机日期" },
    description: { en: "The day of the member's latest flight with Sky Air.", "zh-CN": "会员最近一次乘坐云天航空航班的日期。" },
    type: "DATE",
    choices: [],
    unit: null,
    sensitivity: "PERSONAL",
  },
  {
    code: "interests",
    source: "riverbend",
    name: { en: "Interests", "zh-CN": "兴趣偏好" },
    description: { en: "What the member ticked in the alliance's app.", "zh-CN": "会员在联盟应用中勾选的兴趣。" },
    type: "SET",
    choices: ["travel", "dining", "sport", "music", "family", "health"],
    unit: null,
    sensitivity: "PUBLIC",
  },
];
