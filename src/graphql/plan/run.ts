import type { Args, PlanContext } from "./fields";
import type { OpenedPage } from "./pages";

/** The document asks for something that no plan says; the resolvers answer it. Found while a plan is made. */
export class Unplanned extends Error {
  override readonly name = "Unplanned";
}

/**
 * This request is one for the resolvers after all: an argument to be refused, a row with a history elsewhere, a null
 * where the schema has none. A plan never words an error: whatever is not a plain answer is declined, and what was read
 * for it is forgotten.
 */
export class Declined extends Error {
  override readonly name = "Declined";
}

/** A row as it is read from the answer: its values and the rows below it, by the places of its shape. */
export type ReadRow = readonly unknown[];

/** One request that a plan answers. */
export interface Run {
  readonly context: PlanContext;
  /** The arguments of the planned fields, by the place that the plan gave each. */
  readonly args: readonly Args[];
  /** Keys of the rows that statements start from, by statement. */
  readonly keys: readonly (string | null)[];
  /** The pages of connections, by the place that the plan gave each. */
  readonly pages: readonly OpenedPage[];
  /** What the statements answered, by statement: their rows. */
  readonly answers: readonly unknown[];
}

/** Writes one value of the answer as JSON text. */
export type Write<Input = never> = (input: Input, run: Run) => string;

/** A parameter of a statement that is known when the plan runs. */
export class Binding {
  constructor(readonly read: (run: Run) => unknown) {}
}
