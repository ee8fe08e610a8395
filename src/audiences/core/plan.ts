import type { NumberRange } from "./column";
import type { Piece } from "./piece";

/**
 * A rule as it is evaluated on chunks: names have become numbers, age, tenure, windows and periods have become ranges of
 * days on the day of the moment, and each leaf says which pieces it needs. It is the same for every chunk, and can be
 * used for all of them at once.
 */
export interface AudiencePlan {
  /** What must be loaded of a chunk to evaluate it on it; the first is always the live members. */
  readonly pieces: readonly Piece[];
  readonly root: PlanNode;
  /** The parts of the outermost `all` in their order, or the whole rule as the only one: the steps of a funnel. */
  readonly conditions: readonly PlanNode[];
}

/** Numbers of pieces are places in the plan's `pieces`. */
export type PlanNode =
  | { readonly kind: "ALL"; readonly parts: readonly PlanNode[] }
  | { readonly kind: "ANY"; readonly parts: readonly PlanNode[] }
  | { readonly kind: "NOT"; readonly part: PlanNode }
  /** In one of these containers; of none: nobody. */
  | { readonly kind: "MEMBERS"; readonly pieces: readonly number[] }
  /** A value of this column in the range. */
  | { readonly kind: "RANGE"; readonly piece: number; readonly range: NumberRange }
  /** The sum over these days, 0 where nothing happened, in the range. */
  | { readonly kind: "SUM"; readonly pieces: readonly number[]; readonly range: NumberRange };
