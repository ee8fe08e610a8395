import { asc, isNull } from "drizzle-orm";
import type { Queryable } from "../db/client";
import { trustedDocuments } from "./documents.tables";

export type TrustedDocumentRow = typeof trustedDocuments.$inferSelect;

/** By client and name, for a person to read. */
export function allTrustedDocuments(db: Queryable): Promise<TrustedDocumentRow[]> {
  return db
    .select()
    .from(trustedDocuments)
    .orderBy(asc(trustedDocuments.client), asc(trustedDocuments.operations), asc(trustedDocuments.documentId));
}

/** What may be executed by id. */
export function liveDocuments(db: Queryable): Promise<{ documentId: string; text: string }[]> {
  return db
    .select({ documentId: trustedDocuments.documentId, text: trustedDocuments.text })
    .from(trustedDocuments)
    .where(isNull(trustedDocuments.retiredAt));
}
