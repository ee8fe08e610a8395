import { countBits, wordsOfChunk } from "./bitset";
import { Column } from "./column";
import { isBitset, mostListed, type Container } from "./container";
import type { DayColumn } from "./day-column";
import { chunkSize, type Piece, type PieceContent } from "./piece";

/**
 * The stored form of a piece: one byte of version, one that says the form, then the arrays as they lie in memory, the
 * low byte of a number first. Nothing is compressed: what is read often is decoded by copying, 8 KB in about 1 µs.
 *
 * - `POSITIONS`: positions (uint16);
 * - `BITS`: 2,048 words;
 * - `COLUMN_…`: how many values (uint32), the values, how many members each has less one (uint16), the members;
 * - `DAYS_…`: how many members (uint32), the amounts, the members.
 *
 * Values and amounts are int32 where all are whole numbers of that size, else float64.
 */
export const pieceVersion = 1;

const forms = { POSITIONS: 1, BITS: 2, COLUMN_INT32: 3, COLUMN_FLOAT64: 4, DAYS_INT32: 5, DAYS_FLOAT64: 6 } as const;

/** Stored bytes that are no piece of this version. The cure is to build the chunk anew from the encoded members. */
export class PieceError extends Error {
  override readonly name = "PieceError";
}

// Arrays are copied as they lie in memory, and no processor that Node runs on in production is big-endian.
if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) throw new Error("Chunks need a little-endian processor");

/** The bytes to store; undefined where nothing is to be stored, since nobody is in it. */
export function encodePiece(content: PieceContent): Buffer | undefined {
  if (content instanceof Column) return content.size === 0 ? undefined : encodeColumn(content);
  if ("amounts" in content) return content.positions.length === 0 ? undefined : encodeDayColumn(content);
  return content.length === 0 ? undefined : encodeContainer(content);
}

/** Throws a PieceError that names what is broken. */
export function decodePiece({ kind }: Piece, bytes: Uint8Array): PieceContent {
  if (kind === "COLUMN") return decodeColumn(bytes);
  return kind === "DAY" ? decodeDayColumn(bytes) : decodeContainer(bytes);
}

/** What a content takes in memory: for whoever has a limit to keep. */
export function bytesInMemory(content: PieceContent): number {
  if ("amounts" in content) return content.positions.byteLength + content.amounts.byteLength;
  return content.byteLength;
}

export function encodeContainer(container: Container): Buffer {
  return written(isBitset(container) ? forms.BITS : forms.POSITIONS, [container]);
}

export function decodeContainer(bytes: Uint8Array): Container {
  const form = formOf(bytes, "container", [forms.POSITIONS, forms.BITS]);
  const length = bytes.length - 2;
  if (form === forms.POSITIONS) {
    if (length % 2 !== 0 || length > 2 * mostListed) broken("container", `has ${length} bytes of positions`);
    const positions = new Uint16Array(copied(bytes, 2, length));
    checkAscending("container", positions, 0, positions.length);
    return positions;
  }
  if (length !== 4 * wordsOfChunk) broken("container", `has ${length} bytes of bits`);
  const bits = new Int32Array(copied(bytes, 2, length));
  const count = countBits(bits);
  if (count <= mostListed) broken("container", `has ${count} members as bits`);
  return bits;
}

export function encodeColumn(column: Column): Buffer {
  const counts = Uint16Array.from(column.values, (_, rank) => column.starts[rank + 1]! - column.starts[rank]! - 1);
  const count = Uint32Array.of(column.values.length);
  const values = compact(column.values);
  const form = values instanceof Int32Array ? forms.COLUMN_INT32 : forms.COLUMN_FLOAT64;
  return written(form, [count, values, counts, column.positions]);
}

export function decodeColumn(bytes: Uint8Array): Column {
  const form = formOf(bytes, "column", [forms.COLUMN_INT32, forms.COLUMN_FLOAT64]);
  const { count, numbers: values, end } = readNumbers(bytes, "column", form === forms.COLUMN_INT32, 4);
  for (let rank = 1; rank < count; rank += 1) {
    if (!(values[rank]! > values[rank - 1]!)) broken("column", `has values that do not ascend at ${rank}`);
  }
  const counts = new Uint16Array(copied(bytes, end, 2 * count));
  const starts = new Uint32Array(count + 1);
  for (let rank = 0; rank < count; rank += 1) starts[rank + 1] = starts[rank]! + counts[rank]! + 1;
  const size = starts[count]!;
  const from = end + 2 * count;
  if (bytes.length - from !== 2 * size) broken("column", `has ${bytes.length - from} bytes for ${size} members`);
  const positions = new Uint16Array(copied(bytes, from, 2 * size));
  for (let rank = 0; rank < count; rank += 1) checkAscending("column", positions, starts[rank]!, starts[rank + 1]!);
  checkNoneTwice(positions);
  return new Column(values, starts, positions);
}

