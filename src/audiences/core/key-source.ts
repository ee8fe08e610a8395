import type { Piece, PieceContent } from "./piece";

/**
 * Where an evaluation gets the pieces of a chunk from. All that a plan asks for is loaded before a chunk is evaluated,
 * which then runs without waiting: so the source may keep what it likes in memory and read the rest from the database
 * in one statement.
 */
export interface KeySource {
  /**
   * The contents in the order of the pieces; undefined where nothing is stored. They are never written to afterwards,
   * neither by the evaluation nor by the source: a change makes a new content.
   */
  load(chunk: number, pieces: readonly Piece[]): Promise<readonly (PieceContent | undefined)[]>;
}
