import type { Services } from "../context";
import { headPages, receiptsBetween, type Stretch } from "./checkpoint.queries";
import { fileStatement, lastStatement, openFolder, signingKey, type CheckpointKeeper } from "./checkpoint-files";
import { signCheckpoint, type SignedCheckpoint } from "./core/checkpoint";
import type { Leaf } from "./core/leaf";
import { LeafReader, LeafWriter } from "./leaf-files";

type Writer = CheckpointKeeper & Pick<Services, "database" | "clock">;

/** Checkpoints that nobody asked for are written this long after the last, by whichever server comes first. */
const dueAfterMillis = 23.5 * 3_600_000;

/** As `writeCheckpoint`, where the last one is a day old; undefined where it is younger. */
export async function writeDueCheckpoint(services: Writer): Promise<SignedCheckpoint | undefined> {
  const last = await lastStatement(services.checkpointFolder);
  const isDue = !last || services.clock().getTime() - new Date(last.statement.at).getTime() >= dueAfterMillis;
  return isDue ? writeCheckpoint(services) : undefined;
}

/**
 * Writes down where every member's chain is, signed, outside of the database, and the receipts of what came to the chains
 * since the checkpoint before. Files are never changed; of two processes that write the same number the second leaves it
 * to the first. Needs no snapshot: what a chain holds up to a head stays as it is, whatever is posted meanwhile. Keep the
 * folder where whoever may change the database may not.
 */
export async function writeCheckpoint(services: Writer): Promise<SignedCheckpoint> {
  const { database, checkpointFolder: folder, clock } = services;
  await openFolder(folder);
  const before = (await lastStatement(folder))?.statement ?? null;
  const at = clock();
  const heads = await LeafWriter.create(folder, "heads");
  const receipts = await LeafWriter.create(folder, "receipts");
  const seen = before && new LeafReader(folder, "heads", before.heads);
  try {
    for await (const page of headPages(database.app)) {
      for (const head of page) await heads.add(head);
      for await (const receipt of receiptsBetween(database.app, await stretchesOf(page, seen))) {
        await receipts.add(receipt);
      }
    }
    const trees = { heads: await heads.finish(), receipts: await receipts.finish() };
    const signed = signCheckpoint(signingKey(services), { ...trees, at }, before);
    return (await fileStatement(folder, signed)) ? signed : ((await lastStatement(folder)) ?? signed);
  } catch (error) {
    await Promise.all([heads.discard(), receipts.discard()]);
    throw error;
  } finally {
    await seen?.close();
  }
}

/** What came to each chain since it was seen last. */
async function stretchesOf(heads: readonly Leaf[], seen: LeafReader | null): Promise<Stretch[]> {
  const stretches: Stretch[] = [];
  for (const { memberId, sequence } of heads) {
    const after = (await seen?.ofMember(memberId))?.sequence ?? 0n;
    if (sequence > after) stretches.push({ memberId, after, to: sequence });
  }
  return stretches;
}
