import type { Queryable } from "../db/client";
import type { HeldCheckpoint } from "./checkpoint-files";
import { hashesNotThere, receiptsBetween, type Stretch } from "./checkpoint.queries";
import { compareLeaves, type Leaf } from "./core/leaf";
import type { Offence } from "./core/invariants";
import { LeafReader, provenLeaf } from "./leaf-files";

/** Of whom checkpoints are held against the chains. */
export interface CheckpointScope {
  /** This member alone. */
  readonly memberId?: string;
  /** Members up to this id. */
  readonly upTo?: string;
}

type Found = (offences: readonly Offence[]) => void;

const leavesAtOnce = 5_000;

/**
 * Where the chains are not at, or not any more beyond, what the checkpoints saw of them; answers how many places were
 * compared. What two checkpoints in a row saw alike is compared once, so that many checkpoints cost as much as what moved
 * between them.
 */
export async function holdAgainst(
  db: Queryable,
  checkpoints: readonly HeldCheckpoint[],
  scope: CheckpointScope,
  found: Found,
): Promise<number> {
  let compared = 0;
  for (const [at, checkpoint] of checkpoints.entries()) {
    if (scope.memberId !== undefined) {
      compared += await holdMember(db, checkpoint, scope.memberId, found);
    } else {
      compared += await holdHeads(db, [checkpoint, checkpoints[at + 1]], scope, found);
      // Without the one before it nobody can say what came to the chains since; that it is missing is told elsewhere.
      const before = checkpoints[at - 1];
      const isNext = checkpoint.statement.number === (before?.statement.number ?? 0) + 1;
      if (isNext) compared += await holdReceipts(db, [checkpoint, before], scope, found);
    }
  }
  return compared;
}

async function holdMember(
  db: Queryable,
  { folder, statement }: HeldCheckpoint,
  memberId: string,
  found: Found,
): Promise<number> {
  try {
    const proven = await provenLeaf(folder, "heads", statement.heads, { memberId, sequence: 0n });
    if (proven?.leaf.memberId !== memberId) return 0;
    found(await offendingHeads(db, [proven.leaf], statement.number));
  } catch (error) {
    const detail = `checkpoint ${statement.number}: ${(error as Error).message}`;
    found([{ invariant: "CHECKPOINTS", memberId, sequence: null, detail }]);
  }
  return 1;
}

async function holdHeads(
  db: Queryable,
  [checkpoint, next]: readonly [HeldCheckpoint, HeldCheckpoint | undefined],
  { upTo }: CheckpointScope,
  found: Found,
): Promise<number> {
  const [own, later] = [headsOf(checkpoint), next && headsOf(next)];
  let compared = 0;
  let some: Leaf[] = [];
  const compareSome = async () => {
    found(await offendingHeads(db, some, checkpoint.statement.number));
    some = [];
  };
  for (let leaf = await own.next(); leaf && (upTo === undefined || leaf.memberId <= upTo); leaf = await own.next()) {
    compared += 1;
    const same = await later?.ofMember(leaf.memberId);
    if (same?.sequence === leaf.sequence && same.hash.equals(leaf.hash)) continue;
    some.push(leaf);
    if (some.length === leavesAtOnce) await compareSome();
  }
  if (some.length > 0) await compareSome();
  await Promise.all([own.close(), later?.close()]);
  return compared;
}

const headsOf = ({ folder, statement }: HeldCheckpoint) => new LeafReader(folder, "heads", statement.heads);

async function offendingHeads(db: Queryable, heads: readonly Leaf[], number: number): Promise<Offence[]> {
  return (await hashesNotThere(db, heads)).map(({ memberId, sequence, isThere }) => ({
    ...{ invariant: "CHECKPOINTS", memberId, sequence },
    detail: isThere
      ? `checkpoint ${number} saw another hash: the chain was computed anew`
      : `checkpoint ${number} saw this transfer: it is gone`,
  }));
}

/** That the receipts are those of what came to the chains since the checkpoint before, neither more nor fewer. */
async function holdReceipts(
  db: Queryable,
  [checkpoint, before]: readonly [HeldCheckpoint, HeldCheckpoint | undefined],
  { upTo }: CheckpointScope,
  found: Found,
): Promise<number> {
  const { folder, statement } = checkpoint;
  const [heads, seen] = [headsOf(checkpoint), before && headsOf(before)];
  const receipts = new LeafReader(folder, "receipts", statement.receipts);
  const wrong = (leaf: Leaf, what: string) => found([receiptOffence(leaf, statement.number, what)]);
  let compared = 0;
  for (let more = true; more;) {
    const stretches = await nextStretches(heads, seen, upTo);
    more = stretches.length > 0;
    for await (const expected of receiptsBetween(db, stretches)) {
      compared += 1;
      await compareReceipt(receipts, expected, wrong);
    }
  }
  for (let rest = await receipts.next(); rest && (upTo === undefined || rest.memberId <= upTo);) {
    wrong(rest, "is gone");
    rest = await receipts.next();
  }
  await Promise.all([heads.close(), seen?.close(), receipts.close()]);
  return compared;
}

async function nextStretches(heads: LeafReader, seen: LeafReader | undefined, upTo?: string): Promise<Stretch[]> {
  const stretches: Stretch[] = [];
  while (stretches.length < leavesAtOnce) {
    const head = await heads.peek();
    if (!head || (upTo !== undefined && head.memberId > upTo)) break;
    await heads.next();
    const after = (await seen?.ofMember(head.memberId))?.sequence ?? 0n;
    if (head.sequence > after) stretches.push({ memberId: head.memberId, after, to: head.sequence });
  }
  return stretches;
}

async function compareReceipt(
  receipts: LeafReader,
  expected: Leaf,
  wrong: (leaf: Leaf, what: string) => void,
): Promise<void> {
  let leaf = await receipts.peek();
  for (; leaf && compareLeaves(leaf, expected) < 0; leaf = await receipts.peek()) {
    wrong(leaf, "is gone");
    await receipts.next();
  }
  if (!leaf || compareLeaves(leaf, expected) > 0) return wrong(expected, "was not seen by it");
  await receipts.next();
  if (!leaf.hash.equals(expected.hash)) wrong(expected, "was another");
}

function receiptOffence({ memberId, sequence }: Leaf, number: number, what: string): Offence {
  return { invariant: "CHECKPOINTS", memberId, sequence, detail: `the receipt in checkpoint ${number} ${what}` };
}
