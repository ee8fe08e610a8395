import fc from "fast-check";
import { canonicalJson } from "../../src/kernel/canonical-json";
import { money } from "../../src/kernel/money";
import { parseOfferContent, serialiseOfferContent } from "../../src/offers/core/content";
import { offerChannels, offerKinds, type OfferContent } from "../../src/offers/core/offer";

const good: OfferContent = {
  name: { en: "Ten off", "zh-CN": "立减十元" },
  termsText: { en: "Spend 20, get 5." },
  imageUrl: { en: "https://example.org/ten.png", "zh-CN": "https://example.org/ten.zh.png" },
  kind: "CUMULATIVE_SPEND",
  mark: money(2000n, "USD"),
  reward: money(500n, "USD"),
  validHours: 168,
  channels: ["EMAIL", "WEB"],
  startsAt: new Date("2026-01-01T00:00:00Z"),
  endsAt: null,
  audienceTags: ["gender", "income"],
  rule: null,
  priority: 500,
};

const refusalsOf = (change: Partial<OfferContent>) => {
  const result = parseOfferContent(serialiseOfferContent({ ...good, ...change }));
  return result.ok ? [] : result.refusals.map(({ code, path }) => `${code} ${path?.join(".")}`);
};

describe("the content of an offer", () => {
  it.each<[string, Partial<OfferContent>, string]>([
    ["a name in no language", { name: {} }, "INVALID_INPUT input.content.name"],
    ["an empty name", { name: { en: "" } }, "INVALID_INPUT input.content.name.en"],
    ["a name of 201 characters", { name: { "zh-CN": "长".repeat(201) } }, "INVALID_INPUT input.content.name.zhCN"],
    ["a name with a broken character", { name: { en: "half \ud800" } }, "INVALID_INPUT input.content.name.en"],
    ["a name with a NUL", { name: { en: "nul \0" } }, "INVALID_INPUT input.content.name.en"],
    ["terms in no language", { termsText: {} }, "INVALID_INPUT input.content.termsText"],
    [
      "an image that is no web address",
      { imageUrl: { "zh-CN": "javascript:alert(1)" } },
      "INVALID_INPUT input.content.imageUrl.zhCN",
    ],
    ["a mark of zero", { mark: money(0n, "USD") }, "INVALID_INPUT input.content.mark.amountMinor"],
    ["a reward of zero", { reward: money(0n, "USD") }, "INVALID_INPUT input.content.reward.amountMinor"],
    ["a negative mark", { mark: money(-1n, "USD") }, "INVALID_INPUT input.content.mark.amountMinor"],
    ["a reward in another currency", { reward: money(5n, "CNY") }, "CURRENCY_MISMATCH input.content.reward.currency"],
    [
      "an informational offer with a reward",
      { kind: "INFORMATIONAL", mark: money(0n, "USD") },
      "INVALID_INPUT input.content.reward.amountMinor",
    ],
    ["no hour", { validHours: 0 }, "INVALID_INPUT input.content.validHours"],
    ["more than a year of hours", { validHours: 8761 }, "INVALID_INPUT input.content.validHours"],
    ["half an hour", { validHours: 0.5 }, "INVALID_INPUT input.content.validHours"],
    ["a window that ends where it starts", { endsAt: good.startsAt }, "INVALID_INPUT input.content.endsAt"],
    ["a tag code in capitals", { audienceTags: ["Gender"] }, "INVALID_INPUT input.content.audienceTags.0"],
  ])("refuses %s", (_, change, refusal) => {
    expect(refusalsOf(change)).toEqual([refusal]);
  });

  it.each([null, [], "text", { ...(serialiseOfferContent(good) as object), surprise: 1 }, { name: good.name }])(
    "refuses JSON of another shape: %#",
    (json) => {
      expect(parseOfferContent(json).ok).toBe(false);
    },
  );

  it("names the value and what was expected", () => {
    const result = parseOfferContent(serialiseOfferContent({ ...good, mark: money(0n, "USD") }));
    expect(result).toMatchObject({
      refusals: [{ message: "mark is 0, expected more than zero for an offer of kind CUMULATIVE_SPEND." }],
    });
  });

  it("accepts an informational offer without mark and reward", () => {
    expect(refusalsOf({ kind: "INFORMATIONAL", mark: money(0n, "USD"), reward: money(0n, "USD") })).toEqual([]);
  });

  it("is the same text whatever the order of its channels and tags", () => {
    const text = (content: OfferContent) => canonicalJson(serialiseOfferContent(content));
    const other: OfferContent = { ...good, channels: ["WEB", "EMAIL", "WEB"], audienceTags: ["income", "gender"] };
    expect(text(other)).toBe(text(good));
  });

  it("comes back from its JSON as it went in, with amounts beyond what a JavaScript number holds", () => {
    const content = fc.record({
      name: fc.record({ en: fc.stringMatching(/^[a-zA-Z ]{1,40}$/) }),
      kind: fc.constantFrom(...offerKinds.filter((kind) => kind !== "INFORMATIONAL")),
      mark: fc.bigInt({ min: 1n, max: 10n ** 18n - 1n }).map((minor) => money(minor, "JPY")),
      reward: fc.bigInt({ min: 1n, max: 10n ** 18n - 1n }).map((minor) => money(minor, "JPY")),
      validHours: fc.integer({ min: 1, max: 8760 }),
      channels: fc.subarray([...offerChannels]),
      startsAt: fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
    });
    fc.assert(
      fc.property(content, (part) => {
        const whole: OfferContent = { ...good, ...part };
        const stored: unknown = JSON.parse(JSON.stringify(serialiseOfferContent(whole)));
        expect(parseOfferContent(stored)).toEqual({
          ok: true,
          value: { ...whole, channels: [...whole.channels].sort() },
        });
      }),
    );
  });
});
