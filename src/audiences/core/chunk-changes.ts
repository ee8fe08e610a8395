import type { EncodedFacts } from "../../facts/core/encoding";
import { applyColumnChanges, Column } from "./column";
import { applyChanges, type Container } from "./container";
import { columnPiece, keyPiece, livePiece, pieceName, type Piece, type PieceContent } from "./piece";

/**
 * How chunks follow the members. A member's place must be taken out of the pieces that the member was in and put into
 * those that the member is in now, so the refresh has to know which the first are. Two ways were possible:
 *
 * - to look the place up in all pieces of the chunk: nothing more is stored, but a single changed tag reads the whole
 *   chunk, some 6,000 pieces and 40 MB with 5,000 tags;
 * - to keep the encoding that was taken up last, and compare it with the present one: only pieces that change are read
 *   and written, two or three for one tag.
 *
 * This is the second: 0.8 KB are kept for a member with 150 tags. It also makes a refresh that is repeated harmless:
 * nothing differs any longer.
 */
export interface MemberChange {
  readonly position: number;
  /** What the chunk has taken up of the member; null for a new one. */
  readonly before: EncodedFacts | null;
  /** What is to be taken up; null where the member is deleted or moves to another chunk. */
  readonly after: EncodedFacts | null;
}

/** What changes in one chunk, by piece. */
export interface ChunkChanges {
  /** The pieces that change: what must be loaded, changed and stored. */
  readonly pieces: readonly Piece[];
  /** The new content of a piece; empty where nobody is in it any longer. */
  apply(piece: Piece, content: PieceContent | undefined): PieceContent;
}

/**
 * What follows from changed members of a chunk, each at most once. A member is live who has all of these keys: status
 * and consent are facts like others.
 */
export function changesOf(members: Iterable<MemberChange>, liveKeys: readonly number[]): ChunkChanges {
  const changes = new CollectedChanges();
  for (const { position, before, after } of members) {
    changes.compareKeys(before?.keys ?? none, after?.keys ?? none, position);
    changes.compareValues(before, after, position);
    const wasLive = isLive(before, liveKeys);
    if (wasLive !== isLive(after, liveKeys)) changes.members(livePiece).set(position, !wasLive);
  }
  return changes;
}

export function isLive(facts: EncodedFacts | null, liveKeys: readonly number[]): boolean {
  return facts !== null && liveKeys.every((key) => facts.keys.includes(key));
}

const none = new Int32Array(0);

class CollectedChanges implements ChunkChanges {
  readonly #pieces = new Map<string, Piece>();
  /** Whether a position is in the container from now on, by piece. */
  readonly #members = new Map<string, Map<number, boolean>>();
  readonly #values = new Map<string, Map<number, number | undefined>>();

  get pieces(): readonly Piece[] {
    return [...this.#pieces.values()];
  }

  /** Both lists ascend, so one walk finds what is in one of them alone. */
  compareKeys(before: Int32Array, after: Int32Array, position: number): void {
    let old = 0;
    let next = 0;
    while (old < before.length || next < after.length) {
      const gone = before[old] ?? Infinity;
      const come = after[next] ?? Infinity;
      if (gone !== come) this.members(keyPiece(Math.min(gone, come))).set(position, come < gone);
      if (gone <= come) old += 1;
      if (come <= gone) next += 1;
    }
  }

  compareValues(before: EncodedFacts | null, after: EncodedFacts | null, position: number): void {
    const now = new Map<number, number>();
    after?.slots.forEach((slot, place) => now.set(slot, after.values[place]!));
    before?.slots.forEach((slot, place) => {
      const value = now.get(slot);
      if (value !== before.values[place]) this.#valuesOf(slot).set(position, value);
      now.delete(slot);
    });
    for (const [slot, value] of now) this.#valuesOf(slot).set(position, value);
  }

  members(piece: Piece): Map<number, boolean> {
    return this.#changesOf(this.#members, piece);
  }

  apply(piece: Piece, content: PieceContent | undefined): PieceContent {
    const name = pieceName(piece);
    if (piece.kind === "COLUMN") {
      if (content !== undefined && !(content instanceof Column)) throw new Error(`${name} is no column`);
      return applyColumnChanges(content, this.#values.get(name) ?? new Map<number, number>());
    }
    const [additions, removals]: [number[], number[]] = [[], []];
    for (const [position, isIn] of this.#members.get(name) ?? []) (isIn ? additions : removals).push(position);
    return applyChanges(content as Container | undefined, additions, removals);
  }

  #valuesOf(slot: number): Map<number, number | undefined> {
    return this.#changesOf(this.#values, columnPiece(slot));
  }

  #changesOf<Change>(all: Map<string, Map<number, Change>>, piece: Piece): Map<number, Change> {
    const name = pieceName(piece);
    let changes = all.get(name);
    if (!changes) {
      changes = new Map();
      all.set(name, changes);
      this.#pieces.set(name, piece);
    }
    return changes;
  }
}
