import type { Services } from "../context";
import { bodiesOf, type TransferPlace } from "./chain.queries";
import { heldCheckpoint, numbersIn, type CheckpointKeeper, type HeldCheckpoint } from "./checkpoint-files";
import { bodyText, chainStart, digestOf, type ChainedBody } from "./core/chain";
import { proofText } from "./core/proof";
import { receiptText } from "./core/receipt";
import { provenLeaf } from "./leaf-files";

export interface ProvenTransfer {
  /** What the transfer says, to whom it is shown. */
  readonly text: string;
  /** The proof as a file; null until a checkpoint has seen the transfer. */
  readonly document: string | null;
  readonly checkpoint: HeldCheckpoint | null;
}

/** For whom the proof is: who may know the member gets the chain's, a merchant the receipt's. */
export type ProofKind = "CHAIN" | "RECEIPT";

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
  const { checkpoint, upTo } = seen;
  const document =
    kind === "CHAIN" ? await chainDocument(services, body, checkpoint, upTo) : await receiptDocument(body, checkpoint);
  return { text, document, checkpoint };
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

async function chainDocument(
  { database: { app } }: Prover,
  { transfer }: ChainedBody,
  checkpoint: HeldCheckpoint,
  upTo: bigint,
): Promise<string> {
  const { memberId, sequence } = transfer;
  const [before] = sequence === 1n ? [] : await bodiesOf(app, memberId, sequence - 1n, sequence - 1n);
  const [own, ...later] = await bodiesOf(app, memberId, sequence, upTo);
  const { folder, statement } = checkpoint;
  const proven = await provenLeaf(folder, "heads", statement.heads, { memberId, sequence: 0n });
  return proofText({
    kind: "CHAIN",
    memberId,
    sequence,
    previous: before?.transfer.hash ?? chainStart,
    body: bodyText(own as ChainedBody),
    later: later.map((body) => digestOf(bodyText(body))),
    path: proven?.path ?? [],
    checkpoint,
  });
}

async function receiptDocument({ transfer }: ChainedBody, checkpoint: HeldCheckpoint): Promise<string | null> {
  const { memberId, sequence } = transfer;
  const { folder, statement } = checkpoint;
  const proven = await provenLeaf(folder, "receipts", statement.receipts, { memberId, sequence });
  if (proven?.leaf.memberId !== memberId || proven.leaf.sequence !== sequence) return null;
  return proofText({ kind: "RECEIPT", receipt: receiptText(transfer), path: proven.path, checkpoint });
}
