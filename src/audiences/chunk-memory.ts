import { LRUCache } from "lru-cache";
import type { Db } from "../db/client";
import { piecesSince, storedPieces, type ChunkVersion } from "./chunks.queries";
import { bytesInMemory, decodePiece } from "./core/piece-encoding";
import { pieceName, type Piece, type PieceContent } from "./core/piece";

/** What a piece is held as: its content, or that nobody is in it. */
interface HeldPiece {
  readonly content: PieceContent | undefined;
}

/** What the memory's own bookkeeping takes for each piece: name, entry, list. */
const bytesBesidePiece = 250;

/**
 * Pieces of chunks in the memory of this process, the most lately used ones, up to a number of bytes.
 *
 * What is held of a chunk is always of one version of it. A chunk's version rises with every refresh, whichever server
 * does it, and its pieces say which version wrote them: so before a chunk is read, what was written since is dropped, and
 * the rest stays. What is loaded comes with the version that it is of; where that is a later one, the rest is brought up
 * to it first. So the pieces of one answer always fit each other, and two servers that read the same version agree.
 */
export class ChunkMemory {
  readonly #pieces: LRUCache<string, HeldPiece>;
  /** Of which version what is held of a chunk is. */
  readonly #versions = new Map<number, number>();
  /** Loads of one chunk follow one another, so that none drops what another has just found. */
  readonly #underWay = new Map<number, Promise<unknown>>();

  constructor(megabytes: number) {
    this.#pieces = new LRUCache({
      maxSize: Math.max(1, megabytes) * 1_048_576,
      sizeCalculation: ({ content }) => bytesBesidePiece + (content ? bytesInMemory(content) : 0),
    });
  }

  /** Bytes in use, for metrics and tests. */
  get bytes(): number {
    return this.#pieces.calculatedSize;
  }

  /** The contents of a chunk's pieces, in their order, all of the head's version or all of one later version. */
  load(app: Db, head: ChunkVersion, pieces: readonly Piece[]): Promise<readonly (PieceContent | undefined)[]> {
    const before = this.#underWay.get(head.chunk) ?? Promise.resolve();
    const loading = before.catch(() => undefined).then(() => this.#load(app, head, pieces));
    const settled = loading
      .catch(() => undefined)
      .finally(() => {
        if (this.#underWay.get(head.chunk) === settled) this.#underWay.delete(head.chunk);
      });
    this.#underWay.set(head.chunk, settled);
    return loading;
  }

  async #load(app: Db, head: ChunkVersion, pieces: readonly Piece[]): Promise<readonly (PieceContent | undefined)[]> {
    const { chunk } = head;
    await this.#bringTo(app, head);
    for (;;) {
      const found = pieces.map((piece) => this.#pieces.get(nameOf(chunk, piece)));
      const missing = pieces.filter((_, place) => found[place] === undefined);
      if (missing.length === 0) return found.map((held) => held?.content);
      const stored = await storedPieces(app, chunk, missing);
      if (!stored) return pieces.map(() => undefined);
      if (stored.head.version !== this.#versions.get(chunk)) {
        // Refreshed since the head was read.
        await this.#bringTo(app, stored.head);
        continue;
      }
      const contents = new Map(stored.pieces.map(({ kind, key, body }) => [pieceName({ kind, key, day: 0 }), body]));
      const loaded = new Map(
        missing.map((piece) => {
          const body = contents.get(pieceName(piece));
          return [piece, { content: body && body.length > 0 ? decodePiece(piece, body) : undefined }];
        }),
      );
      for (const [piece, held] of loaded) this.#pieces.set(nameOf(chunk, piece), held);
      // Not from memory, which may be too small for all of them.
      return pieces.map((piece, place) => (loaded.get(piece) ?? found[place])?.content);
    }
  }

  /** Drops what another version wrote. Never goes back: what is held may be of a later version than the head. */
  async #bringTo(app: Db, { chunk, version, rebuiltVersion }: ChunkVersion): Promise<void> {
    const known = this.#versions.get(chunk);
    if (known === undefined || known < rebuiltVersion) this.#drop(chunk);
    else if (known < version) {
      for (const { kind, key } of await piecesSince(app, chunk, known)) {
        this.#pieces.delete(nameOf(chunk, { kind, key, day: 0 }));
      }
    }
    if (known === undefined || known < version) this.#versions.set(chunk, version);
  }

  #drop(chunk: number): void {
    for (const name of this.#pieces.keys()) {
      if (name.startsWith(`${chunk} `)) this.#pieces.delete(name);
    }
  }
}

function nameOf(chunk: number, piece: Piece): string {
  return `${chunk} ${pieceName(piece)}`;
}
