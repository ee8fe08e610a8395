import type { Work } from "../context";
import type { NewTagDefinition } from "../tags/create-tag-definition";
import { genders } from "./core/rewards-profile";
import { foundTag } from "./founding";

/** What the rewards app knows of its members, as tags that only the coffee shop's partner may write. */
const rewardsTags: readonly Omit<NewTagDefinition, "sourcePartnerId">[] = [
  {
    code: "gender",
    name: { en: "Gender", "zh-CN": "性别" },
    description: {
      en: "As the member said when joining: F, M or O for any other. Unknown for those who did not say.",
      "zh-CN": "会员入会时自报：F 女、M 男、O 其他；未填写者无此标签。",
    },
    type: "ENUM",
    choices: [...genders],
    unit: null,
    sensitivity: "PERSONAL",
  },
  {
    code: "age",
    name: { en: "Age", "zh-CN": "年龄" },
    description: {
      en: "Full years when the file was drawn. Unknown for those who gave no birthday.",
      "zh-CN": "数据提取时的周岁；未提供生日者无此标签。",
    },
    type: "NUMBER",
    choices: [],
    unit: "years",
    sensitivity: "PERSONAL",
  },
  {
    code: "income",
    name: { en: "Yearly income", "zh-CN": "年收入" },
    description: {
      en: "As the member said when joining, in US dollars a year.",
      "zh-CN": "会员入会时自报的年收入，单位为美元。",
    },
    type: "NUMBER",
    choices: [],
    unit: "USD",
    sensitivity: "SENSITIVE",
  },
  {
    code: "member_since",
    name: { en: "Member since", "zh-CN": "入会日期" },
    description: {
      en: "The day on which the member joined the coffee shop's rewards.",
      "zh-CN": "会员加入咖啡店会员计划的日期。",
    },
    type: "DATE",
    choices: [],
    unit: null,
    sensitivity: "INTERNAL",
  },
];

export async function foundRewardsTags(work: Work, sourcePartnerId: string): Promise<void> {
  for (const tag of rewardsTags) await foundTag(work, { ...tag, sourcePartnerId });
}
