import fc from "fast-check";
import { canonicalJson } from "../../src/kernel/canonical-json";

describe("canonical JSON", () => {
  test.each([
    ["keys sorted by UTF-16 code units", { b: 1, a: 2, "€": 3, "10": 4, "9": 5 }, '{"10":4,"9":5,"a":2,"b":1,"€":3}'],
    ["bigints as texts of digits", { amount: 12850n }, '{"amount":"12850"}'],
    ["dates in UTC", [new Date("2026-01-31T00:00:00+08:00")], '["2026-01-30T16:00:00.000Z"]'],
    ["absent properties left out", { a: undefined, b: null }, '{"b":null}'],
    ["numbers as ECMAScript prints them", [1e21, 1.1, -0, 100], "[1e+21,1.1,0,100]"],
    ["a text that looks like a number", "5", '"5"'],
    ["a property called __proto__", JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ])("writes %s", (_what, value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });

  test.each([
    ["NaN", Number.NaN],
    ["Infinity", { a: [Number.POSITIVE_INFINITY] }],
    ["a function", () => 1],
    ["a text with NUL, which jsonb cannot hold", { a: "x\u0000" }],
    ["half a surrogate pair in a key", { "\ud83d": 1 }],
    ["an invalid date", new Date(Number.NaN)],
  ])("refuses %s", (_what, value) => {
    expect(() => canonicalJson(value)).toThrow(RangeError);
  });

  test("is the same whatever the order of keys, and after parsing", () => {
    fc.assert(
      fc.property(storable, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });
});

const storable = fc.jsonValue({ stringUnit: "grapheme" }).filter((value) => !JSON.stringify(value).includes("\\u0000"));

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}
