import { currencyDecimals } from "../../kernel/money";
import type { OfferContent } from "../../offers/core/offer";
import type { RewardsOffer } from "./rewards-portfolio";

/** The app's file has terms and no words; these say the terms in the languages that members read. */
export function offerTexts(offer: RewardsOffer, currency: string): Pick<OfferContent, "name" | "termsText"> {
  const en = wordsIn("en", offer, currency);
  const zh = wordsIn("zh-CN", offer, currency);
  switch (offer.kind) {
    case "SINGLE_PURCHASE":
      return {
        name: { en: `Buy for ${en.mark}, get ${en.reward} back`, "zh-CN": `单笔满${zh.mark}，返${zh.reward}` },
        termsText: {
          en: `Spend ${en.mark} or more in one purchase within ${en.time} of receiving this offer and get a reward of ${en.reward}. Once per offer received.`,
          "zh-CN": `收到本优惠后${zh.time}内，单笔消费满${zh.mark}，即可获得${zh.reward}奖励。每份优惠限用一次。`,
        },
      };
    case "CUMULATIVE_SPEND":
      return {
        name: { en: `Spend ${en.mark}, save ${en.reward}`, "zh-CN": `累计满${zh.mark}，减${zh.reward}` },
        termsText: {
          en: `Once your purchases within ${en.time} of receiving this offer add up to ${en.mark}, you save ${en.reward}. Once per offer received.`,
          "zh-CN": `收到本优惠后${zh.time}内，累计消费满${zh.mark}，即可减免${zh.reward}。每份优惠限用一次。`,
        },
      };
    case "INFORMATIONAL":
      return {
        name: { en: "New at the counter", "zh-CN": "新品上柜" },
        termsText: {
          en: `A word about what is new. Nothing to collect; worth knowing for ${en.time}.`,
          "zh-CN": `新品资讯，仅供了解，${zh.time}内有效，无需领取。`,
        },
      };
  }
}

function wordsIn(locale: "en" | "zh-CN", offer: RewardsOffer, currency: string) {
  const amount = (minor: bigint) => {
    const decimals = currencyDecimals(currency);
    const digits = minor.toString().padStart(decimals + 1, "0");
    const [whole, fraction] = [digits.slice(0, digits.length - decimals), digits.slice(digits.length - decimals)];
    const format = new Intl.NumberFormat(locale, { style: "currency", currency, maximumFractionDigits: 0 });
    const text = format.format(BigInt(whole));
    return /[1-9]/.test(fraction) ? `${text}.${fraction}` : text;
  };
  return { mark: amount(offer.markMinor), reward: amount(offer.rewardMinor), time: timeIn(locale, offer.validHours) };
}

function timeIn(locale: "en" | "zh-CN", hours: number): string {
  const [count, unit] = hours % 24 === 0 ? ([hours / 24, "day"] as const) : ([hours, "hour"] as const);
  if (locale === "zh-CN") return `${count}${unit === "day" ? "天" : "小时"}`;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
