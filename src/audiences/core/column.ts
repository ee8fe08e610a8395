import { emptyBitset, flipBits, hasBit, setBit, wordsOfChunk, type Bitset } from "./bitset";

/** A range of numbers; -Infinity and Infinity where an end is open to all. A DATE counts as days since 1970-01-01. */
export interface NumberRange {
  readonly low: number;
  readonly isLowIncluded: boolean;
  readonly high: number;
  readonly isHighIncluded: boolean;
}

/** Up to this many positions are quicker set one by one; for more there are marks. */
export const mostOneByOne = 2_048;
/** Positions between two marks: what is set or cleared one by one at each end of a range is at most half of it. */
const positionsPerMark = 2_048;

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The values of a NUMBER or DATE fact in one chunk: members ordered by value, so that a range is one stretch of them.
 *
 * For long stretches it keeps marks, bitsets of the first 2,048 members, the first 4,096 and so on: a range is then one
 * mark without another, corrected at its ends by at most 1,024 single bits each. Beside 131 KB of positions in a full
 * chunk that takes 256 KB, and halves the time of a wide range. They are made when a range is first asked for, since a
 * refresh has no use for them. Never written to otherwise.
 */
export class Column {
  #marks: Bitset[] | undefined;

  /**
   * @param values the values that occur, ascending, each once
   * @param starts where the members of each value begin in `positions`, and at last the number of all members
   * @param positions members by value and, where that is the same, by position
   */
  constructor(
    readonly values: Float64Array,
    readonly starts: Uint32Array,
    readonly positions: Uint16Array,
  ) {}

  get size(): number {
    return this.positions.length;
  }

  /** What it takes in memory once its marks are made: for whoever has a limit to keep. */
  get byteLength(): number {
    const marks = Math.ceil(this.size / positionsPerMark) * wordsOfChunk * 4;
    const rest = this.values.byteLength + this.starts.byteLength + this.positions.byteLength;
    return this.size > mostOneByOne ? rest + marks : rest;
  }

  /** The stretch of `positions` that is in the range: from `from`, up to but without `to`. */
  stretchOf({ low, isLowIncluded, high, isHighIncluded }: NumberRange): Stretch {
    const from = this.starts[countBelow(this.values, low, !isLowIncluded)]!;
    const to = this.starts[countBelow(this.values, high, isHighIncluded)]!;
    return { from, to: Math.max(from, to) };
  }

  /** The first members by value, in a bitset: the nearest mark, and what lies between it and them turned over. */
  fillFirst(count: number, bits: Bitset): void {
    this.#marks ??= this.#makeMarks();
    const nearest = this.#nearestMark(count);
    bits.set(this.#marks[nearest]!);
    const marked = this.#positionsOf(nearest);
    flipBits(bits, this.positions, Math.min(marked, count), Math.max(marked, count));
  }

  #nearestMark(count: number): number {
    const below = Math.floor(count / positionsPerMark);
    const above = Math.min(below + 1, this.#marks!.length - 1);
    return count - this.#positionsOf(below) <= this.#positionsOf(above) - count ? below : above;
  }

  #positionsOf(mark: number): number {
    return Math.min(mark * positionsPerMark, this.size);
  }

  #makeMarks(): Bitset[] {
    const marks = [emptyBitset()];
    const bits = emptyBitset();
    for (let place = 0; place < this.size; place += 1) {
      setBit(bits, this.positions[place]!);
      if ((place + 1) % positionsPerMark === 0 || place + 1 === this.size) marks.push(bits.slice());
    }
    return marks;
  }
}

export const noColumn = new Column(new Float64Array(0), new Uint32Array(1), new Uint16Array(0));

/** Takes positions in ascending order, none twice, beside their values, which are finite. */
export function columnOf(positions: ArrayLike<number>, values: ArrayLike<number>): Column {
  const known = Float64Array.from(values, checkedValue);
  const distinct = known.slice().sort();
  let kinds = 0;
  for (const value of distinct) if (kinds === 0 || value !== distinct[kinds - 1]) distinct[kinds++] = value;
  const own = distinct.slice(0, kinds);
  // Counting, which keeps the order of positions: a sort by a comparing function takes ten times as long.
  const rankOf = (value: number) => countBelow(own, value, false);
  const starts = new Uint32Array(kinds + 1);
  for (const value of known) starts[rankOf(value) + 1]! += 1;
  for (let rank = 0; rank < kinds; rank += 1) starts[rank + 1]! += starts[rank]!;
  const next = starts.slice();
  const ordered = new Uint16Array(known.length);
  for (let place = 0; place < known.length; place += 1) {
    const rank = rankOf(known[place]!);
    ordered[next[rank]!] = positions[place]!;
    next[rank]! += 1;
  }
  return new Column(own, starts, ordered);
}

/** The column with other values for some positions; undefined takes a position out. */
export function applyColumnChanges(
  column: Column | undefined,
  changes: ReadonlyMap<number, number | undefined>,
): Column {
  const { values, starts, positions } = column ?? noColumn;
  const changed = emptyBitset();
  const added: { readonly value: number; readonly position: number }[] = [];
  for (const [position, value] of changes) {
    setBit(changed, position);
    if (value !== undefined) added.push({ value: checkedValue(value), position });
  }
  added.sort((one, other) => one.value - other.value || one.position - other.position);
  const merged = new ColumnWriter(positions.length + added.length);
  let next = 0;
  for (let rank = 0; rank < values.length; rank += 1) {
    const value = values[rank]!;
    for (let place = starts[rank]!; place < starts[rank + 1]!; place += 1) {
      const position = positions[place]!;
      if (hasBit(changed, position)) continue;
      for (let first = added[next]; first && comesBefore(first, value, position); first = added[next]) {
        merged.append(first.value, first.position);
        next += 1;
      }
      merged.append(value, position);
    }
  }
  for (const { value, position } of added.slice(next)) merged.append(value, position);
  return merged.finish();
}

function comesBefore(one: { readonly value: number; readonly position: number }, value: number, position: number) {
  return one.value < value || (one.value === value && one.position < position);
}

/** Puts a column together from members in its order. */
class ColumnWriter {
  readonly #values: number[] = [];
  readonly #starts: number[] = [];
  readonly #positions: Uint16Array;
  #size = 0;

  constructor(most: number) {
    this.#positions = new Uint16Array(most);
  }

  append(value: number, position: number): void {
    if (this.#size === 0 || this.#values[this.#values.length - 1] !== value) {
      this.#values.push(value);
      this.#starts.push(this.#size);
    }
    this.#positions[this.#size++] = position;
  }

  finish(): Column {
    const starts = Uint32Array.from([...this.#starts, this.#size]);
    return new Column(Float64Array.from(this.#values), starts, this.#positions.slice(0, this.#size));
  }
}

function checkedValue(value: number): number {
  if (!Number.isFinite(value)) throw new Error(`a column's value is ${value}`);
  // -0 would stand beside 0 as another value that is equal to it.
  return value === 0 ? 0 : value;
}

/** How many of the values are below the limit, or not above it. */
function countBelow(ascending: Float64Array, limit: number, isIncluded: boolean): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = ascending[middle]!;
    if (value < limit || (isIncluded && value === limit)) low = middle + 1;
    else high = middle;
  }
  return low;
}
