declare const pointsBrand: unique symbol;

/** A whole number of points of one program. Signed only in differences; balances are never negative. */
export type Points = bigint & { readonly [pointsBrand]: true };

export const zeroPoints = 0n as Points;

/** The largest number a balance can hold: PostgreSQL's bigint. */
export const maxPoints = (2n ** 63n - 1n) as Points;

export function points(value: bigint): Points {
  if (value > maxPoints || value < -maxPoints) throw new RangeError(`points out of range: ${value}`);
  return value as Points;
}

export function addPoints(a: Points, b: Points): Points {
  return points(a + b);
}
