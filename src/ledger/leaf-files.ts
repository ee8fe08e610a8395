import { createHash, randomBytes } from "node:crypto";
import { link, open, readFile, rm, stat, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { SignedTree } from "./core/checkpoint";
import { compareLeaves, leafOf, packLeaf, recordBytes, unpackLeaves, type Leaf, type LeafKind } from "./core/leaf";
import { blockLeaves, leafHash, merklePath, rootFrom, rootOf, type MerkleStep } from "./core/merkle";

/*
 * The leaves of a checkpoint's trees, 56 bytes each, in a file that is named by its SHA-256: it is whole or it is not that
 * file, two writers of the same leaves write the same file, and what a crash leaves behind is in nobody's way. Beside it
 * lies a small file with the hash of each block of 1,024 leaves, from which a path to the root is made without reading the
 * rest; it needs no trust, since what comes of it is held against the signed root.
 */

const blockBytes = blockLeaves * recordBytes;

export function leafFile(folder: string, kind: LeafKind, { file }: Pick<SignedTree, "file">): string {
  return join(folder, `${file}.${kind}`);
}

/** Takes leaves in the order of the file, and keeps no more than a block of them. */
export class LeafWriter {
  readonly #digest = createHash("sha256");
  readonly #open: Buffer[] = [];
  readonly #blocks: Buffer[] = [];
  #count = 0;

  private constructor(
    private readonly folder: string,
    private readonly kind: LeafKind,
    private readonly draft: string,
    private readonly file: FileHandle,
  ) {}

  static async create(folder: string, kind: LeafKind): Promise<LeafWriter> {
    const draft = join(folder, `.draft.${randomBytes(9).toString("hex")}.${kind}`);
    return new LeafWriter(folder, kind, draft, await open(draft, "wx", 0o640));
  }

  async add(leaf: Leaf): Promise<void> {
    this.#open.push(packLeaf(leaf));
    if (this.#open.length === blockLeaves) await this.#closeBlock();
  }

  async finish(): Promise<SignedTree> {
    await this.#closeBlock();
    await this.file.sync();
    await this.file.close();
    const tree = { count: this.#count, root: rootOf(this.#blocks).toString("hex"), file: this.#digest.digest("hex") };
    const name = leafFile(this.folder, this.kind, tree);
    await writeFile(`${name}.blocks`, Buffer.concat(this.#blocks), { mode: 0o640 });
    await linkOnce(this.draft, name);
    return tree;
  }

  /** For whoever does not come to an end. */
  async discard(): Promise<void> {
    await this.file.close();
    await rm(this.draft, { force: true });
  }

  async #closeBlock(): Promise<void> {
    if (this.#open.length === 0) return;
    const packed = Buffer.concat(this.#open);
    this.#blocks.push(rootOf(this.#open.map((record) => leafHash(leafOf(this.kind, record)))));
    this.#count += this.#open.length;
    this.#digest.update(packed);
    await this.file.write(packed);
    this.#open.length = 0;
  }
}

/** Gives a finished draft its name; false where the name is taken. */
export async function linkOnce(draft: string, name: string): Promise<boolean> {
  try {
    await link(draft, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function* piecesOf(name: string): AsyncGenerator<Buffer> {
  const file = await open(name, "r");
  try {
    for (;;) {
      const piece = Buffer.alloc(blockBytes);
      const { bytesRead } = await file.read(piece, 0, blockBytes);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Whether the file is what was signed; its bytes are read one piece after the other. */
export async function isSignedFile(folder: string, kind: LeafKind, tree: SignedTree): Promise<boolean> {
  const digest = createHash("sha256");
  for await (const piece of piecesOf(leafFile(folder, kind, tree))) digest.update(piece);
  return digest.digest("hex") === tree.file;
}

/** Reads leaves in their order, some thousand bytes at a time. */
export class LeafReader {
  readonly #pieces: AsyncGenerator<Buffer>;
  #leaves: readonly Leaf[] = [];
  #at = 0;

  constructor(folder: string, kind: LeafKind, tree: SignedTree) {
    this.#pieces = piecesOf(leafFile(folder, kind, tree));
  }

  /** The one that `next` will answer. */
  async peek(): Promise<Leaf | undefined> {
    if (this.#at === this.#leaves.length) {
      const piece = await this.#pieces.next();
      this.#leaves = piece.done ? [] : unpackLeaves(piece.value);
      this.#at = 0;
    }
    return this.#leaves[this.#at];
  }

  async next(): Promise<Leaf | undefined> {
    const leaf = await this.peek();
    if (leaf) this.#at += 1;
    return leaf;
  }

  /** The member's leaf, of a file with one for each; members are asked for in rising order. */
  async ofMember(memberId: string): Promise<Leaf | undefined> {
    for (;;) {
      const leaf = await this.peek();
      if (!leaf || leaf.memberId > memberId) return undefined;
      if (leaf.memberId === memberId) return leaf;
      this.#at += 1;
    }
  }

  async close(): Promise<void> {
    await this.#pieces.return(undefined);
  }
}

export interface ProvenLeaf {
  readonly leaf: Leaf;
  readonly path: readonly MerkleStep[];
}

/**
 * The first leaf at this place or behind it, with its path to the signed root; undefined where there is none. Throws where
 * the leaf does not lead to the root: the files are not those that were signed.
 */
export async function provenLeaf(
  folder: string,
  kind: LeafKind,
  tree: SignedTree,
  wanted: Pick<Leaf, "memberId" | "sequence">,
): Promise<ProvenLeaf | undefined> {
  const name = leafFile(folder, kind, tree);
  const file = await open(name, "r");
  try {
    const place = await placeOf(file, tree.count, wanted);
    if (place === tree.count) return undefined;
    const start = Math.floor(place / blockLeaves) * blockLeaves;
    const block = await readRecords(file, start, Math.min(blockLeaves, tree.count - start));
    const records = Array.from({ length: block.length / recordBytes }, (_, at) =>
      block.subarray(at * recordBytes, (at + 1) * recordBytes),
    );
    const own = records[place - start] as Buffer;
    const leaves = records.map((record) => leafOf(kind, record));
    const path = merklePath(leaves, await blockHashes(folder, kind, tree), place);
    if (rootFrom(leafOf(kind, own), path).toString("hex") !== tree.root) {
      throw new Error(`leaf ${place} of ${name} does not lead to the root that was signed`);
    }
    return { leaf: unpackLeaves(own)[0] as Leaf, path };
  } finally {
    await file.close();
  }
}

async function placeOf(file: FileHandle, count: number, wanted: Pick<Leaf, "memberId" | "sequence">): Promise<number> {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    const [leaf] = unpackLeaves(await readRecords(file, middle, 1));
    if (leaf && compareLeaves(leaf, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function readRecords(file: FileHandle, from: number, count: number): Promise<Buffer> {
  const piece = Buffer.alloc(count * recordBytes);
  await file.read(piece, 0, piece.length, from * recordBytes);
  return piece;
}

/** From the file beside the leaves, or from the leaves, where only they were copied. */
async function blockHashes(folder: string, kind: LeafKind, tree: SignedTree): Promise<Buffer[]> {
  const name = leafFile(folder, kind, tree);
  const wanted = Math.ceil(tree.count / blockLeaves) * 32;
  const isThere = await stat(`${name}.blocks`).then(
    ({ size }) => size === wanted,
    () => false,
  );
  if (isThere) {
    const packed = await readFile(`${name}.blocks`);
    return Array.from({ length: wanted / 32 }, (_, at) => packed.subarray(at * 32, (at + 1) * 32));
  }
  const blocks: Buffer[] = [];
  for await (const piece of piecesOf(name)) {
    const leaves = unpackLeaves(piece).map((leaf) => leafHash(leafOf(kind, packLeaf(leaf))));
    blocks.push(rootOf(leaves));
  }
  return blocks;
}
