/** Where a fact comes from, which also says how it is named: a tag by its code alone, the others with the prefix. */
export const factSources = ["TAG", "MEMBER", "CONTEXT", "HISTORY"] as const;
export type FactSource = (typeof factSources)[number];

/**
 * - `BOOLEAN`, `ENUM` (one choice), `NUMBER` (at most 15 digits), `DATE` (a calendar day), `SET` (several choices).
 * - `INSTANT`: a point in time, such as the moment of the request.
 */
export const factTypes = ["BOOLEAN", "ENUM", "NUMBER", "DATE", "SET", "INSTANT"] as const;
export type FactType = (typeof factTypes)[number];

/** One thing that a rule may ask of a member in a moment. */
export interface FactDefinition {
  /** A tag's code (`monthly_spend`), or `member.age`, `context.scene`, `history.purchases_90d`. */
  readonly name: string;
  readonly source: FactSource;
  readonly type: FactType;
  /** The allowed choices of an ENUM or SET; null where any text may be one (codes of merchants and outlets). */
  readonly choices: readonly string[] | null;
  /** Of a NUMBER, for people: `years`, `CNY`. */
  readonly unit: string | null;
  /** True where every member, or every moment, has a value: such a fact is never absent. */
  readonly alwaysKnown: boolean;
}

/**
 * A fact's value as rules compare it: boolean, a choice or a calendar day (yyyy-mm-dd) or an instant (ISO 8601, UTC) as
 * text, a number, a sorted set of choices.
 */
export type FactValue = boolean | string | number | readonly string[];
