import type { Db, Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { chainPage, headlessStreams, headsAfter } from "./audit.queries";
import { chainStart, problemsOfEnd, problemsOfEntry, type ChainEnd, type Offender } from "./core/chain";

export interface AuditVerdict {
  readonly streams: number;
  readonly entries: number;
  /** All that was found wrong is counted here, the first hundred of it named in `offenders`. */
  readonly problems: number;
  readonly offenders: readonly Offender[];
}

const namedOffenders = 100;
const streamsAtOnce = 500;
const entriesAtOnce = 2_000;

/**
 * Reads every chain, or one stream's, and computes it again. Runs on one snapshot, so that writers may go on. What it
 * cannot see is a chain that was rewritten or deleted whole together with its head by somebody who owns the database:
 * against that, heads are kept elsewhere (docs/decisions/0009-audit-chain.md).
 */
export async function verifyAudit(db: Db, options: { readonly stream?: string } = {}): Promise<AuditVerdict> {
  const snapshot = { isolation: "repeatable read", readOnly: true } as const;
  return inTransaction(db, (tx) => verifySnapshot(tx, options.stream), snapshot);
}

async function verifySnapshot(tx: Tx, only: string | undefined): Promise<AuditVerdict> {
  const tally = { streams: 0, entries: 0, problems: 0, offenders: [] as Offender[] };
  const found = (offenders: readonly Offender[]) => {
    tally.problems += offenders.length;
    tally.offenders.push(...offenders.slice(0, namedOffenders - tally.offenders.length));
  };
  for (let after = ""; ;) {
    const heads = await headsAfter(tx, after, streamsAtOnce, only);
    tally.streams += heads.length;
    tally.entries += await verifyChains(tx, new Map(heads.map((head) => [head.stream, head])), found);
    const last = heads.at(-1);
    if (!last || heads.length < streamsAtOnce || only !== undefined) break;
    after = last.stream;
  }
  for (const { stream, sequence } of await headlessStreams(tx, namedOffenders, only)) {
    tally.streams += 1;
    found(problemsOfEnd(stream, { sequence, hash: chainStart.hash }, undefined));
  }
  return tally;
}

/** Checks the chains of some heads and answers how many entries they have. */
async function verifyChains(
  tx: Tx,
  heads: ReadonlyMap<string, ChainEnd>,
  found: (offenders: readonly Offender[]) => void,
): Promise<number> {
  const ends = new Map<string, ChainEnd>();
  const streams = [...heads.keys()];
  let entries = 0;
  for (let after = { stream: "", sequence: 0n }; streams.length > 0;) {
    const page = await chainPage(tx, streams, after, entriesAtOnce);
    for (const entry of page) {
      found(problemsOfEntry(ends.get(entry.stream) ?? chainStart, entry));
      ends.set(entry.stream, entry);
    }
    entries += page.length;
    const last = page.at(-1);
    if (!last || page.length < entriesAtOnce) break;
    after = last;
  }
  for (const [stream, head] of heads) found(problemsOfEnd(stream, ends.get(stream) ?? chainStart, head));
  return entries;
}
