import type { SignedCheckpoint } from "./checkpoint";
import type { MerkleStep } from "./merkle";

/** What leads from a leaf of a checkpoint to its signature. */
interface Signed {
  readonly path: readonly MerkleStep[];
  readonly checkpoint: SignedCheckpoint;
}

/** That a transfer stands in its member's chain, for who may know the member. */
export interface ChainProof extends Signed {
  readonly kind: "CHAIN";
  readonly memberId: string;
  readonly sequence: bigint;
  /** Hash of the transfer before it. */
  readonly previous: Buffer;
  /** The text of the transfer. */
  readonly body: string;
  /** Digests of the bodies of the transfers behind it, up to where the checkpoint saw the chain. */
  readonly later: readonly Buffer[];
}

/** That a transfer at a merchant is among a checkpoint's receipts; says nothing of the member. */
export interface ReceiptProof extends Signed {
  readonly kind: "RECEIPT";
  readonly receipt: string;
}

/** The JSON text that is kept as a file and checked without this software (docs/check-a-proof.py). It never changes. */
export function proofText(proof: ChainProof | ReceiptProof): string {
  const path = proof.path.map(({ side, hash }) => [side, hash.toString("hex")]);
  const parts =
    proof.kind === "RECEIPT"
      ? { receipt: proof.receipt }
      : {
          member: proof.memberId,
          sequence: String(proof.sequence),
          previous: proof.previous.toString("hex"),
          body: proof.body,
          later: proof.later.map((digest) => digest.toString("hex")),
        };
  const { statement, signature } = proof.checkpoint;
  return JSON.stringify(
    { format: "alliance-proof-1", kind: proof.kind, ...parts, path, checkpoint: { statement, signature } },
    null,
    2,
  );
}
