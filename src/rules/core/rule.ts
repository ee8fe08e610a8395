/**
 * A rule: a typed condition over facts of a member in a moment. The tree is the truth; its text form and its canonical
 * form are made from it. It has two values: a leaf on a fact that is absent is false, and its `not` is therefore true.
 *
 * As JSON it is what is stored in contents, and hashed.
 */
export type Rule = AllRule | AnyRule | NotRule | Leaf;

/** Every one of them holds. Never empty: what is for everybody has no rule. */
export interface AllRule {
  readonly all: readonly Rule[];
}

/** At least one of them holds. Never empty. */
export interface AnyRule {
  readonly any: readonly Rule[];
}

export interface NotRule {
  readonly not: Rule;
}

export type Leaf =
  | HasLeaf
  | EqualsLeaf
  | OneOfLeaf
  | BetweenLeaf
  | DateBetweenLeaf
  | WithinLastLeaf
  | NotWithinLastLeaf
  | ContainsLeaf
  | AudienceLeaf;

/** The fact is known, whatever its value; of a BOOLEAN also when it is false. */
export interface HasLeaf {
  readonly has: { readonly fact: string };
}

/** BOOLEAN, ENUM, NUMBER or DATE (yyyy-mm-dd) is this value. */
export interface EqualsLeaf {
  readonly equals: { readonly fact: string; readonly value: boolean | number | string };
}

/** An ENUM is one of these choices. */
export interface OneOfLeaf {
  readonly oneOf: { readonly fact: string; readonly choices: readonly string[] };
}

/** A NUMBER lies between the ends, of which one may be absent: at most one of the lower two and one of the upper two. */
export interface BetweenLeaf {
  readonly between: {
    readonly fact: string;
    readonly atLeast?: number;
    readonly above?: number;
    readonly atMost?: number;
    readonly below?: number;
  };
}

/**
 * A DATE lies between the ends, both included (yyyy-mm-dd); an INSTANT lies in the half-open `[from, to)` (ISO 8601 with
 * an offset or Z). One end may be absent.
 */
export interface DateBetweenLeaf {
  readonly dateBetween: { readonly fact: string; readonly from?: string; readonly to?: string };
}

/** A DATE is today or at most `days` days ago, on the day of the moment; a day to come is not. */
export interface WithinLastLeaf {
  readonly withinLast: { readonly fact: string; readonly days: number };
}

/** A DATE is known and more than `days` days ago; `not withinLast` holds for an absent date and a day to come, too. */
export interface NotWithinLastLeaf {
  readonly notWithinLast: { readonly fact: string; readonly days: number };
}

/** A SET holds at least one of these choices. */
export interface ContainsLeaf {
  readonly contains: { readonly fact: string; readonly choices: readonly string[] };
}

/** The member belongs to the saved audience of this code, as it is published at the moment. */
export interface AudienceLeaf {
  readonly audience: { readonly code: string };
}

export const leafOperators = [
  "has",
  "equals",
  "oneOf",
  "between",
  "dateBetween",
  "withinLast",
  "notWithinLast",
  "contains",
  "audience",
] as const;
export type LeafOperator = (typeof leafOperators)[number];
