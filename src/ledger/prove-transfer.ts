import type { Services } from "../context";
import { bodiesOf, type TransferPlace } from "./chain.queries";
import { heldCheckpoint, numbersIn, type CheckpointKeeper, type HeldCheckpoint } from "./checkpoint-files";
import { bodyText, chainStart, digestOf, type ChainedBody } from "./core/chain";
import { proofText, type ChainPart, type ReceiptPart } from "./core/proof";
import { receiptText } from "./core/receipt";
import { provenLeaf } from "./leaf-files";

export interface ProvenTransfer {
  /** What the transfer says, to whom it is shown. */
  readonly text: string;
  /** The proof as a file; null until a checkpoint has seen the transfer. */
  readonly document: string | null;
  readonly checkpoint: HeldCheckpoint | null;
}

/**
 * For whom the proof is. CHAIN is of all that the transfer says. What names staff, another member or the caller's key is
 * not the member's to read, so OWN has the digest of that in its chain, and the receipt for what it may know. RECEIPT says
 * nothing of the member.
 */
export type ProofKind = "CHAIN" | "OWN" | "RECEIPT";

type Prover = CheckpointKeeper & Pick<Services, "database">;

/**
 * What leads from a transfer to the first checkpoint that saw it; undefined where there is no such transfer. By the first
 * one, since the chain between the two is then as short as it can be.
 */
export async function proveTransfer(
  services: Prover,
  place: TransferPlace,
  kind: ProofKind,
): Promise<ProvenTransfer | undefined> {
  const { app } = services.database;
  const [body] = await bodiesOf(app, place.memberId, place.sequence, place.sequence);
  if (!body) return undefined;
  const text = kind === "CHAIN" ? bodyText(body) : receiptText(body.transfer);
  const seen = await firstThatSaw(services, place);
  if (!seen) return { text, document: null, checkpoint: null };
  const receipt = kind === "CHAIN" ? undefined : await receiptPart(body, seen.checkpoint);
  const chain = kind === "RECEIPT" ? undefined : await chainPart(services, body, seen, kind);
  const document = proofText({
    ...(receipt ? { receipt } : {}),
    ...(chain ? { chain } : {}),
    checkpoint: seen.checkpoint,
  });
  return { text, document, checkpoint: seen.checkpoint };
}

interface Seen {
  readonly checkpoint: HeldCheckpoint;
  /** Where it saw the member's chain. */
  readonly upTo: bigint;
}

/** Chains only grow, so what one checkpoint saw all later ones did: they are searched by halves. */
async function firstThatSaw(services: Prover, { memberId, sequence }: TransferPlace): Promise<Seen | undefined> {
  const numbers = await numbersIn(services.checkpointFolder);
  let [low, high] = [0, numbers.length];
  let found: Seen | undefined;
  while (low < high) {
    const middle = (low + high) >> 1;
    const checkpoint = await heldCheckpoint(services, numbers[middle] as number);
    const upTo = await seenBy(checkpoint, memberId);
    if (upTo >= sequence) [high, found] = [middle, { checkpoint, upTo }];
    else low = middle + 1;
  }
  return found;
}

async function seenBy({ folder, statement }: HeldCheckpoint, memberId: string): Promise<bigint> {
  const proven = await provenLeaf(folder, "heads", statement.heads, { memberId, sequence: 0n });
  return proven?.leaf.memberId === memberId ? proven.leaf.sequence : 0n;
}

async function chainPart(
  { database: { app } }: Prover,
  { transfer }: ChainedBody,
  { checkpoint, upTo }: Seen,
  kind: ProofKind,
): Promise<ChainPart> {
  const { memberId, sequence } = transfer;
  const [before] = sequence === 1n ? [] : await bodiesOf(app, memberId, sequence - 1n, sequence - 1n);
  const [own, ...later] = (await bodiesOf(app, memberId, sequence, upTo)).map(bodyText);
  const { folder, statement } = checkpoint;
  const proven = await provenLeaf(folder, "heads", statement.heads, { memberId, sequence: 0n });
  return {
    memberId,
    sequence,
    previous: before?.transfer.hash ?? chainStart,
    body: kind === "CHAIN" ? (own ?? "") : digestOf(own ?? ""),
    later: later.map(digestOf),
    path: proven?.path ?? [],
  };
}

async function receiptPart({ transfer }: ChainedBody, { folder, statement }: HeldCheckpoint): Promise<ReceiptPart> {
  const { memberId, sequence } = transfer;
  const proven = await provenLeaf(folder, "receipts", statement.receipts, { memberId, sequence });
  // A path that leads nowhere, where the receipt is missing, is what the checker then says.
  const isOwn = proven?.leaf.memberId === memberId && proven.leaf.sequence === sequence;
  return { text: receiptText(transfer), path: isOwn ? proven.path : [] };
}
