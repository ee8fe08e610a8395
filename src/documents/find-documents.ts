import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { readManifest, type ManifestEntry } from "./core/manifest";

/**
 * The documents that lie at a path: in a `.graphql` or `.gql` file its whole text, byte by byte, since its hash is its
 * name; in a directory those of every such file below it; in a `.json` file those of a manifest. What cannot be read is
 * refused by itself, so that the rest goes on.
 */
export async function findDocuments(place: string): Promise<readonly ManifestEntry[]> {
  try {
    if ((await stat(place)).isDirectory()) return await inDirectory(place);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readFile(place));
    if (!place.endsWith(".json")) return [{ place, text }];
    return inManifest(place, text);
  } catch (error) {
    return [{ place, refusal: `cannot be read: ${reasonOf(error)}` }];
  }
}

async function inDirectory(directory: string): Promise<readonly ManifestEntry[]> {
  const names = await readdir(directory, { recursive: true });
  const files = names
    .filter((name) => /\.(graphql|gql)$/.test(name) && !/(^|[\\/])(node_modules|\.[^\\/]*)[\\/]/.test(name))
    .sort();
  if (files.length === 0) return [{ place: directory, refusal: "holds no .graphql or .gql file" }];
  const found: ManifestEntry[] = [];
  for (const file of files) found.push(...(await findDocuments(path.join(directory, file))));
  return found;
}

function inManifest(place: string, text: string): readonly ManifestEntry[] {
  const entries = readManifest(JSON.parse(text));
  if (!entries) return [{ place, refusal: 'is no manifest, expected {"<id>": "<text>"} or Apollo\'s' }];
  return entries.map((entry) => ({ ...entry, place: `${place}#${entry.place}` }));
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "it does not exist";
  if (code === "EACCES") return "access is denied";
  return code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "it is not UTF-8" : message;
}
