import { createHash } from "node:crypto";
import { canonicalJson } from "../kernel/canonical-json";
import { done, refuse, type Result } from "../kernel/result";
import type { VersionCodec } from "./version-codec";

/** A content as it is stored: plain JSON with the SHA-256 of its canonical text, in hex. */
export interface StoredContent {
  readonly content: unknown;
  readonly contentHash: string;
}

/** Throws RangeError for what JSON or `jsonb` cannot hold; a content from outside goes through `checkedContent`. */
export function storedContent<Content>(codec: VersionCodec<Content>, content: Content): StoredContent {
  const text = canonicalJson(codec.serialise(content));
  return { content: JSON.parse(text) as unknown, contentHash: createHash("sha256").update(text).digest("hex") };
}

/** A content from outside as it will be stored, or the codec's refusals of it. */
export function checkedContent<Content>(codec: VersionCodec<Content>, content: Content): Result<StoredContent> {
  const stored = orRefusal(codec, content);
  if (!stored.ok) return stored;
  const checked = codec.parse(stored.value.content);
  return checked.ok ? stored : checked;
}

function orRefusal<Content>(codec: VersionCodec<Content>, content: Content): Result<StoredContent> {
  try {
    return done(storedContent(codec, content));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse(
      "INVALID_INPUT",
      "The content holds a character that cannot be stored (NUL, half a surrogate pair).",
      ["input"],
    );
  }
}
