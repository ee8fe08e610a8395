import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign, verify, type KeyObject } from "node:crypto";
import { canonicalJson } from "../../kernel/canonical-json";
import { headBytes, merkleRoot, packHead, unpackHead, type Head } from "./merkle";

/** What is signed: the state of all chains at one instant, and the checkpoint before it. */
export interface CheckpointStatement {
  readonly format: "alliance-checkpoint-1";
  /** 1, 2, 3 … */
  readonly number: number;
  /** When the heads were read, ISO 8601 in UTC. */
  readonly at: string;
  readonly heads: number;
  /** Merkle root over the heads by rising member id, hex. */
  readonly root: string;
  /** SHA-256 of the canonical text of the statement before, hex; null for the first. */
  readonly previous: string | null;
  /** Ed25519 public key in DER, base64. */
  readonly publicKey: string;
}

/** A statement with its signature (base64) over the statement's canonical JSON (RFC 8785). */
export interface SignedCheckpoint {
  readonly statement: CheckpointStatement;
  readonly signature: string;
}

/** A checkpoint as it was read from its files. */
export interface Checkpoint extends SignedCheckpoint {
  /** The leaves, by rising member id. */
  readonly heads: readonly Head[];
}

/** PKCS #8 of an Ed25519 key but for its 32 bytes of seed. */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** The alliance's signing key, derived from its master key: nothing more to keep secret, and it returns with a backup. */
export function checkpointKey(masterKey: Buffer): KeyObject {
  const seed = Buffer.from(hkdfSync("sha256", masterKey, Buffer.alloc(0), "alliance ledger checkpoints", 32));
  return createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" });
}

export function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: "der", type: "spki" }).toString("base64");
}

export function signCheckpoint(
  key: KeyObject,
  {
    heads,
    at,
    before,
  }: { readonly heads: readonly Head[]; readonly at: Date; readonly before: CheckpointStatement | null },
): SignedCheckpoint {
  const statement: CheckpointStatement = {
    format: "alliance-checkpoint-1",
    number: (before?.number ?? 0) + 1,
    at: at.toISOString(),
    heads: heads.length,
    root: merkleRoot(heads.map(packHead)).toString("hex"),
    previous: before && digestOfStatement(before),
    publicKey: publicKeyOf(key),
  };
  return { statement, signature: sign(null, Buffer.from(canonicalJson(statement)), key).toString("base64") };
}

export function digestOfStatement(statement: CheckpointStatement): string {
  return createHash("sha256").update(canonicalJson(statement)).digest("hex");
}

/** Whether the signature is by the key that is trusted, over exactly this statement. */
export function isSigned({ statement, signature }: SignedCheckpoint, trusted: string): boolean {
  if (statement.publicKey !== trusted) return false;
  const key = createPublicKey({ key: Buffer.from(trusted, "base64"), format: "der", type: "spki" });
  return verify(null, Buffer.from(canonicalJson(statement)), key, Buffer.from(signature, "base64"));
}

/** The leaves' file: packed heads, one after the other. */
export function packHeads(heads: readonly Head[]): Buffer {
  return Buffer.concat(heads.map(packHead));
}

export function unpackHeads(packed: Buffer): Head[] {
  if (packed.length % headBytes !== 0)
    throw new RangeError(`${packed.length} bytes, expected a multiple of ${headBytes}`);
  const heads: Head[] = [];
  for (let at = 0; at < packed.length; at += headBytes) heads.push(unpackHead(packed.subarray(at, at + headBytes)));
  return heads;
}
