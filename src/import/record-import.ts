import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import type { Till } from "./till";

/**
 * The last step of an import: one entry in the partner's chain and one event for the whole run. The rows themselves have
 * none: they come by the hundred thousand, in batches that lock no member, and each names the file and the line that it
 * was read from. What is missing of the catalogue is founded by the use cases, which record it as ever. A run that was
 * cut off leaves the entry when it is run again; a run that found everything there leaves one too, since somebody
 * imported. Counts only: what the file holds, not what was new.
 */
export async function recordImport(
  work: Work,
  till: Till,
  run: { readonly action: "importRewardsApp" | "importPurchases"; readonly counts: Readonly<Record<string, number>> },
): Promise<void> {
  const { partnerId, merchantId } = till;
  await inTransaction(work.database.app, (tx) =>
    recordChange(tx, work, {
      stream: `partner:${partnerId}`,
      action: run.action,
      resource: `Merchant:${merchantId}`,
      after: run.counts,
      event: { type: "import.completed", payload: { partnerId, merchantId, counts: run.counts } },
    }),
  );
}
