/** What is known of one member, by key numbers: the static part of what a rule may ask. */
export interface EncodedFacts {
  /** Numbers of what is true: "known" of a fact, or a choice of it. Ascending, none twice. */
  readonly keys: Int32Array;
  /** The "known" numbers of NUMBER and DATE facts, ascending, none twice, beside their values. */
  readonly slots: Int32Array;
  /** A DATE as days since 1970-01-01. */
  readonly values: Float64Array;
}

/** Which encoding `encodeFacts` writes. A buffer of another one is refused, and made anew by `alliance facts rebuild`. */
export const encodingVersion = 1;

/** A stored encoding that this program cannot read: broken, or written by another version of it. */
export class EncodingError extends Error {
  override readonly name = "EncodingError";
}

/**
 * The bytes that are stored: the version; how many keys there are and the keys; how many slots there are and the slots;
 * the values, as many as slots, as float64 with the low byte first.
 *
 * Counts and numbers are varints (seven bits a byte, low ones first), each number as its distance from the one before:
 * 151 tags with 238 keys out of 15,000 take 0.8 KB, and 1.6 KB with 32 bits a number, at the same 2 to 3 µs for decoding.
 */
export function encodeFacts(facts: EncodedFacts): Buffer {
  const { keys, slots, values } = facts;
  if (slots.length !== values.length) throw new Error(`${slots.length} slots have ${values.length} values`);
  const writer = { bytes: Buffer.allocUnsafe(1 + 5 * (2 + keys.length + slots.length) + 8 * values.length), at: 0 };
  writer.bytes[writer.at++] = encodingVersion;
  writeAscending(writer, keys);
  writeAscending(writer, slots);
  for (const value of values) {
    if (!Number.isFinite(value)) throw new Error(`a fact's value is ${value}`);
    writer.at = writer.bytes.writeDoubleLE(value, writer.at);
  }
  return writer.bytes.subarray(0, writer.at);
}

/**
 * The arrays are copies, however the buffer is aligned. They share pieces of memory with those of other members: one that
 * has memory of its own costs the collector more than its numbers cost to read. Throws an EncodingError.
 */
export function decodeFacts(bytes: Uint8Array): EncodedFacts {
  if (bytes.length === 0) throw new EncodingError("The encoding is empty.");
  if (bytes[0] !== encodingVersion) {
    const version = `The encoding has version ${bytes[0]}, expected ${encodingVersion}`;
    throw new EncodingError(`${version}: rebuild it with "alliance facts rebuild".`);
  }
  const reader = { bytes, at: 1 };
  const keys = readAscending(reader);
  const slots = readAscending(reader);
  const rest = bytes.length - reader.at;
  if (rest !== 8 * slots.length) broken(`has ${rest} bytes of values for ${slots.length} slots`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + reader.at, rest);
  const values = new Float64Array(...placeFor(slots.length, 8));
  for (let place = 0; place < values.length; place += 1) values[place] = view.getFloat64(8 * place, true);
  return { keys, slots, values };
}

const pieceBytes = 65_536;
let piece = new ArrayBuffer(pieceBytes);
let taken = 0;

/** Where so many numbers fit: buffer, offset and length for a typed array. Nothing is given out twice. */
function placeFor(count: number, bytesEach: number): [ArrayBuffer, number, number] {
  const bytes = (count * bytesEach + 7) & ~7;
  if (bytes > pieceBytes / 8) return [new ArrayBuffer(bytes), 0, count];
  if (taken + bytes > pieceBytes) {
    piece = new ArrayBuffer(pieceBytes);
    taken = 0;
  }
  taken += bytes;
  return [piece, taken - bytes, count];
}

/** Whether a key is among those of the encoding, by halves. */
export function holdsKey({ keys }: EncodedFacts, number: number | undefined): boolean {
  if (number === undefined) return false;
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as number) < number) low = middle + 1;
    else high = middle;
  }
  return keys[low] === number;
}

interface Cursor<Bytes extends Uint8Array> {
  readonly bytes: Bytes;
  at: number;
}

function writeAscending(writer: Cursor<Buffer>, numbers: Int32Array): void {
  writeVarint(writer, numbers.length);
  // Numbers begin with 1, so that every distance is at least 1.
  let before = 0;
  for (const number of numbers) {
    if (number <= before) throw new Error(`the number ${number} comes after ${before}`);
    writeVarint(writer, number - before);
    before = number;
  }
}

function writeVarint(writer: Cursor<Buffer>, number: number): void {
  let rest = number;
  for (; rest >= 0x80; rest >>>= 7) writer.bytes[writer.at++] = (rest & 0x7f) | 0x80;
  writer.bytes[writer.at++] = rest;
}

function readAscending(reader: Cursor<Uint8Array>): Int32Array {
  const { bytes } = reader;
  const count = readVarint(reader);
  // Each number takes a byte at least; without this a broken count would ask for gigabytes.
  if (count > bytes.length - reader.at) broken(`has ${bytes.length - reader.at} bytes for ${count} numbers`);
  const numbers = new Int32Array(...placeFor(count, 4));
  let { at } = reader;
  let before = 0;
  for (let place = 0; place < count; place += 1) {
    // The loop of readVarint written out: without calls it takes half the time.
    let byte = bytes[at++] ?? endsEarly();
    let distance = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[at++] ?? endsEarly();
      // Beyond five bytes or 31 bits it is no number of ours, and would be taken for another one.
      if (shift > 28 || (shift === 28 && byte > 7)) broken("has a number of more than 31 bits");
      distance |= (byte & 0x7f) << shift;
    }
    before += distance;
    if (distance === 0 || before > 0x7fffffff) broken(`has ${before} as number ${place}, which does not ascend`);
    numbers[place] = before;
  }
  reader.at = at;
  return numbers;
}

function readVarint(reader: Cursor<Uint8Array>): number {
  let number = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) endsEarly();
    number += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return number;
  }
  return broken("has a number of more than five bytes");
}

function broken(what: string): never {
  throw new EncodingError(`The encoding is broken: it ${what}.`);
}

function endsEarly(): never {
  return broken("ends within a number");
}
