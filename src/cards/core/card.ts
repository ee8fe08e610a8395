import { done, refuse, type Result } from "../../kernel/result";

export const cardStates = ["ACTIVE", "FROZEN", "CLOSED"] as const;
/** A frozen card's rights rest until it is unfrozen; a closed card's rights ended. */
export type CardState = (typeof cardStates)[number];

export const cardSteps = ["FREEZE", "UNFREEZE", "CLOSE", "REPLACE", "CHANGE_PRODUCT"] as const;
export type CardStep = (typeof cardSteps)[number];

const next: Readonly<Record<CardState, Partial<Record<CardStep, CardState>>>> = {
  ACTIVE: { FREEZE: "FROZEN", CLOSE: "CLOSED", REPLACE: "ACTIVE", CHANGE_PRODUCT: "ACTIVE" },
  FROZEN: { UNFREEZE: "ACTIVE", CLOSE: "CLOSED", REPLACE: "FROZEN" },
  CLOSED: {},
};

/** The state after a step, or why it is not allowed. A replacement of lost plastic leaves the card frozen if it was. */
export function stepCard(state: CardState, step: CardStep): Result<CardState, "WRONG_STATE"> {
  const after = next[state][step];
  if (after) return done(after);
  const allowed = Object.keys(next[state]);
  return refuse(
    "WRONG_STATE",
    `The card is ${state}; ${step} is not allowed, expected ${allowed.join(", ") || "no step"}.`,
  );
}

/**
 * How a package came to fill a place: chosen by the member, by default, as what the slot always holds, by the tier that
 * the member has, or by a swap.
 */
export const electionWays = ["CHOSEN", "DEFAULT", "FIXED", "TIER", "SWAP"] as const;
export type ElectionWay = (typeof electionWays)[number];

export const electionStates = ["ACTIVE", "REPLACED", "SWAPPED", "ENDED"] as const;
/** `REPLACED` within the election window, which is no swap. An active election of a cycle that is over is history. */
export type ElectionState = (typeof electionStates)[number];

export const swapStates = ["QUOTED", "PAYING", "SWAPPED", "VOID"] as const;
/** `PAYING` while points are held for it: what a crash leaves there is finished or given back. */
export type SwapState = (typeof swapStates)[number];
