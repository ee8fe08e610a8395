import { describePlan, planImport } from "../../src/catalogue/core/import-plan";
import { keyOf, parseLine, type CatalogueItem } from "../../src/catalogue/core/catalogue-item";

const partner = (code: string, en = code) => JSON.stringify({ type: "partner", code, name: { en } });
const merchant = (code: string, parent: string | null = null) =>
  JSON.stringify({ type: "merchant", code, partner: "bank", parent, name: { en: code }, category: "coffee" });

const current = (...lines: string[]) => {
  const items = lines.map((line) => (parseLine(line) as { item: CatalogueItem }).item);
  return new Map(items.map((item) => [keyOf(item), item]));
};

describe("a catalogue file", () => {
  it.each([
    ["no JSON", "{ type: partner }", "the line is not JSON"],
    ["an empty line", "   ", "the line is empty"],
    ["a type that nobody knows", `{"type":"gift","code":"x"}`, `type is "gift"`],
    ["a name that is missing", `{"type":"partner","code":"x"}`, "name is missing"],
    ["a field that nobody knows", `{"type":"partner","code":"x","name":{},"colour":"red"}`, "colour"],
    ["an amount that is a number", offerWith({ amountMinor: 5, currency: "CNY" }), "content.mark.amountMinor is 5"],
    ["a NUL in a name", `{"type":"partner","code":"x","name":{"en":"a\\u0000b"}}`, "a text holds a NUL"],
    ["half of a surrogate pair", `{"type":"partner","code":"x","name":{"en":"\\ud800"}}`, "half of a surrogate pair"],
    ["bytes that steer a terminal", "\u001b[31mred", "the line is not JSON: ·[31mred"],
    ["a list", "[]", "the line is []"],
    ["null", "null", "the line is null"],
  ])("rejects %s by its line, and lets the good lines go on", (_what, bad, reason) => {
    const plan = planImport([partner("a"), bad, partner("b")], new Map());
    expect(plan.rejected).toEqual([{ line: 2, reason: expect.stringContaining(reason) }]);
    expect(plan.added.map((one) => one.key)).toEqual(["partner:a", "partner:b"]);
  });

  it("rejects the second line of one item, and names the first", () => {
    const plan = planImport([partner("a"), partner("b"), partner("a", "other")], new Map());
    expect(plan.rejected).toEqual([{ line: 3, reason: "partner:a stands in line 1 already" }]);
  });

  it("puts what is referred to first: chains before their merchants, partners before both", () => {
    const lines = [merchant("leaf", "middle"), merchant("middle", "root"), merchant("root"), partner("bank")];
    const { added } = planImport(lines, new Map());
    expect(added.map((one) => one.key)).toEqual(["partner:bank", "merchant:root", "merchant:middle", "merchant:leaf"]);
  });

  it("does not go round in circles where chains do", () => {
    const { added } = planImport([merchant("a", "b"), merchant("b", "a")], new Map());
    expect(added).toHaveLength(2);
  });

  it("shows each change with what was and what would be, and counts what stays", () => {
    const plan = planImport(
      [partner("a", "New"), partner("b"), partner("c"), "x"],
      current(partner("a", "Old"), partner("b")),
    );
    expect(describePlan(plan)).toEqual([
      "+ partner:c",
      "~ partner:a",
      `    name.en: "Old" → "New"`,
      "! line 4: the line is not JSON: x",
      "1 new, 1 changed, 1 as they are, 1 rejected",
    ]);
  });
});

function offerWith(mark: object): string {
  const content = { kind: "SINGLE_PURCHASE", mark, reward: { amountMinor: "1", currency: "CNY" } };
  return JSON.stringify({ type: "offer", merchant: "m", code: "o", content });
}
