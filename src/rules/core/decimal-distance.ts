/**
 * How far two numbers lie apart, as people reckon: 0.3 and 0.1 are 0.2 apart, where doubles say 0.19999999999999998. Exact
 * for what is written in decimals, and then the nearest double.
 */
export function distanceBetween(one: number, other: number): number {
  const [a, b] = [decimalOf(one), decimalOf(other)];
  const exponent = Math.min(a.exponent, b.exponent);
  const difference = scaled(a, exponent) - scaled(b, exponent);
  return Number(`${difference < 0n ? -difference : difference}e${exponent}`);
}

interface Decimal {
  readonly digits: bigint;
  /** Of ten. */
  readonly exponent: number;
}

/** By the shortest text that is read as the same double: what a person wrote. */
function decimalOf(number: number): Decimal {
  const [mantissa = "", exponent = "0"] = String(number).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

function scaled({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to);
}
