import { done, refuse, type Result } from "../../kernel/result";

/**
 * The states of one use of an entitlement:
 *
 *     RESERVED → CONFIRMED → COMPLETED → REVERSED
 *         └────────┴──→ RELEASED
 *
 * - `RESERVED`: quota and stock are set aside until a time; when that is over the reservation lapses by itself.
 * - `CONFIRMED`: the member, the till or the supplier takes it; it lapses no more.
 * - `COMPLETED`: the service was given, and what is owed for it stands.
 * - `RELEASED`: given up before it was completed; quota and stock are as if it had never been.
 * - `REVERSED`: completed and taken back; quota returns to the period in which it was used.
 */
export const redemptionStates = ["RESERVED", "CONFIRMED", "COMPLETED", "RELEASED", "REVERSED"] as const;
export type RedemptionState = (typeof redemptionStates)[number];

export const redemptionSteps = ["CONFIRM", "COMPLETE", "RELEASE", "LAPSE", "REVERSE"] as const;
export type RedemptionStep = (typeof redemptionSteps)[number];

/** Every state × step; what is not there is refused. A till completes at once what it has just reserved. */
const next: Readonly<Record<RedemptionState, Partial<Record<RedemptionStep, RedemptionState>>>> = {
  RESERVED: { CONFIRM: "CONFIRMED", COMPLETE: "COMPLETED", RELEASE: "RELEASED", LAPSE: "RELEASED" },
  CONFIRMED: { COMPLETE: "COMPLETED", RELEASE: "RELEASED" },
  COMPLETED: { REVERSE: "REVERSED" },
  RELEASED: {},
  REVERSED: {},
};

export interface Reserved {
  readonly state: RedemptionState;
  /** The first instant at which a reservation is over. */
  readonly reservedUntil: Date;
}

/** Takes one step, or says why not. A reservation whose time is over is RELEASED, whether anybody wrote that down or not. */
export function stepRedemption(
  redemption: Reserved,
  step: RedemptionStep,
  now: Date,
): Result<RedemptionState, "WRONG_STATE" | "WINDOW_CLOSED"> {
  const { reservedUntil } = redemption;
  const lapsed = redemption.state === "RESERVED" && reservedUntil <= now;
  if (lapsed && (step === "CONFIRM" || step === "COMPLETE")) {
    return refuse("WINDOW_CLOSED", `The reservation was good until ${reservedUntil.toISOString()}.`);
  }
  if (step === "LAPSE" && redemption.state === "RESERVED" && !lapsed) {
    return refuse("WRONG_STATE", `The reservation is good until ${reservedUntil.toISOString()}.`);
  }
  const state = next[redemption.state][step];
  if (state) return done(state);
  const allowed = Object.keys(next[redemption.state]).filter((each) => each !== "LAPSE");
  const hint = allowed.length > 0 ? `expected one that allows it; allowed now: ${allowed.join(", ")}` : "it is over";
  return refuse("WRONG_STATE", `The redemption is ${redemption.state}; ${step} is not allowed: ${hint}.`);
}

/** Whether quota and stock are taken at this moment. */
export function takesQuota({ state, reservedUntil }: Reserved, now: Date): boolean {
  if (state === "RESERVED") return now < reservedUntil;
  return state === "CONFIRMED" || state === "COMPLETED";
}
