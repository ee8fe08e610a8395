import type { FactType } from "../../facts/core/fact";

/**
 * How a fact that a rule names is kept in chunks:
 *
 * - `KEYS`: a BOOLEAN, ENUM or SET by containers; BOOLEAN choices are "true" and "false";
 * - `COLUMN`: a NUMBER or DATE, by its "known" key;
 * - `AGE` and `TENURE`: full years and days up to the day of the moment, from the column of a birth day or joining day;
 * - `HISTORY`: the sum over a counter's period, from day columns; 0 where nothing happened, so known of everybody;
 * - `CONTEXT`: known of a moment only: a rule that asks for it has no audience.
 */
export type AudienceFact =
  | {
      readonly kind: "KEYS";
      readonly type: Extract<FactType, "BOOLEAN" | "ENUM" | "SET">;
      readonly knownKey: number;
      /** Undefined where nobody ever had the choice. */
      choiceKey(choice: string): number | undefined;
    }
  | { readonly kind: "COLUMN"; readonly type: Extract<FactType, "NUMBER" | "DATE">; readonly key: number }
  | { readonly kind: "AGE" | "TENURE"; readonly key: number }
  | { readonly kind: "HISTORY"; readonly key: number; readonly firstDay: number; readonly lastDay: number }
  | { readonly kind: "CONTEXT" };

/** What a plan is made with: the room answers from the registry of facts and from `fact_keys`. */
export interface AudienceFacts {
  /** Undefined for a fact that nobody has: no key of it was ever given. */
  factOf(name: string): AudienceFact | undefined;
  /** The number of an uploaded list by the code of its audience; undefined where there is none: nobody. */
  listOf(code: string): number | undefined;
}

/** The day on which a rule is evaluated, which says what ages, windows and periods are. */
export interface AudienceMoment {
  /** yyyy-mm-dd in the alliance's zone. */
  readonly today: string;
}
