import { createHash } from "node:crypto";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { LineSplitter, longestLineBytes, type Line } from "../../src/import/core/line-splitter";
import { idOfLine } from "../../src/import/core/line-identity";
import { inspectFile, readBatches, refuseUnreadable } from "../../src/import/read-lines";
import { isId } from "../../src/kernel/ids";

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "import-lines-"))));
afterAll(() => rm(folder, { recursive: true }));

function split(content: Buffer | string, chunkBytes = 7): Line[] {
  const bytes = Buffer.from(content);
  const splitter = new LineSplitter();
  const lines: Line[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    lines.push(...splitter.push(bytes.subarray(at, at + chunkBytes)));
  return [...lines, ...splitter.end()];
}

const texts = (lines: readonly Line[]) => lines.map((line) => line.text ?? line.problem);

describe("cutting a file into lines", () => {
  it.each([
    ["nothing in an empty file", "", []],
    ["a last line without a line break", "a\nb", ["a", "b"]],
    ["no line after the last line break", "a\nb\n", ["a", "b"]],
    ["CRLF as one line break", "a\r\nb\r\n", ["a", "b"]],
    ["empty lines in the middle", "a\n\n\nb\n", ["a", "", "", "b"]],
    ["no byte order mark", "\ufeffa\nb", ["a", "b"]],
    ["a byte order mark in the middle as text", "a\n\ufeffb", ["a", "\ufeffb"]],
  ])("finds %s", (_, content, expected) => {
    expect(texts(split(content))).toEqual(expected);
  });

  it("gives the number of a line that is not UTF-8 and goes on behind it", () => {
    const content = Buffer.concat([Buffer.from("a\n"), Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from("c")]);
    expect(split(content)).toEqual([
      { number: 1, text: "a" },
      { number: 2, problem: "the line is not UTF-8 text" },
      { number: 3, text: "c" },
    ]);
  });

  it("does not collect a line that is too long, and goes on behind it", () => {
    const lines = split(`${"x".repeat(longestLineBytes + 1)}\nb`, 65_536);
    expect(texts(lines)).toEqual([
      `the line has ${longestLineBytes + 1} bytes, expected at most ${longestLineBytes}`,
      "b",
    ]);
  });

  it("finds the same lines however the bytes arrive", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), fc.integer({ min: 1, max: 20 }), (words, chunk) => {
        const lines = words.map((word) => word.replace(/[\r\n\ufeff]/g, ""));
        const found = split(lines.map((line) => `${line}\n`).join(""), chunk);
        expect(texts(found)).toEqual(lines);
        expect(found.map((line) => line.number)).toEqual(lines.map((_, index) => index + 1));
      }),
    );
  });
});

describe("the id of what a line brings", () => {
  const digest = createHash("sha256").update("a file").digest("hex");
  const at = new Date("2018-08-01T00:00:00Z");

  it("is the same UUIDv7 every time, and another for another line or file", () => {
    const id = idOfLine({ digest, line: 1 }, at);
    expect(isId(id)).toBe(true);
    expect(id[14]).toBe("7");
    expect(idOfLine({ digest, line: 1 }, at)).toBe(id);
    expect(idOfLine({ digest, line: 2 }, at)).not.toBe(id);
    expect(idOfLine({ digest: digest.replace(/./, "z"), line: 1 }, at)).not.toBe(id);
  });

  it("sorts by instant, then by the order of lines in the file", () => {
    const place = fc.record({
      line: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      hour: fc.integer({ min: 0, max: 800_000 }),
    });
    fc.assert(
      fc.property(place, place, (a, b) => {
        const [x, y] = [a, b].map(({ line, hour }) => idOfLine({ digest, line }, new Date(+at + hour * 3_600_000)));
        expect(isId(x ?? "")).toBe(true);
        expect(Math.sign((x ?? "") < (y ?? "") ? -1 : Number(x !== y))).toBe(
          Math.sign(a.hour - b.hour || a.line - b.line),
        );
      }),
    );
  });
});

describe("reading a file", () => {
  const path = (name: string) => join(folder, name);
  const read = async (name: string, size?: number) => {
    const file = await inspectFile(path(name));
    const batches: (readonly Line[])[] = [];
    for await (const batch of readBatches(file, size)) batches.push(batch);
    return { file, batches };
  };

  it("takes a packed copy for the same file, whatever its name", async () => {
    const content = "first\nsecond\r\nthird";
    await writeFile(path("plain.gz"), content);
    await writeFile(path("packed.txt"), gzipSync(content));
    const [plain, packed] = [await read("plain.gz"), await read("packed.txt")];
    expect(packed.file.digest).toBe(plain.file.digest);
    expect(plain.file).toMatchObject({ lines: 3, digest: createHash("sha256").update(content).digest("hex") });
    expect(packed.batches).toEqual(plain.batches);
  });

  it("reads an archive of several members and hands lines on in batches", async () => {
    await writeFile(path("members.gz"), Buffer.concat([gzipSync("a\nb"), gzipSync("c\nd\n")]));
    const { batches } = await read("members.gz", 2);
    expect(batches.map(texts)).toEqual([["a", "bc"], ["d"]]);
  });

  it("refuses a truncated archive before anything of it is used", async () => {
    const packed = gzipSync(
      Array.from({ length: 20_000 }, (_, index) => `line ${index} ${Math.sin(index)}`).join("\n"),
    );
    await writeFile(path("short.gz"), packed);
    await truncate(path("short.gz"), packed.length - 2_000);
    await expect(inspectFile(path("short.gz"))).rejects.toThrow(/short\.gz is a truncated \.gz file/);
  });

  it("refuses a damaged archive", async () => {
    const packed = gzipSync("some lines\n".repeat(5_000));
    packed.fill(0x55, 40, 60);
    await writeFile(path("damaged.gz"), packed);
    await expect(inspectFile(path("damaged.gz"))).rejects.toThrow(/damaged\.gz is a damaged \.gz file/);
  });

  it("refuses what is missing, a folder or no regular file, with one line", async () => {
    await expect(refuseUnreadable(path("nothing"))).rejects.toThrow(/nothing does not exist\.$/);
    await expect(inspectFile(path("nothing"))).rejects.toThrow(/nothing does not exist\.$/);
    await expect(refuseUnreadable(folder)).rejects.toThrow(/is a folder, expected a file\.$/);
    await expect(refuseUnreadable("/dev/null")).rejects.toThrow(/is no regular file/);
  });

  it("says so when the file changed between inspection and import", async () => {
    await writeFile(path("moving"), "a\nb\n");
    const file = await inspectFile(path("moving"));
    await writeFile(path("moving"), "a\nc\n");
    const drain = async () => {
      for await (const batch of readBatches(file)) void batch;
    };
    await expect(drain()).rejects.toThrow(/changed while it was read/);
  });
});
