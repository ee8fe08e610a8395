import { offerTexts } from "../../src/import/core/offer-texts";
import type { RewardsOffer } from "../../src/import/core/rewards-portfolio";
import { minorUnits } from "../../src/kernel/money";

function offer(changes: Partial<RewardsOffer>): RewardsOffer {
  const amounts = { markMinor: minorUnits(2000n), rewardMinor: minorUnits(550n) };
  return { code: "o", kind: "CUMULATIVE_SPEND", validHours: 240, channels: [], ...amounts, ...changes };
}

describe("the words of an imported offer", () => {
  it.each([
    [{}, "USD", "Spend $20, save $5.50", "累计满US$20，减US$5.50"],
    [{ kind: "SINGLE_PURCHASE" as const }, "CNY", "Buy for CN¥20, get CN¥5.50 back", "单笔满¥20，返¥5.50"],
    [{ markMinor: minorUnits(123_456n) }, "JPY", "Spend ¥123,456, save ¥550", "累计满JP¥123,456，减JP¥550"],
    [{ kind: "INFORMATIONAL" as const }, "USD", "New at the counter", "新品上柜"],
  ])("say %j in %s", (changes, currency, en, zh) => {
    expect(offerTexts(offer(changes), currency).name).toEqual({ en, "zh-CN": zh });
  });

  it.each([
    [240, "10 days", "10天"],
    [24, "1 day", "1天"],
    [36, "36 hours", "36小时"],
    [1, "1 hour", "1小时"],
  ])("say %i hours as people do", (validHours, en, zh) => {
    const { termsText } = offerTexts(offer({ validHours }), "USD");
    expect(termsText.en).toContain(`within ${en} of receiving`);
    expect(termsText["zh-CN"]).toContain(`${zh}内`);
  });
});
