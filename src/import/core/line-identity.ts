import { createHash } from "node:crypto";

/**
 * What a line of a file is known by for ever: the SHA-256 of the file's content (decompressed, so that a packed copy is
 * the same file) and the line's number. Two equal lines are two different things; the same line read twice is one.
 */
export interface LineIdentity {
  /** Hexadecimal. */
  readonly digest: string;
  /** From 1. */
  readonly line: number;
}

/** What the rows of a line carry as `source_reference`. */
export function referenceOf({ digest, line }: LineIdentity): string {
  return `${digest}:${line}`;
}

const largestLine = 2 ** 32 - 1;

/**
 * The id of what a line brings: a UUIDv7 of the event's own instant, then the line number, then bits of the digest.
 *
 * The same line makes the same id in every run, so that an import that was killed half-way finds what it had written
 * without reading it back, and a completion can name its delivery and purchase before either is in the database. The
 * line number stands before the digest's bits, so that ids of one instant sort in the order of the file.
 */
export function idOfLine(identity: LineIdentity, occurredAt: Date): string {
  if (identity.line > largestLine) throw new RangeError(`line ${identity.line}, expected at most ${largestLine}`);
  // Instants before 1970 do not fit a UUIDv7 and count as its beginning; the column keeps the instant itself.
  const millis = Math.max(0, occurredAt.getTime()).toString(16).padStart(12, "0");
  const line = BigInt(identity.line);
  const high = (0x7000n | (line >> 20n)).toString(16);
  const rest = (0x8000_0000_0000_0000n | ((line & 0xfffffn) << 42n) | bitsOf(identity.digest)).toString(16);
  return `${millis.slice(0, 8)}-${millis.slice(8)}-${high}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}

let lastBits = { digest: "", bits: 0n };

/** 42 bits of the digest, kept for the next line, which is nearly always of the same file. */
function bitsOf(digest: string): bigint {
  if (digest !== lastBits.digest) {
    lastBits = { digest, bits: BigInt(`0x${createHash("sha256").update(digest).digest("hex").slice(0, 12)}`) >> 6n };
  }
  return lastBits.bits;
}
