import { readDocumentId } from "./document-id";

/** How a client names a document, which decides the words it understands when there is none. */
export type IdForm = "documentId" | "persistedQuery";

/** Which document a request asks for. */
export interface AskedDocument {
  readonly id: string | undefined;
  readonly form: IdForm;
  /** The text, where it was sent. */
  readonly query: string | undefined;
}

export interface Malformed {
  readonly malformed: string;
}

/** The parts of a body, or of the parameters of a GET, that can name a document. */
export interface AskedParts {
  readonly query: unknown;
  readonly documentId: unknown;
  readonly extensions: unknown;
}

/**
 * Reads which document is asked for: `documentId` as in GraphQL over HTTP, or `extensions.persistedQuery` as Apollo's
 * clients send it. What is no id at all is told by its shape, so that nobody looks for it in vain.
 */
export function askedDocument({ query, documentId, extensions }: AskedParts): AskedDocument | Malformed {
  const text = typeof query === "string" && query !== "" ? query : undefined;
  const persisted = isRecord(extensions) ? extensions.persistedQuery : undefined;
  const plain = absent(documentId) ? undefined : readId(documentId);
  if (plain === null) return { malformed: "documentId is no document's id, expected sha256: and 64 hex digits." };
  if (absent(persisted)) return { id: plain, form: "documentId", query: text };

  if (!isRecord(persisted) || persisted.version !== 1) return { malformed: "Unsupported persisted query version" };
  const hash = readId(persisted.sha256Hash);
  if (hash === null) return { malformed: "persistedQuery.sha256Hash is no hash, expected 64 hex digits." };
  if (plain !== undefined && plain !== hash) {
    return { malformed: "documentId and persistedQuery name different documents." };
  }
  return { id: hash, form: "persistedQuery", query: text };
}

function readId(given: unknown): string | null {
  return (typeof given === "string" ? readDocumentId(given) : undefined) ?? null;
}

function absent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
