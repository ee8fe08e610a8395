import { createHash } from "node:crypto";

/** The end of one member's chain, as a checkpoint keeps it. */
export interface Head {
  readonly memberId: string;
  readonly sequence: bigint;
  /** 32 bytes. */
  readonly hash: Buffer;
}

/** One step from a leaf towards the root: the other side's hash, and on which side it stands. */
export interface MerkleStep {
  readonly side: "LEFT" | "RIGHT";
  readonly hash: Buffer;
}

/** 16 bytes of the id, 8 of the sequence (big-endian), 32 of the hash. */
export const headBytes = 56;

export function packHead({ memberId, sequence, hash }: Head): Buffer {
  const packed = Buffer.alloc(headBytes);
  packed.write(memberId.replaceAll("-", ""), "hex");
  packed.writeBigUInt64BE(sequence, 16);
  hash.copy(packed, 24);
  return packed;
}

export function unpackHead(packed: Buffer): Head {
  const hex = packed.toString("hex", 0, 16);
  const memberId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { memberId, sequence: packed.readBigUInt64BE(16), hash: Buffer.from(packed.subarray(24, headBytes)) };
}

/** Leaves and nodes are hashed with different first bytes, so that none can be passed off as the other (as RFC 6962 does). */
export function leafHash(packed: Buffer): Buffer {
  return sha256(Buffer.from([0]), packed);
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.from([1]), left, right);
}

/** Of heads by rising member id. A last one without a partner goes up as it is; the root of nothing is SHA-256 of nothing. */
export function merkleRoot(leaves: readonly Buffer[]): Buffer {
  let level = leaves.map(leafHash);
  if (level.length === 0) return sha256();
  while (level.length > 1) level = levelAbove(level);
  return level[0] as Buffer;
}

function levelAbove(level: readonly Buffer[]): Buffer[] {
  const above: Buffer[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at] as Buffer, level[at + 1]];
    above.push(right ? nodeHash(left, right) : left);
  }
  return above;
}

/** The steps that lead from the leaf at this place to the root. */
export function merklePath(leaves: readonly Buffer[], place: number): MerkleStep[] {
  const steps: MerkleStep[] = [];
  let at = place;
  for (let level = leaves.map(leafHash); level.length > 1; level = levelAbove(level), at >>= 1) {
    const other = level[at ^ 1];
    if (other) steps.push({ side: at % 2 === 0 ? "RIGHT" : "LEFT", hash: other });
  }
  return steps;
}

/** The root that the steps lead to from the leaf. */
export function rootFrom(packed: Buffer, steps: readonly MerkleStep[]): Buffer {
  return steps.reduce(
    (hash, step) => (step.side === "LEFT" ? nodeHash(step.hash, hash) : nodeHash(hash, step.hash)),
    leafHash(packed),
  );
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
