import { createHash } from "node:crypto";

/** The id of a document: SHA-256 of its exact text, lower-case hex. */
export function documentIdOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * The id out of `sha256:<hex>`, as GraphQL over HTTP writes it, or out of the bare hex that generated clients send.
 * Undefined for what cannot be one.
 */
export function readDocumentId(given: string): string | undefined {
  const hex = given.replace(/^sha256:/, "");
  return /^[0-9a-f]{64}$/.test(hex) ? hex : undefined;
}
