import type { Services } from "../context";
import type { Rule } from "../rules/core/rule";
import type { CountedFact } from "./audience-facts-of";
import type { ChunkHead } from "./chunks.queries";
import type { Piece, PieceContent } from "./core/piece";

/** The history counters that some rules ask for, on one day. */
export interface AskedCounters {
  factOf(fact: string): CountedFact | undefined;
  load(head: ChunkHead, pieces: readonly Piece[]): Promise<readonly (PieceContent | undefined)[]>;
}

export async function countersOf(services: Services, rules: readonly Rule[], today: string): Promise<AskedCounters> {
  void services;
  void rules;
  void today;
  return Promise.resolve({
    factOf: () => undefined,
    load: (_, pieces) => Promise.resolve(pieces.map(() => undefined)),
  });
}
