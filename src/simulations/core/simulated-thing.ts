import type { ComparedCounts } from "../../rules/core/simulation";

export const simulationStates = ["RUNNING", "DONE", "CANCELLED", "FAILED"] as const;
export type SimulationState = (typeof simulationStates)[number];

/** One side of a simulated thing, for people: what it is compared by stands in the process that runs the simulation. */
export interface SimulatedSide {
  /** Null: a rule that is no version's. */
  readonly version: number | null;
  /** Whether the moment lies in its window; where it does not, nobody has it. */
  readonly isOpen: boolean;
  /** What a member gets; null where that has no value. Minor units as a text of digits, since it is stored as JSON. */
  readonly reward: { readonly amountMinor: string; readonly currency: string } | null;
}

/** What is compared, as it is stored. */
export interface SimulatedThing {
  readonly offerId: string;
  /** Null where nothing of it is published. */
  readonly before: SimulatedSide | null;
  readonly after: SimulatedSide;
  /** What the two ask of the moment and the moment does not say. */
  readonly missingContext: readonly string[];
}

/** Beside the things; empty until the first members were counted. */
export type SimulatedCounts = readonly ComparedCounts[];

/** How often the process that runs a simulation says that it still does. */
export const heartbeatMillis = 1_000;
/** Where it has said nothing for so long, it is gone: killed, or cut off from the database. */
export const staleMillis = 30_000;
/** How long a simulation can be asked for after its last word. */
export const keptMillis = 30 * 60_000;

/** As a reader is told: what nobody runs any more has failed, though the row says that it runs. */
export function stateAt(
  { state, heartbeatAt }: { readonly state: SimulationState; readonly heartbeatAt: Date },
  now: Date,
): SimulationState {
  const isGone = state === "RUNNING" && now.getTime() - heartbeatAt.getTime() > staleMillis;
  return isGone ? "FAILED" : state;
}
