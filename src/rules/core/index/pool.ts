/** Pieces above this get a segment of their own. */
const mostPooledWords = 1024;
/** Pieces come in multiples of 8 words up to 256 words, then of 64. */
const stepBits = 3;
const mostSteppedWords = 256;
const wideStepBits = 6;
const steps = mostSteppedWords >> stepBits;
const sizes = steps + 1 + ((mostPooledWords - mostSteppedWords) >> wideStepBits);

/** One buffer, as whole numbers and as the doubles that stand on its even places. */
export interface Segment {
  readonly words: Int32Array;
  readonly numbers: Float64Array;
}

/** How an address is split into a segment and a place in it. */
const placeBits = 16;
const placeMask = (1 << placeBits) - 1;
export const segmentOf = (address: number): number => address >>> placeBits;
export const placeOf = (address: number): number => address & placeMask;

/**
 * Memory for pieces of 32-bit words, which stay where they are until they are freed. It grows by segments, so growing
 * copies nothing: one array that doubles would stand still for 24 ms at 100,000 rules. Freed pieces are used again for
 * others of their size, so nothing has to be compacted either.
 *
 * An address is the number of a segment and a place in it (`segmentOf`, `placeOf`); 0 is no piece.
 */
export class Pool {
  readonly #segments: (Segment | undefined)[];
  readonly #segmentWords: number;
  /** By size, the first free piece; each holds in its first word which is the next. */
  readonly #free = new Int32Array(sizes);
  readonly #freeNumbers: number[] = [];
  #current = 0;
  /** The first words of the first segment are left out, so that no piece has the address 0. */
  #top = 1 << stepBits;

  /** Segments are of 2 to the power of `bits` words, at most 16. */
  constructor(bits = placeBits) {
    this.#segmentWords = 1 << bits;
    this.#segments = [segment(this.#segmentWords)];
  }

  get segments(): readonly (Segment | undefined)[] {
    return this.#segments;
  }

  /** How many words are taken for so many. */
  static roundUp(words: number): number {
    if (words > mostPooledWords) return words + (words & 1);
    const bits = words <= mostSteppedWords ? stepBits : wideStepBits;
    return ((words + (1 << bits) - 1) >> bits) << bits;
  }

  /** A piece of at least so many words, on an even place. What it holds is left from others. */
  allocate(words: number): number {
    const rounded = Pool.roundUp(words);
    if (rounded > mostPooledWords) return this.#add(segment(rounded)) << placeBits;
    const size = sizeOf(rounded);
    const free = this.#free[size]!;
    if (free !== 0) {
      this.#free[size] = this.segmentAt(free).words[placeOf(free)]!;
      return free;
    }
    if (this.#top + rounded > this.#segmentWords) {
      this.#current = this.#add(segment(this.#segmentWords));
      this.#top = 0;
    }
    const address = (this.#current << placeBits) | this.#top;
    this.#top += rounded;
    return address;
  }

  /** `words` as it was asked for. */
  release(address: number, words: number): void {
    const rounded = Pool.roundUp(words);
    if (rounded > mostPooledWords) {
      this.#segments[segmentOf(address)] = undefined;
      this.#freeNumbers.push(segmentOf(address));
      return;
    }
    const size = sizeOf(rounded);
    this.segmentAt(address).words[placeOf(address)] = this.#free[size]!;
    this.#free[size] = address;
  }

  segmentAt(address: number): Segment {
    const found = this.#segments[segmentOf(address)];
    if (!found) throw new Error(`There is no piece at ${address}`);
    return found;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, each) => sum + (each?.words.byteLength ?? 0), 0);
  }

  #add(added: Segment): number {
    const number = this.#freeNumbers.pop() ?? this.#segments.length;
    // An address is a positive whole number of 31 bits.
    if (number >= 1 << (31 - placeBits)) throw new RangeError("The rule index is full.");
    this.#segments[number] = added;
    return number;
  }
}

function segment(words: number): Segment {
  const buffer = new ArrayBuffer(4 * words);
  return { words: new Int32Array(buffer), numbers: new Float64Array(buffer) };
}

function sizeOf(rounded: number): number {
  if (rounded <= mostSteppedWords) return rounded >> stepBits;
  return steps + ((rounded - mostSteppedWords) >> wideStepBits);
}
