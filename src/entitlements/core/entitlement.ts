import { done, refuse, type Result } from "../../kernel/result";

/** The ways in which a member comes by an entitlement; the source names what exactly. */
export const grantWays = ["ELECTION", "EARNED", "REDEEMED", "BOUGHT", "EXCHANGED", "COMPENSATION"] as const;
export type GrantWay = (typeof grantWays)[number];

export const entitlementStates = ["ACTIVE", "SUSPENDED", "ENDED"] as const;
/** What was written; that one is not good yet, or not any more, the clock alone says (`standingAt`). */
export type EntitlementState = (typeof entitlementStates)[number];

/** Why an entitlement is suspended or ended. Several reasons to suspend may hold at once; each is lifted by itself. */
export const suspensions = ["CARD_FROZEN", "BELOW_MARK", "INSTALMENT_MISSED", "ISSUER"] as const;
export type Suspension = (typeof suspensions)[number];
export const endings = [
  "SWAPPED",
  "REPLACED",
  "CARD_CLOSED",
  "PRODUCT_CHANGED",
  "EXCHANGED",
  "WITHDRAWN",
  "REVERSED",
] as const;
export type Ending = (typeof endings)[number];

export interface EntitlementFacts {
  readonly state: EntitlementState;
  readonly suspendedFor: readonly Suspension[];
  readonly endedFor: Ending | null;
  readonly validFrom: Date;
  readonly validUntil: Date;
}

export type EntitlementEvent =
  | { readonly event: "SUSPEND"; readonly reason: Suspension }
  | { readonly event: "LIFT"; readonly reason: Suspension }
  | { readonly event: "END"; readonly reason: Ending }
  /** Undoes an ending, of an exchange that is reversed. */
  | { readonly event: "RESTORE"; readonly reason: Ending };

/** What an event makes of an entitlement. The same event again changes nothing; an ended one only ever is restored. */
export function afterEvent(
  before: EntitlementFacts,
  { event, reason }: EntitlementEvent,
): Result<EntitlementFacts, "WRONG_STATE"> {
  if (event === "RESTORE") {
    if (before.state !== "ENDED" || before.endedFor !== reason) return wrong(before, event);
    return done({ ...before, state: stateOf(before.suspendedFor), endedFor: null });
  }
  if (event === "END") {
    if (before.state !== "ENDED") return done({ ...before, state: "ENDED", endedFor: reason });
    return before.endedFor === reason ? done(before) : wrong(before, event);
  }
  if (before.state === "ENDED") return wrong(before, event);
  const others = before.suspendedFor.filter((each) => each !== reason);
  const suspendedFor = event === "SUSPEND" ? [...others, reason].sort() : others;
  return done({ ...before, state: stateOf(suspendedFor), suspendedFor });
}

export const standings = ["WAITING", "USABLE", "SUSPENDED", "EXPIRED", "ENDED"] as const;
/** What a member sees: `WAITING` before its time, `EXPIRED` after it. */
export type Standing = (typeof standings)[number];

/** How an entitlement stands at an instant, by the clock: nothing has to run at midnight. */
export function standingAt({ state, validFrom, validUntil }: EntitlementFacts, at: Date): Standing {
  if (state === "ENDED") return "ENDED";
  if (at >= validUntil) return "EXPIRED";
  if (state === "SUSPENDED") return "SUSPENDED";
  return at < validFrom ? "WAITING" : "USABLE";
}

function stateOf(suspendedFor: readonly Suspension[]): EntitlementState {
  return suspendedFor.length > 0 ? "SUSPENDED" : "ACTIVE";
}

function wrong({ state, endedFor }: EntitlementFacts, event: string): Result<never, "WRONG_STATE"> {
  const why = endedFor ? ` (${endedFor})` : "";
  return refuse("WRONG_STATE", `The entitlement is ${state}${why}; ${event} is not allowed.`);
}
