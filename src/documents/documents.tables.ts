import { sql } from "drizzle-orm";
import { check, text } from "drizzle-orm/pg-core";
import { instant } from "../db/columns";
import { alliance } from "../db/schemas";

/** Documents that first-party apps execute by id, and that callers set so may alone send. Rows are never deleted. */
export const trustedDocuments = alliance.table(
  "trusted_documents",
  {
    /** SHA-256 of the text in UTF-8, lower-case hex. */
    documentId: text("document_id").primaryKey(),
    /** Exactly as it was registered: another space would be another document. */
    text: text("text").notNull(),
    /** Names of its operations; those without a name are left out. */
    operations: text("operations").array().notNull(),
    /** The client project that registered it first. */
    client: text("client").notNull(),
    registeredAt: instant("registered_at").notNull(),
    /** Set while it may not be executed by id; registering it again makes it null. */
    retiredAt: instant("retired_at"),
  },
  (t) => [check("trusted_documents_id", sql`${t.documentId} = encode(sha256(convert_to(${t.text}, 'UTF8')), 'hex')`)],
);
