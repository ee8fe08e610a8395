import { partsOfNumberLine } from "./statistics";

/** The nodes of all slots' lines in one row. */
export const nodeNumber = (slot: number, node: number): number => slot * 2 * partsOfNumberLine + node;
export const slotOfNode = (number: number): number => Math.floor(number / (2 * partsOfNumberLine));

/**
 * The numbers of one slot, cut into 32 parts in which about as many members lie each, and a binary tree over the parts:
 *
 *                      1                     a range is posted at the fewest nodes that make it up, here
 *            2                   3           parts 1 to 3: nodes 33 and 17 (of 32 … 63, the parts themselves);
 *       4        5          6        7       a number looks at the nodes above its part alone,
 *      …                              …      here part 2: 34, 17, 8, 4, 2 and 1
 *     32 33 34 35 …              … 62 63
 *
 * A list of all ranges of a slot would be read by everybody who has a number, however few of the ranges it lies in. Here
 * each range that is met lies around the number, but for those that end within its own part. A number meets one node of
 * a range at most.
 */
export class NumberLine {
  readonly #cuts: Float64Array;

  /** Fewer cuts leave parts empty; none at all leaves one part. */
  constructor(cuts: readonly number[]) {
    this.#cuts = Float64Array.from(cuts.slice(0, partsOfNumberLine - 1)).sort();
  }

  /** The leaf of the number's part; its parents are that halved, down to 1. */
  leafOf(number: number): number {
    let [from, to] = [0, this.#cuts.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#cuts[middle]! <= number) from = middle + 1;
      else to = middle;
    }
    return partsOfNumberLine + from;
  }

  /** Ends included. What has no upper end goes up to the last part, so that it takes fewer nodes. */
  nodesOf(low: number, high: number): number[] {
    const nodes: number[] = [];
    let from = this.leafOf(low);
    let end = high === Infinity ? 2 * partsOfNumberLine : this.leafOf(high) + 1;
    for (; from < end; from >>= 1, end >>= 1) {
      if (from & 1) nodes.push(from++);
      if (end & 1) nodes.push(--end);
    }
    return nodes;
  }
}
