import type { LocalisedText } from "../kernel/localised";

export interface DemoAudience {
  readonly code: string;
  /** Code of the partner whose it is; null: the operator's. */
  readonly partner: string | null;
  /** Which of the staff writes it; the approver approves. */
  readonly author: "marketer" | "operator";
  readonly name: LocalisedText;
  readonly description: LocalisedText;
  /** In the text form. */
  readonly rule: string;
}

/**
 * Saved audiences that offers rest on. Their windows are fixed days and not "the last 30 days", so that the guide's
 * numbers are the same whenever the demo is loaded.
 */
export const demoAudiences: readonly DemoAudience[] = [
  {
    code: "young-coffee",
    partner: "coffee-house",
    author: "marketer",
    name: { en: "Young coffee drinkers", "zh-CN": "年轻咖啡会员" },
    description: {
      en: "Members of Coffee House between 18 and 35 who joined its rewards in 2015 or later.",
      "zh-CN": "2015年及以后加入的18至35岁咖啡会员。",
    },
    rule: "age between 18 and 35 and member_since >= 2015-01-01",
  },
  {
    // Income is a sensitive tag, which a marketer may not name: somebody who may reads it into an audience for them.
    code: "comfortable-income",
    partner: null,
    author: "operator",
    name: { en: "Comfortable income", "zh-CN": "收入较宽裕" },
    description: {
      en: "Members who told the coffee shop of 80,000 dollars a year or more.",
      "zh-CN": "自报年收入不低于8万美元的会员。",
    },
    rule: "income >= 80000",
  },
];
