declare const pointsBrand: unique symbol;

/** A whole number of points of one program. Signed only in differences; balances are never negative. */
export type Points = bigint & { readonly [pointsBrand]: true };

/** The largest number a balance can hold: PostgreSQL's bigint. */
const largest = 2n ** 63n - 1n;

export function points(value: bigint): Points {
  if (!isPoints(value)) throw new RangeError(`points out of range: ${value}`);
  return value;
}

/** Whether a number that was computed can be points at all. */
export function isPoints(value: bigint): value is Points {
  return value <= largest && value >= -largest;
}
