/**
 * What one of several workers lets a caller spend in a minute, so that all of them together keep to the limit that was
 * set. A request that the limits allow by itself is never refused for the number of workers: where the equal share
 * could not hold it, the share is that request's cost, and the sum exceeds what was set. 0 stays "no limit".
 *
 * Rejected: one budget in the primary process, which every request would have to ask before it runs.
 */
export function costShare(limits: { readonly costPerMinute: number; readonly cost: number }, workers: number): number {
  const { costPerMinute, cost } = limits;
  return Math.max(Math.ceil(costPerMinute / workers), Math.min(costPerMinute, cost));
}
