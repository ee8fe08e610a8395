import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { encodeMembers } from "../facts/encode-members";
import { lockMembers } from "./member-in-hand";

/**
 * Writes rows that are facts of many members, for imports: holds the members that are there, writes, and brings their
 * encodings in step, in one transaction. Without rows there is nothing to do, and `write` is not called.
 */
export async function writeFacts<Written>(
  work: Pick<Work, "services" | "now">,
  rows: readonly { readonly memberId: string }[],
  write: (tx: Tx) => Promise<Written>,
): Promise<Written | undefined> {
  if (rows.length === 0) return undefined;
  const memberIds = [...new Set(rows.map((row) => row.memberId))];
  return inTransaction(work.services.database.app, async (tx) => {
    await lockMembers(tx, memberIds);
    const written = await write(tx);
    await encodeMembers(tx, work, memberIds);
    return written;
  });
}
