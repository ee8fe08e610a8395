import { chunkSize } from "./piece";

/** One bit for each position of a chunk, 8 KB; position p is bit `p & 31` of word `p >>> 5`. */
export type Bitset = Int32Array;

export const wordsOfChunk = chunkSize / 32;

export function emptyBitset(): Bitset {
  return new Int32Array(wordsOfChunk);
}

export function hasBit(bits: Bitset, position: number): boolean {
  return ((bits[position >>> 5]! >>> (position & 31)) & 1) === 1;
}

export function setBit(bits: Bitset, position: number): void {
  bits[position >>> 5]! |= 1 << (position & 31);
}

export function clearBit(bits: Bitset, position: number): void {
  bits[position >>> 5]! &= ~(1 << (position & 31));
}

export function setBits(bits: Bitset, positions: Uint16Array): void {
  for (let place = 0; place < positions.length; place += 1) {
    const position = positions[place]!;
    bits[position >>> 5]! |= 1 << (position & 31);
  }
}

export function clearBits(bits: Bitset, positions: Uint16Array): void {
  for (let place = 0; place < positions.length; place += 1) {
    const position = positions[place]!;
    bits[position >>> 5]! &= ~(1 << (position & 31));
  }
}

/** Puts in who is out and takes out who is in, of the positions from a place up to another. */
export function flipBits(bits: Bitset, positions: Uint16Array, from: number, to: number): void {
  for (let place = from; place < to; place += 1) {
    const position = positions[place]!;
    bits[position >>> 5]! ^= 1 << (position & 31);
  }
}

export function keepCommon(target: Bitset, other: Bitset): void {
  for (let word = 0; word < wordsOfChunk; word += 1) target[word]! &= other[word]!;
}

/** Keeps what is in all of the others. Two of them in one pass over the target take as long as one. */
export function keepAll(target: Bitset, others: readonly Bitset[]): void {
  for (let first = 0; first < others.length; first += 2)
    keepBoth(target, others[first]!, others[first + 1] ?? others[first]!);
}

function keepBoth(target: Bitset, one: Bitset, other: Bitset): void {
  for (let word = 0; word < wordsOfChunk; word += 1) target[word]! &= one[word]! & other[word]!;
}

/** Keeps what is in one and not in the other. */
export function keepDifference(target: Bitset, one: Bitset, other: Bitset): void {
  for (let word = 0; word < wordsOfChunk; word += 1) target[word]! &= one[word]! & ~other[word]!;
}

/** Takes out what is in any of the others. */
export function removeEach(target: Bitset, others: readonly Bitset[]): void {
  for (let first = 0; first < others.length; first += 2)
    removeBoth(target, others[first]!, others[first + 1] ?? others[first]!);
}

function removeBoth(target: Bitset, one: Bitset, other: Bitset): void {
  for (let word = 0; word < wordsOfChunk; word += 1) target[word]! &= ~(one[word]! | other[word]!);
}

export function removeAll(target: Bitset, other: Bitset): void {
  for (let word = 0; word < wordsOfChunk; word += 1) target[word]! &= ~other[word]!;
}

export function addAll(target: Bitset, other: Bitset): void {
  for (let word = 0; word < wordsOfChunk; word += 1) target[word]! |= other[word]!;
}

export function addAllBut(target: Bitset, other: Bitset): void {
  for (let word = 0; word < wordsOfChunk; word += 1) target[word]! |= ~other[word]!;
}

/**
 * By carry-save adders (Harley and Seal): eight words are added up bit by bit into ones, twos, fours and eights, and only
 * the eights are counted each time. It takes two thirds of the time of counting each word.
 */
export function countBits(bits: Bitset): number {
  let [eights, fours, twos, ones] = [0, 0, 0, 0];
  for (let word = 0; word < wordsOfChunk; word += 8) {
    const twosA = carry(ones, bits[word]!, bits[word + 1]!);
    ones ^= bits[word]! ^ bits[word + 1]!;
    const twosB = carry(ones, bits[word + 2]!, bits[word + 3]!);
    ones ^= bits[word + 2]! ^ bits[word + 3]!;
    const foursA = carry(twos, twosA, twosB);
    twos ^= twosA ^ twosB;
    const twosC = carry(ones, bits[word + 4]!, bits[word + 5]!);
    ones ^= bits[word + 4]! ^ bits[word + 5]!;
    const twosD = carry(ones, bits[word + 6]!, bits[word + 7]!);
    ones ^= bits[word + 6]! ^ bits[word + 7]!;
    const foursB = carry(twos, twosC, twosD);
    twos ^= twosC ^ twosD;
    eights += onesOf(carry(fours, foursA, foursB));
    fours ^= foursA ^ foursB;
  }
  return 8 * eights + 4 * onesOf(fours) + 2 * onesOf(twos) + onesOf(ones);
}

/** The bits that are set in at least two of three words: what is carried when they are added up bit by bit. */
function carry(one: number, two: number, three: number): number {
  return (one & two) | ((one ^ two) & three);
}

export function countCommon(one: Bitset, other: Bitset): number {
  let count = 0;
  for (let word = 0; word < wordsOfChunk; word += 1) count += onesOf(one[word]! & other[word]!);
  return count;
}

/** How many bits of a word are set, by adding up pairs, then nibbles, then bytes. */
export function onesOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Adds positions from `from` on, ascending, to the list until it has `most` of them. */
export function collectPositions(bits: Bitset, into: number[], from = 0, most = Infinity): void {
  const first = from >>> 5;
  for (let word = first; word < wordsOfChunk; word += 1) {
    let rest = bits[word]!;
    if (word === first) rest &= -1 << (from & 31);
    for (; rest !== 0; rest &= rest - 1) {
      if (into.length >= most) return;
      into.push(word * 32 + 31 - Math.clz32(rest & -rest));
    }
  }
}

/** The position of the set bit that has `rank` set ones before it. The caller knows that there are more than `rank`. */
export function positionOfRank(bits: Bitset, rank: number): number {
  let before = rank;
  for (let word = 0; word < wordsOfChunk; word += 1) {
    let rest = bits[word]!;
    const ones = onesOf(rest);
    if (before >= ones) {
      before -= ones;
      continue;
    }
    for (; before > 0; before -= 1) rest &= rest - 1;
    return word * 32 + 31 - Math.clz32(rest & -rest);
  }
  throw new Error(`The bitset has no more than ${rank} members`);
}
