declare const pointsBrand: unique symbol;

/** A whole number of points of one program. Signed only in differences; balances are never negative. */
export type Points = bigint & { readonly [pointsBrand]: true };

/** The largest number a balance can hold: PostgreSQL's bigint. */
const largest = 2n ** 63n - 1n;

export function points(value: bigint): Points {
  if (value > largest || value < -largest) throw new RangeError(`points out of range: ${value}`);
  return value as Points;
}
