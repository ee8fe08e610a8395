declare const minorBrand: unique symbol;

/** A whole number of a currency's smallest unit: cents, fen, yen. */
export type MinorUnits = bigint & { readonly [minorBrand]: true };

/** An exact amount. `currency` is an ISO 4217 code. */
export interface Money {
  readonly amountMinor: MinorUnits;
  readonly currency: string;
}

const maxMinor = 2n ** 63n - 1n;
const knownCurrencies = new Set(Intl.supportedValuesOf("currency"));

export function minorUnits(value: bigint): MinorUnits {
  if (value > maxMinor || value < -maxMinor) throw new RangeError(`amount out of range: ${value}`);
  return value as MinorUnits;
}

export function money(amountMinor: bigint, currency: string): Money {
  if (!isCurrency(currency)) throw new RangeError(`unknown currency: ${currency}, expected an ISO 4217 code`);
  return { amountMinor: minorUnits(amountMinor), currency };
}

export function isCurrency(code: string): boolean {
  return knownCurrencies.has(code);
}

/** How many decimals the currency's smallest unit stands for: 2 for CNY, 0 for JPY, 3 for KWD. */
export function currencyDecimals(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/**
 * Reads a decimal text such as `77.00` as minor units, exactly. Answers undefined where the text is not a plain decimal
 * number or has more decimals than the currency knows; nothing is ever rounded.
 */
export function parseDecimalAmount(text: string, decimals: number): MinorUnits | undefined {
  const match = /^(-?)(\d{1,17})(?:\.(\d+))?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole, fraction = ""] = match;
  if (/[1-9]/.test(fraction.slice(decimals))) return undefined;
  const digits = whole + fraction.slice(0, decimals).padEnd(decimals, "0");
  const value = BigInt(digits);
  return value > maxMinor ? undefined : minorUnits(sign ? -value : value);
}
