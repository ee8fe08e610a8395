import type { SQL } from "drizzle-orm";
import type { Actor } from "../auth/core/actor";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { CounterMetric } from "./core/counter";
import type { FactDefinition } from "./core/fact";
import type { FactNumbers } from "./fact-numbers";

/**
 * What one room knows of members that rules may ask. The rooms stand in src/fact-rooms.ts, which hands them to whoever
 * encodes: a room that registered itself when its module is loaded would be missing where a command line does not load
 * it, and encodings would silently be without its facts.
 */
export interface FactRoom {
  /** The facts that the caller may name in a rule. */
  definitions?(snapshot: CatalogueSnapshot, actor: Actor): readonly FactDefinition[];
  /** A select of `storedColumns` of the members that are asked; of each member every fact once. */
  stored?(asked: AskedMembers): SQL;
  /** Where it also has rows under the ids that were merged into a member: `stored` asks `owners` whose each is. */
  readonly underAliases?: boolean;
  /** What it records of members that history counters count. */
  readonly history?: RecordedHistory;
}

/**
 * What `stored` selects, in this order: `member_id uuid, fact text, type text, value jsonb, lapses_at timestamptz`. The
 * last is the first instant at which the fact changes by itself, or null.
 */
export interface AskedMembers {
  /** `uuid[]` of all ids, so that a cluster finds the shards: `member_id = any(${ids})`. */
  readonly ids: SQL;
  /** For joins, `o (owner_id, member_id)`: under which ids each member has rows. */
  readonly owners: SQL;
  /** `timestamptz`; what holds at this instant is stored. */
  readonly now: SQL;
  /** Text; IANA zone whose days count. */
  readonly timeZone: SQL;
}

export interface RecordedHistory {
  readonly metrics: readonly CounterMetric[];
  /** A statement that keeps everybody from recording until the transaction ends, and waits for who does already. */
  readonly hold: SQL;
  /** What `countHistory` takes, of everything that happened at this instant or later. */
  recordedSince(from: Date): SQL;
}

/** What a process needs to encode members and to read encodings. */
export interface Facts {
  readonly rooms: readonly FactRoom[];
  readonly numbers: FactNumbers;
}
