/** An exact ratio. Rates are never floats: 1 point per 20.00 yuan is 1 : 2000 (points per minor unit). */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const roundings = ["DOWN", "UP", "HALF_UP", "HALF_EVEN"] as const;
/** `DOWN` and `UP` go towards and away from zero; `HALF_UP` takes ties away from zero, `HALF_EVEN` to the even neighbour. */
export type Rounding = (typeof roundings)[number];

export function ratio(numerator: bigint, denominator: bigint): Ratio {
  if (denominator <= 0n || numerator < 0n) throw new RangeError(`not a ratio: ${numerator} : ${denominator}`);
  return { numerator, denominator };
}

/** `amount × ratio`, rounded once, with what the rounding left over in units of 1/denominator. */
export function applyRatio(amount: bigint, by: Ratio, rounding: Rounding): { quotient: bigint; remainder: bigint } {
  const product = amount * by.numerator;
  const quotient = divideRounded(product, by.denominator, rounding);
  return { quotient, remainder: product - quotient * by.denominator };
}

function divideRounded(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const truncated = dividend / divisor;
  const rest = dividend % divisor;
  if (rest === 0n) return truncated;
  const away = truncated + (dividend < 0n ? -1n : 1n);
  const twiceRest = (rest < 0n ? -rest : rest) * 2n;
  switch (rounding) {
    case "DOWN":
      return truncated;
    case "UP":
      return away;
    case "HALF_UP":
      return twiceRest >= divisor ? away : truncated;
    case "HALF_EVEN":
      if (twiceRest !== divisor) return twiceRest > divisor ? away : truncated;
      return truncated % 2n === 0n ? truncated : away;
  }
}
