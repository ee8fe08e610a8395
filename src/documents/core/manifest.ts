import { z } from "zod";
import { documentIdOf, readDocumentId } from "./document-id";

/** A document of a client project, with the name of the place that a person finds it at. */
export interface FoundDocument {
  readonly place: string;
  readonly text: string;
}

/** Apollo's: `{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id", "body", …}]}`. */
const apolloManifest = z.object({
  format: z.literal("apollo-persisted-query-manifest"),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string(), body: z.string() })),
});

/** What the code generator's client preset writes: `{"<id>": "<text>"}`. */
const idToText = z.record(z.string(), z.string());

export type ManifestEntry = FoundDocument | { readonly place: string; readonly refusal: string };

/**
 * The documents of a manifest. One whose id is not the SHA-256 of its text is refused by itself: its client would ask
 * for it by an id that nobody can find. Undefined where the JSON is no manifest of a known form.
 */
export function readManifest(json: unknown): readonly ManifestEntry[] | undefined {
  const apollo = apolloManifest.safeParse(json);
  if (apollo.success) return apollo.data.operations.map(({ id, body }) => entryOf(id, body));
  const plain = idToText.safeParse(json);
  return plain.success ? Object.entries(plain.data).map(([id, text]) => entryOf(id, text)) : undefined;
}

function entryOf(id: string, text: string): ManifestEntry {
  const expected = documentIdOf(text);
  if (readDocumentId(id) === expected) return { place: id, text };
  const refusal = `the id is not the SHA-256 of its text, expected ${expected}; let the generator hash with sha256`;
  return { place: id.slice(0, 100), refusal };
}
