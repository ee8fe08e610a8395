import type { LocalisedText } from "../kernel/localised";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";

const text = (en: string, zh: string): LocalisedText => ({ en, "zh-CN": zh });

/** The facts that are the same in every alliance, for people. */
const titles: ReadonlyMap<string, LocalisedText> = new Map([
  ["member.age", text("Age", "年龄")],
  ["member.tenure_days", text("Days since joining", "入会天数")],
  ["member.joined_on", text("Joined on", "入会日期")],
  ["member.tiers", text("Tiers held", "会员等级")],
  ["member.card_products", text("Card products held", "持有的卡产品")],
  ["member.identities", text("Partners that know the member", "已绑定的合作方")],
  ["context.scene", text("Scene", "场景")],
  ["context.channel", text("Channel", "渠道")],
  ["context.merchant", text("Merchant", "商户")],
  ["context.outlet", text("Outlet", "门店")],
  ["context.category", text("Merchant category", "商户类别")],
  ["context.city", text("City", "城市")],
  ["context.currency", text("Currency", "币种")],
  ["context.amount_minor", text("Amount in minor units", "金额（最小货币单位）")],
  ["context.instant", text("Instant", "时刻")],
  ["context.date", text("Date", "日期")],
  ["context.weekday", text("Day of the week", "星期")],
  ["context.hour", text("Hour", "小时")],
]);

const historyPrefix = "history.";

/** A fact's name for people; of what nobody named its own. */
export function titleOfFact({ tagDefinitions, historyCounters }: CatalogueSnapshot, name: string): LocalisedText {
  const counter = name.startsWith(historyPrefix) ? historyCounters.get(name.slice(historyPrefix.length)) : undefined;
  return tagDefinitions.get(name)?.name ?? counter?.name ?? titles.get(name) ?? { en: name };
}
