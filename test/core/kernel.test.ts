import fc from "fast-check";
import { inLocale, negotiateLocale } from "../../src/kernel/localised";
import { currencyDecimals, isCurrency, money, parseDecimalAmount } from "../../src/kernel/money";
import { contains, isOrdered } from "../../src/kernel/period";
import { applyRatio, ratio, roundings } from "../../src/kernel/ratio";

describe("a decimal amount", () => {
  it.each([
    ["77.00", 7700n],
    ["0.83", 83n],
    ["5", 500n],
    ["0", 0n],
    ["12.5", 1250n],
    ["12.5000", 1250n],
    ["-1.05", -105n],
    ["90071992547409.93", 9_007_199_254_740_993n],
  ])("reads %s as %s minor units", (text, minor) => {
    expect(parseDecimalAmount(text, 2)).toBe(minor);
  });

  it.each([["12.345"], [""], ["1e3"], ["1,000.00"], [".5"], ["5."], ["--1"], ["NaN"], ["1 "], ["999999999999999999"]])(
    "refuses %p rather than round or guess",
    (text) => {
      expect(parseDecimalAmount(text, 2)).toBeUndefined();
    },
  );

  it("reads back what was written, for every amount and every number of decimals", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 15n), fc.integer({ min: 0, max: 4 }), (minor, decimals) => {
        const digits = minor.toString().padStart(decimals + 1, "0");
        const whole = digits.slice(0, digits.length - decimals);
        const text = decimals === 0 ? whole : `${whole}.${digits.slice(digits.length - decimals)}`;
        expect(parseDecimalAmount(text, decimals)).toBe(minor);
      }),
    );
  });

  it("knows how many decimals a currency has, and refuses one that does not exist", () => {
    expect(["CNY", "JPY", "KWD"].map(currencyDecimals)).toEqual([2, 0, 3]);
    expect(isCurrency("XYZ")).toBe(false);
    expect(() => money(1n, "XYZ")).toThrow("ISO 4217");
  });
});

describe("a ratio", () => {
  it("gives quotient and remainder that make the whole again, with every rounding", () => {
    const amounts = fc.bigInt(-(10n ** 15n), 10n ** 15n);
    const parts = fc.tuple(fc.bigInt(0n, 10n ** 6n), fc.bigInt(1n, 10n ** 6n));
    fc.assert(
      fc.property(amounts, parts, fc.constantFrom(...roundings), (amount, [numerator, denominator], rounding) => {
        const { quotient, remainder } = applyRatio(amount, ratio(numerator, denominator), rounding);
        expect(quotient * denominator + remainder).toBe(amount * numerator);
        const size = remainder < 0n ? -remainder : remainder;
        expect(size < denominator).toBe(true);
      }),
    );
  });

  it.each([
    ["DOWN", -3n, -1n],
    ["UP", -3n, -2n],
    ["HALF_UP", -3n, -2n],
    ["HALF_EVEN", -3n, -2n],
    ["HALF_EVEN", -1n, 0n],
    ["HALF_EVEN", 5n, 2n],
  ] as const)("rounds %s symmetrically: %s halves become %s", (rounding, halves, whole) => {
    expect(applyRatio(halves, ratio(1n, 2n), rounding).quotient).toBe(whole);
  });

  it("refuses a denominator of zero", () => {
    expect(() => ratio(1n, 0n)).toThrow("not a ratio");
  });
});

describe("a period", () => {
  const [noon, one] = [new Date("2026-01-01T12:00:00Z"), new Date("2026-01-01T13:00:00Z")];
  it("holds its start and not its end", () => {
    const period = { from: noon, to: one };
    expect([contains(period, noon), contains(period, one), contains({ from: null, to: null }, one)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("is not ordered when it ends where it starts", () => {
    expect([isOrdered({ from: noon, to: noon }), isOrdered({ from: noon, to: null })]).toEqual([false, true]);
  });
});

describe("a localised text", () => {
  it("falls back to English, then to whatever there is, then to nothing", () => {
    expect(inLocale({ en: "Tea", "zh-CN": "茶" }, "zh-CN")).toBe("茶");
    expect(inLocale({ en: "Tea" }, "zh-CN")).toBe("Tea");
    expect(inLocale({ "zh-CN": "茶" }, "en")).toBe("茶");
    expect(inLocale({}, "en")).toBe("");
  });

  it.each([
    ["zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"],
    ["zh-Hans", "zh-CN"],
    ["fr-FR, en-GB", "en"],
    ["de", "en"],
    ["", "en"],
    [undefined, "en"],
  ])("takes %p as %s", (header, locale) => {
    expect(negotiateLocale(header)).toBe(locale);
  });
});
