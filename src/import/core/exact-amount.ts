import type { MinorUnits } from "../../kernel/money";

/** Why a number cannot be an amount; reads on after "amount is 12.345, ". */
export type AmountProblem = string;

/**
 * A double keeps every decimal number of 15 digits apart from its neighbours and not all of 16: 90071992547409.91 arrives
 * as 90071992547409.9, although its minor units lie below 2^53. Amounts beyond are refused instead of being nearly right.
 */
const largestMinor = 10n ** 15n;

/**
 * The minor units of a JSON number of whole units (dollars), exactly.
 *
 * A JSON number is a double here, so 0.83 may arrive as 0.8300000000000001. Its shortest decimal text is taken as what
 * was meant, and it may lie at most a millionth of a minor unit beside a whole one: such noise comes from arithmetic,
 * everything larger from an amount that the currency cannot hold, and that is refused rather than rounded. The decision
 * is made in whole numbers; multiplying by 100 in floating point would blur where the noise ends.
 */
export function minorFromNumber(value: number, decimals: number): MinorUnits | AmountProblem {
  if (Number.isNaN(value)) return "expected a number";
  if (value < 0) return "expected 0 or more";
  // What JSON reads of 1e400.
  if (value === Number.POSITIVE_INFINITY) return tooLarge(decimals);
  const { digits, exponent } = decimalOf(value);
  // value = digits × 10^exponent, so in millionths of a minor unit it is digits × 10^(exponent + decimals + 6).
  const shift = exponent + decimals + 6;
  if (shift > 40) return tooLarge(decimals);
  const scale = shift >= 0 ? 1n : 10n ** BigInt(-shift);
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : digits;
  const unit = 1_000_000n * scale;
  const minor = (scaled + unit / 2n) / unit;
  const beside = scaled - minor * unit;
  if (beside > scale || beside < -scale) return `expected at most ${decimals} decimals`;
  return minor > largestMinor ? tooLarge(decimals) : (minor as MinorUnits);
}

function tooLarge(decimals: number): AmountProblem {
  const whole = largestMinor / 10n ** BigInt(decimals);
  return `expected at most ${whole}, the largest a JSON number holds exactly`;
}

/** The shortest decimal text that reads back as the same double, as whole digits and a power of ten. */
function decimalOf(value: number): { readonly digits: bigint; readonly exponent: number } {
  const [mantissa = "0", power = "0"] = String(value).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}
