import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign, verify, type KeyObject } from "node:crypto";
import { canonicalJson } from "../../kernel/canonical-json";

/** One tree of a checkpoint. */
export interface SignedTree {
  readonly count: number;
  /** Merkle root over the leaves, hex. */
  readonly root: string;
  /** SHA-256 of the file of leaves, hex, which also names it. */
  readonly file: string;
}

/** What is signed: the state of all chains at one instant, and the checkpoint before it. */
export interface CheckpointStatement {
  readonly format: "alliance-checkpoint-1";
  /** 1, 2, 3 … */
  readonly number: number;
  /** When its reading began, ISO 8601 in UTC. */
  readonly at: string;
  /** Where each member's chain was, by rising member id. */
  readonly heads: SignedTree;
  /** The receipts of what came to the chains since the checkpoint before. */
  readonly receipts: SignedTree;
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

/** What checkpoints of the ledger are signed with, where that does not follow from the master key. */
export interface CheckpointKeys {
  /** 32 bytes of an Ed25519 key; without it the key is derived from the master key. */
  readonly seed?: Buffer | undefined;
  /** Public keys (DER, base64) that signed checkpoints before the key was changed. */
  readonly formerPublicKeys: readonly string[];
}

/** PKCS #8 of an Ed25519 key but for its 32 bytes of seed. */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** The key that signs: of a seed of its own, or derived from the alliance's master key, so that it returns with a backup. */
export function checkpointKey(masterKey: Buffer, ownSeed?: Buffer): KeyObject {
  const seed =
    ownSeed ?? Buffer.from(hkdfSync("sha256", masterKey, Buffer.alloc(0), "alliance ledger checkpoints", 32));
  return createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" });
}

export function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: "der", type: "spki" }).toString("base64");
}

export function signCheckpoint(
  key: KeyObject,
  parts: Pick<CheckpointStatement, "heads" | "receipts"> & { readonly at: Date },
  before: CheckpointStatement | null,
): SignedCheckpoint {
  const { heads, receipts, at } = parts;
  const statement: CheckpointStatement = {
    format: "alliance-checkpoint-1",
    number: (before?.number ?? 0) + 1,
    at: at.toISOString(),
    heads,
    receipts,
    previous: before && digestOfStatement(before),
    publicKey: publicKeyOf(key),
  };
  return { statement, signature: sign(null, Buffer.from(canonicalJson(statement)), key).toString("base64") };
}

export function digestOfStatement(statement: CheckpointStatement): string {
  return createHash("sha256").update(canonicalJson(statement)).digest("hex");
}

/** Whether the signature is by a key that is trusted, over exactly this statement. */
export function isSigned({ statement, signature }: SignedCheckpoint, trusted: readonly string[]): boolean {
  if (!trusted.includes(statement.publicKey)) return false;
  const key = createPublicKey({ key: Buffer.from(statement.publicKey, "base64"), format: "der", type: "spki" });
  return verify(null, Buffer.from(canonicalJson(statement)), key, Buffer.from(signature, "base64"));
}
