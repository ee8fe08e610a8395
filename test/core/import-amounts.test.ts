import fc from "fast-check";
import { minorFromNumber } from "../../src/import/core/exact-amount";

describe("an amount that came as a JSON number", () => {
  it.each([
    [0, 0n],
    [0.83, 83n],
    [0.8300000000000001, 83n],
    [0.1 + 0.2, 30n],
    [34.56, 3456n],
    [1e-9, 0n],
    [1.0000000000001, 100n],
    [1e3, 100000n],
    [9999999999999.99, 999999999999999n],
    [1e13, 1000000000000000n],
  ])("reads %p as %p minor units", (value, minor) => {
    expect(minorFromNumber(value, 2)).toBe(minor);
  });

  it.each([
    [12.345, "expected at most 2 decimals"],
    [1.005, "expected at most 2 decimals"],
    [0.000001, "expected at most 2 decimals"],
    [1e-7, "expected at most 2 decimals"],
    [-0.01, "expected 0 or more"],
    [-5e-324, "expected 0 or more"],
    [Number.NaN, "expected a number"],
    [Number.POSITIVE_INFINITY, "expected at most 10000000000000, the largest a JSON number holds exactly"],
    [10000000000000.01, "expected at most 10000000000000, the largest a JSON number holds exactly"],
    [1e300, "expected at most 10000000000000, the largest a JSON number holds exactly"],
  ])("refuses %p", (value, reason) => {
    expect(minorFromNumber(value, 2)).toBe(reason);
  });

  it("knows currencies without decimals and with three", () => {
    expect(minorFromNumber(500, 0)).toBe(500n);
    expect(minorFromNumber(500.5, 0)).toBe("expected at most 0 decimals");
    expect(minorFromNumber(1.234, 3)).toBe(1234n);
  });

  it("forgives the noise of adding cents up in floating point", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 99_999 }), { maxLength: 30 }), (cents) => {
        const sum = cents.reduce((total, cent) => total + cent / 100, 0);
        expect(minorFromNumber(sum, 2)).toBe(BigInt(cents.reduce((total, cent) => total + cent, 0)));
      }),
    );
  });

  it("reads every whole number of cents back exactly and refuses every half cent", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (cents) => {
        expect(minorFromNumber(Number(`${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`), 2)).toBe(
          BigInt(cents),
        );
        expect(typeof minorFromNumber((cents * 10 + 5) / 1000, 2)).toBe("string");
      }),
    );
  });
});
