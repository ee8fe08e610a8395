import type { SignedCheckpoint } from "./checkpoint";
import type { MerkleStep } from "./merkle";

/** That a text is among a checkpoint's receipts; says nothing of the member. */
export interface ReceiptPart {
  readonly text: string;
  readonly path: readonly MerkleStep[];
}

/** That a transfer stands in its member's chain. */
export interface ChainPart {
  readonly memberId: string;
  readonly sequence: bigint;
  /** Hash of the transfer before it. */
  readonly previous: Buffer;
  /** All that the transfer says, or the digest of it for who may not read all. */
  readonly body: string | Buffer;
  /** Digests of the bodies of the transfers behind it, up to where the checkpoint saw the chain. */
  readonly later: readonly Buffer[];
  readonly path: readonly MerkleStep[];
}

/** What leads from a transfer to a signature. */
export interface TransferProof {
  readonly receipt?: ReceiptPart;
  readonly chain?: ChainPart;
  readonly checkpoint: SignedCheckpoint;
}

/** The JSON text that is kept as a file and checked without this software (docs/check-a-proof.py). It never changes. */
export function proofText({ receipt, chain, checkpoint: { statement, signature } }: TransferProof): string {
  const parts = {
    format: "alliance-proof-1",
    ...(receipt ? { receipt: { text: receipt.text, path: pathText(receipt.path) } } : {}),
    ...(chain ? { chain: chainText(chain) } : {}),
    checkpoint: { statement, signature },
  };
  return JSON.stringify(parts, null, 2);
}

function chainText({ memberId: member, sequence, previous, body, later, path }: ChainPart): object {
  return {
    member,
    sequence: String(sequence),
    previous: previous.toString("hex"),
    ...(typeof body === "string" ? { body } : { digest: body.toString("hex") }),
    later: later.map((digest) => digest.toString("hex")),
    path: pathText(path),
  };
}

function pathText(path: readonly MerkleStep[]): string[][] {
  return path.map(({ side, hash }) => [side, hash.toString("hex")]);
}
