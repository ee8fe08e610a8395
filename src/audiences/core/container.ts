import { clearBit, collectPositions, countBits, emptyBitset, hasBit, setBit, type Bitset } from "./bitset";

/**
 * Members of one chunk: up to 4,096 as their positions, ascending; more as a bitset. From there on the bitset is the
 * smaller one, and so each set has exactly one form. Never written to once it is made.
 */
export type Container = Uint16Array | Bitset;

export const mostListed = 4_096;

export const noMembers: Container = new Uint16Array(0);

export function isBitset(container: Container): container is Bitset {
  return container instanceof Int32Array;
}

/** Takes positions in ascending order, none twice. */
export function containerOf(positions: ArrayLike<number>): Container {
  if (positions.length <= mostListed) return Uint16Array.from(positions);
  const bits = emptyBitset();
  for (let place = 0; place < positions.length; place += 1) setBit(bits, positions[place]!);
  return bits;
}

/** The bitset itself or its positions, whichever form fits; the caller writes to the bitset no more. */
export function containerOfBits(bits: Bitset): Container {
  const count = countBits(bits);
  if (count > mostListed) return bits;
  const positions: number[] = [];
  collectPositions(bits, positions);
  return Uint16Array.from(positions);
}

export function sizeOf(container: Container): number {
  return isBitset(container) ? countBits(container) : container.length;
}

export function positionsOf(container: Container): readonly number[] {
  if (!isBitset(container)) return [...container];
  const positions: number[] = [];
  collectPositions(container, positions);
  return positions;
}

/** A bitset of the caller's own. */
export function bitsOf(container: Container): Bitset {
  if (isBitset(container)) return container.slice();
  const bits = emptyBitset();
  for (let place = 0; place < container.length; place += 1) setBit(bits, container[place]!);
  return bits;
}

export function includes(container: Container, position: number): boolean {
  if (isBitset(container)) return hasBit(container, position);
  let low = 0;
  let high = container.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (container[middle]! < position) low = middle + 1;
    else high = middle;
  }
  return container[low] === position;
}

/**
 * The container with other members; in any order, also such as are in it already or not in it. A position that is both
 * added and removed is in it afterwards.
 */
export function applyChanges(
  container: Container | undefined,
  additions: Iterable<number>,
  removals: Iterable<number>,
): Container {
  const before = container ?? noMembers;
  const added = new Set(additions);
  if (!isBitset(before) && before.length + added.size <= mostListed) return listWithout(before, removals, added);
  const bits = bitsOf(before);
  for (const position of removals) clearBit(bits, position);
  for (const position of added) setBit(bits, position);
  return containerOfBits(bits);
}

/** Most pieces are short lists: without a bitset they take a tenth of the time. */
function listWithout(list: Uint16Array, removals: Iterable<number>, added: ReadonlySet<number>): Uint16Array {
  const leaving = new Set(removals);
  const kept = list.filter((position) => !leaving.has(position) && !added.has(position));
  const merged = new Uint16Array(kept.length + added.size);
  merged.set(kept);
  merged.set([...added], kept.length);
  return merged.sort();
}
