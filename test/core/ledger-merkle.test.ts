import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Leaf } from "../../src/ledger/core/leaf";
import { blockLeaves, leafHash, merklePath, rootFrom, rootOf } from "../../src/ledger/core/merkle";
import { leafFile, LeafReader, LeafWriter, isSignedFile, provenLeaf } from "../../src/ledger/leaf-files";
import { sequenceOf, transferId } from "../../src/ledger/core/transfer-id";

const sha256 = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();

/** As RFC 6962 defines it: split at the largest power of two below the number of leaves. */
function rootByDefinition(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Buffer.from([0]), leaves[0] as Buffer);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.from([1]), rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split)));
}

const leavesOf = (count: number) => Array.from({ length: count }, (_, place) => Buffer.from(`leaf ${place}`));

function blocksOf(leaves: readonly Buffer[]): Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = 0; at < leaves.length; at += blockLeaves) {
    blocks.push(rootOf(leaves.slice(at, at + blockLeaves).map(leafHash)));
  }
  return blocks;
}

describe("a Merkle tree", () => {
  it.each([0, 1, 2, 3, 5, 8, 1_023, 1_024, 1_025, 2_048, 2_049, 3_333, 5_121])(
    "of %i leaves has the root that RFC 6962 defines, also by blocks, and every leaf leads there",
    (count) => {
      const leaves = leavesOf(count);
      const blocks = blocksOf(leaves);
      const root = rootByDefinition(leaves);
      expect(rootOf(leaves.map(leafHash))).toEqual(root);
      expect(rootOf(blocks)).toEqual(root);
      const step = Math.max(1, Math.floor(count / 97));
      for (let place = 0; place < count; place += step) {
        const start = Math.floor(place / blockLeaves) * blockLeaves;
        const path = merklePath(leaves.slice(start, start + blockLeaves), blocks, place);
        expect(rootFrom(leaves[place] as Buffer, path)).toEqual(root);
        expect(rootFrom(Buffer.from("another"), path)).not.toEqual(root);
      }
    },
  );

  it("takes no node for a leaf", () => {
    const [left, right] = leavesOf(2).map(leafHash) as [Buffer, Buffer];
    expect(leafHash(Buffer.concat([left, right]))).not.toEqual(rootOf([left, right]));
  });
});

describe("a file of leaves", () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "alliance-leaves-"))));
  afterAll(() => rm(folder, { recursive: true }));

  const idOf = (number: number) => `00000000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
  /** Every second id is a member's. */
  const leaf = (place: number): Leaf => ({
    memberId: idOf(place * 2),
    sequence: BigInt(place + 1),
    hash: sha256(Buffer.from(String(place))),
  });

  async function written(count: number, kind: "heads" | "receipts" = "heads") {
    const writer = await LeafWriter.create(folder, kind);
    for (let place = 0; place < count; place++) await writer.add(leaf(place));
    return writer.finish();
  }

  it.each([
    [0, "heads"],
    [1, "receipts"],
    [2_500, "heads"],
    [2_500, "receipts"],
  ] as const)("of %i %s is read as it was written, and proves each", async (count, kind) => {
    const tree = await written(count, kind);
    expect(tree.count).toBe(count);
    expect(await isSignedFile(folder, kind, tree)).toBe(true);
    const reader = new LeafReader(folder, kind, tree);
    for (let place = 0; place < count; place++) expect(await reader.next()).toEqual(leaf(place));
    expect(await reader.next()).toBeUndefined();
    for (const place of [0, 1, 1_023, 1_024, count - 1].filter((each) => each >= 0 && each < count)) {
      expect((await provenLeaf(folder, kind, tree, leaf(place)))?.leaf).toEqual(leaf(place));
    }
    // Behind the last there is none; between two, the later one.
    expect(await provenLeaf(folder, kind, tree, { memberId: idOf(9_999), sequence: 0n })).toBeUndefined();
    if (count > 1) {
      expect((await provenLeaf(folder, kind, tree, { memberId: idOf(5), sequence: 0n }))?.leaf).toEqual(leaf(3));
    }
  });

  it("proves without the blocks beside it, where only the leaves were copied", async () => {
    const tree = await written(2_100);
    await rm(`${leafFile(folder, "heads", tree)}.blocks`);
    expect((await provenLeaf(folder, "heads", tree, leaf(2_050)))?.leaf).toEqual(leaf(2_050));
  });

  it("finds members one after the other, and none that is not there", async () => {
    const reader = new LeafReader(folder, "heads", await written(1_500));
    expect(await reader.ofMember(idOf(1))).toBeUndefined();
    expect(await reader.ofMember(idOf(2_200))).toEqual(leaf(1_100));
    expect(await reader.ofMember(idOf(2_201))).toBeUndefined();
    expect(await reader.ofMember(idOf(2_998))).toEqual(leaf(1_499));
    expect(await reader.ofMember(idOf(3_000))).toBeUndefined();
  });
});

it.each([0n, 1n, 255n, 2n ** 48n - 1n])("a transfer's number %s comes back from its id", (sequence) => {
  expect(sequenceOf(transferId(sequence))).toBe(sequence);
});
