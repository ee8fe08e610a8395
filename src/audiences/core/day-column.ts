/**
 * What one history counter counted on one day in one chunk: purchases, or minor units spent. Only members with
 * something on that day are in it. Days are kept apart, since a period moves on by one of them each day and what
 * happened on a day in the past hardly changes: adding up happens when a rule asks. Never written to once it is made.
 */
export interface DayColumn {
  /** Ascending, none twice. */
  readonly positions: Uint16Array;
  /** Whole numbers below 2^53, never 0. */
  readonly amounts: Float64Array;
}

/** Sets the amounts of some members; 0 takes one out. */
export function applyDayChanges(column: DayColumn | undefined, changes: ReadonlyMap<number, number>): DayColumn {
  const amounts = new Map<number, number>();
  column?.positions.forEach((position, place) => amounts.set(position, column.amounts[place]!));
  for (const [position, amount] of changes) {
    if (!Number.isSafeInteger(amount)) throw new Error(`the amount of a day is ${amount}`);
    if (amount === 0) amounts.delete(position);
    else amounts.set(position, amount);
  }
  const positions = Uint16Array.from(amounts.keys()).sort();
  return { positions, amounts: Float64Array.from(positions, (position) => amounts.get(position)!) };
}
