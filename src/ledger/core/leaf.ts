/** A place in one member's chain with what a checkpoint keeps of it: the chain's hash there, or a receipt's digest. */
export interface Leaf {
  readonly memberId: string;
  readonly sequence: bigint;
  /** 32 bytes. */
  readonly hash: Buffer;
}

/**
 * What a checkpoint's two trees are of. A leaf of `heads` is a whole record: where a member's chain was. A leaf of
 * `receipts` is the digest alone, so that who is shown one learns nothing of the member, and two merchants that put
 * theirs together do not learn whether it was the same.
 */
export type LeafKind = "heads" | "receipts";

/** 16 bytes of the member's id, 8 of the sequence (big-endian), 32 of the hash. */
export const recordBytes = 56;
const placeBytes = 24;

export function packLeaf({ memberId, sequence, hash }: Leaf): Buffer {
  const packed = Buffer.alloc(recordBytes);
  packed.write(memberId.replaceAll("-", ""), "hex");
  packed.writeBigUInt64BE(sequence, 16);
  hash.copy(packed, placeBytes);
  return packed;
}

/** What the tree is made of. */
export function leafOf(kind: LeafKind, record: Buffer): Buffer {
  return kind === "heads" ? record : record.subarray(placeBytes);
}

/** The records of a piece of a file. */
export function unpackLeaves(packed: Buffer): Leaf[] {
  const leaves: Leaf[] = [];
  for (let at = 0; at < packed.length; at += recordBytes)
    leaves.push(unpackLeaf(packed.subarray(at, at + recordBytes)));
  return leaves;
}

function unpackLeaf(record: Buffer): Leaf {
  const hex = record.toString("hex", 0, 16);
  const memberId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return {
    memberId,
    sequence: record.readBigUInt64BE(16),
    hash: Buffer.from(record.subarray(placeBytes, recordBytes)),
  };
}

/** The order of a file: rising members, and rising numbers within one. */
export function compareLeaves(a: Pick<Leaf, "memberId" | "sequence">, b: Pick<Leaf, "memberId" | "sequence">): number {
  if (a.memberId !== b.memberId) return a.memberId < b.memberId ? -1 : 1;
  return a.sequence === b.sequence ? 0 : a.sequence < b.sequence ? -1 : 1;
}
