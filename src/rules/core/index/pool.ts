const segmentBits = 16;
const segmentWords = 1 << segmentBits;
const withinSegment = segmentWords - 1;
/** Pieces above this get a segment of their own. */
const mostPooledWords = 1024;
/** Pieces come in multiples of 8 words up to 256 words, then in powers of two. */
const stepBits = 3;
const mostSteppedWords = 256;
const sizes = (mostSteppedWords >> stepBits) + 3;

/** One buffer, as whole numbers and as the doubles that stand on its even places. */
export interface Segment {
  readonly words: Int32Array;
  readonly numbers: Float64Array;
}

/**
 * Memory for pieces of 32-bit words, which stay where they are until they are freed. It grows by segments of 256 KB, so
 * growing copies nothing: one array that doubles would stand still for 24 ms at 100,000 rules. Freed pieces are used
 * again for others of their size, so nothing has to be compacted either.
 *
 * An address is the number of a segment and a place in it (`segmentOf`, `placeOf`); 0 is no piece.
 */
export class Pool {
  readonly #segments: (Segment | undefined)[] = [segment(segmentWords)];
  /** By size, the first free piece; each holds in its first word which is the next. */
  readonly #free = new Int32Array(sizes);
  readonly #freeNumbers: number[] = [];
  #current = 0;
  /** The first words of the first segment are left out, so that no piece has the address 0. */
  #top = 1 << stepBits;

  get segments(): readonly (Segment | undefined)[] {
    return this.#segments;
  }

  /** A piece of at least so many words, on an even place. What it holds is left from others. */
  allocate(words: number): number {
    if (words > mostPooledWords) return this.#ownSegment(words);
    const size = sizeOf(words);
    const free = this.#free[size]!;
    if (free !== 0) {
      this.#free[size] = this.segmentAt(free).words[placeOf(free)]!;
      return free;
    }
    const rounded = wordsOfSize(size);
    if (this.#top + rounded > segmentWords) {
      this.#current = this.#add(segment(segmentWords));
      this.#top = 0;
    }
    const address = (this.#current << segmentBits) | this.#top;
    this.#top += rounded;
    return address;
  }

  /** `words` as it was asked for. */
  release(address: number, words: number): void {
    if (words > mostPooledWords) {
      this.#segments[segmentOf(address)] = undefined;
      this.#freeNumbers.push(segmentOf(address));
      return;
    }
    const size = sizeOf(words);
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

  #ownSegment(words: number): number {
    return this.#add(segment(words + (words & 1))) << segmentBits;
  }

  #add(added: Segment): number {
    const number = this.#freeNumbers.pop() ?? this.#segments.length;
    // An address is a positive whole number of 31 bits: 8 GB.
    if (number >= 1 << (31 - segmentBits)) throw new RangeError("The rule index is full.");
    this.#segments[number] = added;
    return number;
  }
}

export const segmentOf = (address: number): number => address >>> segmentBits;
export const placeOf = (address: number): number => address & withinSegment;

function segment(words: number): Segment {
  const buffer = new ArrayBuffer(4 * words);
  return { words: new Int32Array(buffer), numbers: new Float64Array(buffer) };
}

function sizeOf(words: number): number {
  if (words <= mostSteppedWords) return (words + (1 << stepBits) - 1) >> stepBits;
  return words <= 512 ? sizes - 2 : sizes - 1;
}

function wordsOfSize(size: number): number {
  return size < sizes - 2 ? size << stepBits : size === sizes - 2 ? 512 : 1024;
}
