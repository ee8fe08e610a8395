import type { Column } from "./column";
import type { Container } from "./container";
import type { DayColumn } from "./day-column";

/**
 * Members are numbered within chunks of this many: a member is (chunk, position), and a chunk is complete in itself, so
 * that chunks can stand on different shards and their counts add up.
 */
export const chunkSize = 65_536;

/**
 * What a chunk is stored in, loaded in and refreshed in:
 *
 * - `KEY`: the members who have a key of `fact_keys`, "known" or a choice (a Container);
 * - `COLUMN`: the values of a NUMBER or DATE fact, under its "known" key (a Column);
 * - `DAY`: what a history counter counted on one day, under the "known" key of its fact (a DayColumn);
 * - `LIST`: the members of an uploaded audience, under the number of the list (a Container);
 * - `LIVE`: the members who may be in an audience at all: active, with the consent to be selected (a Container).
 */
export const pieceKinds = ["KEY", "COLUMN", "DAY", "LIST", "LIVE"] as const;
export type PieceKind = (typeof pieceKinds)[number];

/** The name of one stored value within a chunk. What is not stored is nobody. */
export interface Piece {
  readonly kind: PieceKind;
  /** A number of `fact_keys`; of a `LIST` the list's; 0 of `LIVE`. */
  readonly key: number;
  /** Of a `DAY` in days since 1970-01-01; 0 of all others. */
  readonly day: number;
}

export type PieceContent = Container | Column | DayColumn;

export const livePiece: Piece = { kind: "LIVE", key: 0, day: 0 };
export const keyPiece = (key: number): Piece => ({ kind: "KEY", key, day: 0 });
export const columnPiece = (key: number): Piece => ({ kind: "COLUMN", key, day: 0 });
export const dayPiece = (key: number, day: number): Piece => ({ kind: "DAY", key, day });
export const listPiece = (list: number): Piece => ({ kind: "LIST", key: list, day: 0 });

/** One text for one piece: what memories look it up by. */
export function pieceName({ kind, key, day }: Piece): string {
  return kind === "DAY" ? `${kind} ${key} ${day}` : `${kind} ${key}`;
}
