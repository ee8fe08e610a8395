import { eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { documentsStream } from "./documents-stream";
import { trustedDocuments } from "./documents.tables";
import { auditedDocument } from "./register-document";

/** Lets a document be executed by id no longer. Retiring it again changes nothing. Only the command line calls this. */
export async function retireDocument(work: Work, documentId: string): Promise<"retired" | "unchanged" | "unknown"> {
  return inTransaction(work.database.app, async (tx) => {
    const byId = eq(trustedDocuments.documentId, documentId);
    const [before] = await tx.select().from(trustedDocuments).where(byId).for("update");
    if (!before) return "unknown";
    if (before.retiredAt !== null) return "unchanged";
    await tx.update(trustedDocuments).set({ retiredAt: work.now }).where(byId);
    await recordChange(tx, work, {
      stream: documentsStream,
      action: "retireDocument",
      resource: `TrustedDocument:${documentId}`,
      before: auditedDocument(before),
      after: auditedDocument({ ...before, retiredAt: work.now }),
      event: { type: "document.retired", payload: { documentId, client: before.client } },
    });
    return "retired";
  });
}