export function encodeDayColumn({ positions, amounts }: DayColumn): Buffer {
  const numbers = compact(amounts);
  const form = numbers instanceof Int32Array ? forms.DAYS_INT32 : forms.DAYS_FLOAT64;
  return written(form, [Uint32Array.of(positions.length), numbers, positions]);
}

export function decodeDayColumn(bytes: Uint8Array): DayColumn {
  const form = formOf(bytes, "day column", [forms.DAYS_INT32, forms.DAYS_FLOAT64]);
  const { count, numbers: amounts, end } = readNumbers(bytes, "day column", form === forms.DAYS_INT32, 2);
  if (bytes.length - end !== 2 * count) broken("day column", `has ${bytes.length - end} bytes for ${count} members`);
  for (const amount of amounts) {
    if (!Number.isSafeInteger(amount) || amount === 0) broken("day column", `has the amount ${amount}`);
  }
  const positions = new Uint16Array(copied(bytes, end, 2 * count));
  checkAscending("day column", positions, 0, count);
  return { positions, amounts };
}

function written(form: number, arrays: readonly (Container | Uint32Array | Float64Array)[]): Buffer {
  const bytes = Buffer.allocUnsafe(2 + arrays.reduce((sum, array) => sum + array.byteLength, 0));
  bytes[0] = pieceVersion;
  bytes[1] = form;
  let at = 2;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return bytes;
}

/** As int32 where nothing is lost by it. */
function compact(numbers: Float64Array): Int32Array | Float64Array {
  const whole = Int32Array.from(numbers);
  return numbers.every((number, place) => number === whole[place]) ? whole : numbers;
}

function formOf(bytes: Uint8Array, what: string, allowed: readonly number[]): number {
  if (bytes.length < 2) broken(what, `has ${bytes.length} bytes`);
  const [version, form] = bytes;
  if (version !== pieceVersion) broken(what, `has version ${version}, expected ${pieceVersion}`);
  if (!allowed.includes(form!)) broken(what, `has form ${form}, expected ${allowed.join(" or ")}`);
  return form!;
}

/** A count, and so many numbers; each of them has `following` bytes at least elsewhere. */
function readNumbers(bytes: Uint8Array, what: string, areWhole: boolean, following: number) {
  if (bytes.length < 6) broken(what, `has ${bytes.length} bytes`);
  const count = new DataView(bytes.buffer, bytes.byteOffset).getUint32(2, true);
  const width = areWhole ? 4 : 8;
  // Also keeps a broken count from asking for gigabytes.
  if (count > chunkSize || bytes.length - 6 < count * (width + following)) {
    broken(what, `has ${bytes.length - 6} bytes for ${count} numbers`);
  }
  const copy = copied(bytes, 6, width * count);
  const numbers = areWhole ? Float64Array.from(new Int32Array(copy)) : new Float64Array(copy);
  if (!areWhole && !numbers.every(Number.isFinite)) broken(what, "has a number that is not finite");
  return { count, numbers, end: 6 + width * count };
}

/** A memory of its own: a view into what the driver read would keep all of that, and could begin at an odd byte. */
function copied(bytes: Uint8Array, from: number, length: number): ArrayBuffer {
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(from, from + length));
  return copy.buffer;
}

function checkAscending(what: string, positions: Uint16Array, from: number, to: number): void {
  for (let place = from + 1; place < to; place += 1) {
    if (positions[place]! <= positions[place - 1]!) broken(what, `has positions that do not ascend at ${place}`);
  }
}

function checkNoneTwice(positions: Uint16Array): void {
  const seen = new Int32Array(wordsOfChunk);
  for (let place = 0; place < positions.length; place += 1) {
    seen[positions[place]! >>> 5]! |= 1 << (positions[place]! & 31);
  }
  if (countBits(seen) !== positions.length) broken("column", "has a member twice");
}

function broken(what: string, problem: string): never {
  throw new PieceError(`The stored ${what} is broken: it ${problem}.`);
}
