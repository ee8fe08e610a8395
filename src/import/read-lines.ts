import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { describeFileFailure, FileRefusal } from "./file-refusal";
import { LineSplitter, type Line } from "./core/line-splitter";

/** A file that was read once from beginning to end: what it is known by, and how much there is to do. */
export interface InputFile {
  readonly path: string;
  /** SHA-256 of the content, decompressed; hexadecimal. */
  readonly digest: string;
  readonly lines: number;
}

/** How many lines are handed on together. */
export const linesPerBatch = 2_000;

/**
 * Reads the whole file, plain or gzip by its first bytes, to know its digest before anything of it is imported; so a
 * damaged or truncated archive is refused (FileRefusal) while nothing has happened yet.
 */
export async function inspectFile(path: string): Promise<InputFile> {
  const splitter = new LineSplitter();
  const hash = createHash("sha256");
  let lines = 0;
  for await (const chunk of contentOf(path)) {
    hash.update(chunk);
    lines += splitter.push(chunk).length;
  }
  lines += splitter.end().length;
  return { path, digest: hash.digest("hex"), lines };
}

/**
 * The lines of an inspected file in batches. The next batch is read when it is asked for, so memory holds about one
 * batch and the stream's buffers. Throws FileRefusal at the end where the content is no longer what was inspected.
 */
export async function* readBatches(file: InputFile, size = linesPerBatch): AsyncGenerator<readonly Line[], void, void> {
  const splitter = new LineSplitter();
  const hash = createHash("sha256");
  let batch: Line[] = [];
  for await (const chunk of contentOf(file.path)) {
    hash.update(chunk);
    for (const line of splitter.push(chunk)) {
      batch.push(line);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
  }
  batch.push(...splitter.end());
  if (batch.length > 0) yield batch;
  if (hash.digest("hex") !== file.digest) {
    throw new FileRefusal(`The file ${file.path} changed while it was read; run the import again.`);
  }
}

/** Refuses (FileRefusal) what cannot be read at all, without reading it. */
export async function refuseUnreadable(path: string): Promise<void> {
  try {
    await isGzip(path);
  } catch (error) {
    throw describeFileFailure(path, error) ?? error;
  }
}

/** The decompressed bytes. Every failure of the file system or the archive comes as a FileRefusal. */
async function* contentOf(path: string): AsyncGenerator<Buffer, void, void> {
  try {
    const packed = await isGzip(path);
    const source = createReadStream(path);
    // `pipeline` passes an error of the source on to whoever reads the unpacked side, and closes both when it stops.
    const content = packed ? pipeline(source, createGunzip(), () => undefined) : source;
    yield* content as AsyncIterable<Buffer>;
  } catch (error) {
    throw describeFileFailure(path, error) ?? error;
  }
}

/** By content, not by name: the two bytes with which every gzip file begins. */
async function isGzip(path: string): Promise<boolean> {
  const found = await stat(path);
  if (found.isDirectory()) throw new FileRefusal(`The file ${path} is a folder, expected a file.`);
  if (!found.isFile())
    throw new FileRefusal(`The file ${path} is no regular file; it is read twice, so a pipe will not do.`);
  const handle = await open(path);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
