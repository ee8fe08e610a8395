import { eq } from "drizzle-orm";
import { Kind, type DocumentNode } from "graphql";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import type { KnownDocuments } from "../graphql/documents";
import { documentIdOf } from "./core/document-id";
import { documentsStream } from "./documents-stream";
import type { TrustedDocumentRow } from "./documents.queries";
import { trustedDocuments } from "./documents.tables";

/** What is wrong with a document, and where in its text. */
export interface DocumentProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export type Registration =
  | { readonly ok: true; readonly documentId: string; readonly outcome: "registered" | "unchanged" }
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] };

/**
 * Registers a document of a client project: valid against the schema, and held to the limits that every document is
 * held to. What is registered already stays as it is, with the client that registered it first; what was retired comes
 * back. Only the command line calls this, so who may is who may reach the database.
 */
export async function registerDocument(
  work: Work,
  input: { readonly text: string; readonly client: string; readonly documents: KnownDocuments },
): Promise<Registration> {
  const read = input.documents.read(input.text);
  if (!read.ok) return { ok: false, problems: read.errors.map(problemOf) };
  const operations = operationNames(read.document);

  const documentId = documentIdOf(input.text);
  return inTransaction(work.database.app, async (tx) => {
    const { text, client } = input;
    const fresh = { documentId, text, client, operations, registeredAt: work.now, retiredAt: null };
    const [inserted] = await tx.insert(trustedDocuments).values(fresh).onConflictDoNothing().returning();
    const byId = eq(trustedDocuments.documentId, documentId);
    const [before] = inserted ? [] : await tx.select().from(trustedDocuments).where(byId).for("update");
    if (before && before.retiredAt === null) return { ok: true, documentId, outcome: "unchanged" };
    const after = before ? { ...before, registeredAt: work.now, retiredAt: null } : fresh;
    if (before) await tx.update(trustedDocuments).set(after).where(byId);
    await recordChange(tx, work, {
      stream: documentsStream,
      action: "registerDocument",
      resource: `TrustedDocument:${documentId}`,
      ...(before ? { before: auditedDocument(before) } : {}),
      after: auditedDocument(after),
      event: { type: "document.registered", payload: { documentId, client: after.client } },
    });
    return { ok: true, documentId, outcome: "registered" };
  });
}

/** A document as the audit log tells of it: its id is the hash of its text. */
export function auditedDocument({ documentId, client, operations, retiredAt }: TrustedDocumentRow) {
  return { documentId, client, operations, retiredAt };
}

function operationNames({ definitions }: DocumentNode): string[] {
  return definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && definition.name ? [definition.name.value] : [],
  );
}

function problemOf({
  message,
  locations,
}: {
  message: string;
  locations?: readonly { line: number; column: number }[] | undefined;
}): DocumentProblem {
  const [place = { line: 1, column: 1 }] = locations ?? [];
  return { message, line: place.line, column: place.column };
}
