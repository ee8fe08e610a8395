import type { Services } from "../context";
import { declaredCounters, historySums } from "../facts/history-sums";
import { factsOf } from "../rules/core/rule-nodes";
import type { Rule } from "../rules/core/rule";
import type { CountedFact } from "./audience-facts-of";
import { memberIdsOfChunk, type ChunkHead } from "./chunks.queries";
import type { DayColumn } from "./core/day-column";
import type { Piece } from "./core/piece";

/** The history counters that some rules ask for, at one moment. */
export interface AskedCounters {
  factOf(fact: string): CountedFact | undefined;
  /** In the order of the pieces. */
  load(head: ChunkHead, pieces: readonly Piece[]): Promise<readonly (DayColumn | undefined)[]>;
}

/**
 * Counters as pieces of chunks. They are not kept in chunks but read when a rule asks for one: every purchase would
 * otherwise rewrite the day of its chunk, and a preview with a counter is rare. The database adds the days up, so that a
 * counter has one piece, which stands for its whole period. Reading one costs about 0.2 s for a full chunk.
 */
export async function countersOf(
  { database }: Pick<Services, "database">,
  rules: readonly Rule[],
  at: Date,
): Promise<AskedCounters> {
  const asked = [...new Set(rules.flatMap(factsOf))].filter((fact) => fact.startsWith(prefix));
  const declared = await declaredCounters(
    database.app,
    asked.map((fact) => fact.slice(prefix.length)),
  );
  const keys = new Map(declared.map((code, key) => [`${prefix}${code}`, key]));
  return {
    factOf(fact) {
      const key = keys.get(fact);
      return key === undefined ? undefined : { key, firstDay: 0, lastDay: 0 };
    },
    async load({ chunk }, pieces) {
      const memberIds = await memberIdsOfChunk(database.app, chunk);
      const columns: (DayColumn | undefined)[] = [];
      for (const { key } of pieces) {
        const code = declared[key];
        columns.push(
          code === undefined ? undefined : columnOf(memberIds, await historySums(database.app, code, memberIds, at)),
        );
      }
      return columns;
    },
  };
}

const prefix = "history.";

/** Members stand in the order of their positions, from 0. */
function columnOf(memberIds: readonly string[], sums: ReadonlyMap<string, number>): DayColumn {
  const counted = memberIds.flatMap((memberId, position) => {
    const amount = sums.get(memberId) ?? 0;
    return amount === 0 ? [] : [{ position, amount }];
  });
  return {
    positions: Uint16Array.from(counted, ({ position }) => position),
    amounts: Float64Array.from(counted, ({ amount }) => amount),
  };
}
