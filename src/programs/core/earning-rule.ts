import { isStorable } from "../../kernel/plain-text";
import type { Refusal } from "../../kernel/result";
import type { Rule } from "../../rules/core/rule";

/**
 * What a rule does to a purchase that meets its conditions.
 * - `RATE`: so many `points` per `perMinor` in place of the base rate; at merchants that are not the issuer's only if it names them.
 * - `MULTIPLIER`: the base points times `points : perMinor` (5 : 1); what is more than the base is bonus points.
 * - `BONUS`: so many `points` on top. `WELCOME`: the same, once in a member's life.
 * - `NO_POINTS`: the purchase earns nothing at all.
 */
export const earningEffects = ["RATE", "MULTIPLIER", "BONUS", "WELCOME", "NO_POINTS"] as const;
export type EarningEffect = (typeof earningEffects)[number];

/** A tag that the member must have, with this value where one is said (as JSON has it: `true`, `gold`, `5`). */
export interface WantedTag {
  readonly code: string;
  readonly value: string | null;
}

/** What a line of a purchase says of itself: a ticket's `fare` is `full`. */
export interface LineAttribute {
  readonly name: string;
  readonly value: string;
}

/** The most points a rule gives a member. Days and months are the program's zone's. Points as decimal text. */
export interface EarningCaps {
  readonly perPurchase: string | null;
  readonly perDay: string | null;
  readonly perMonth: string | null;
  readonly lifetime: string | null;
}

/**
 * One rule of a program, kept as JSON with the program: what changes it is a change of the program. An empty list of
 * merchants, channels or categories asks for nothing. Of rates and of multipliers the one of the highest priority counts,
 * of equal ones the first; every bonus counts; `NO_POINTS` comes before all.
 */
export interface EarningRule extends EarningCaps {
  readonly code: string;
  readonly priority: number;
  readonly effect: EarningEffect;
  /** Decimal text; null for NO_POINTS. */
  readonly points: string | null;
  /** Decimal text; of RATE minor units, of MULTIPLIER the divisor; else null. */
  readonly perMinor: string | null;
  /** The first instant at which it holds, and the first at which it no longer does; ISO texts. */
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  readonly merchantIds: readonly string[];
  readonly categoryCodes: readonly string[];
  readonly channels: readonly string[];
  readonly tag: WantedTag | null;
  /**
   * Only lines of the purchase that have it: by a rate these lines alone earn, so that a purchase without one earns
   * nothing; a multiplier counts them alone; a bonus needs one of them; and with NO_POINTS they earn nothing while the
   * others do. Absent in rules from before there were any.
   */
  readonly lineAttribute?: LineAttribute | null;
  /** A rule of the rules engine that the member and the moment of the purchase must meet. */
  readonly rule?: Rule | null;
  /** Its points wait until they are confirmed. */
  readonly needsConfirmation?: boolean;
  /** A member for at least so many months. */
  readonly tenureMonths: number | null;
  /** Every so many purchases that earn in the program within a month of its zone. */
  readonly everyNth: number | null;
  /** Bonus points wait so many days after the purchase; a base rate's do, too. */
  readonly pendingDays: number | null;
  readonly funderPartnerId: string | null;
}

const channels = ["IN_STORE", "ONLINE", "APP", "PHONE"];
const mostRules = 200;
const largest = 10n ** 15n;

export function earningRuleRefusals(rules: readonly EarningRule[]): Refusal[] {
  const refusals: Refusal[] = [];
  const invalid = (index: number, field: string, message: string) =>
    refusals.push({ code: "INVALID_INPUT", message, path: ["input", "earningRules", String(index), field] });
  if (rules.length > mostRules)
    invalid(mostRules, "code", `${rules.length} rules are given, expected ${mostRules} at most.`);
  const codes = new Set<string>();
  rules.forEach((rule, index) => {
    if (!/^[a-z][a-z0-9-]{0,62}$/.test(rule.code)) {
      invalid(index, "code", `code is "${rule.code}", expected 1 to 63 lower-case letters, digits and hyphens.`);
    }
    if (codes.has(rule.code)) invalid(index, "code", `code "${rule.code}" stands twice.`);
    codes.add(rule.code);
    const channel = rule.channels.find((each) => !channels.includes(each));
    if (channel) invalid(index, "channels", `channel is "${channel}", expected ${channels.join(", ")}.`);
    const wantsPoints = rule.effect !== "NO_POINTS";
    const wantsPer = rule.effect === "RATE" || rule.effect === "MULTIPLIER";
    numberRefusal(rule.points, wantsPoints, (message) =>
      invalid(index, "points", `points ${message} for ${rule.effect}.`),
    );
    numberRefusal(rule.perMinor, wantsPer, (message) =>
      invalid(index, "perMinor", `perMinor ${message} for ${rule.effect}.`),
    );
    for (const field of ["perPurchase", "perDay", "perMonth", "lifetime"] as const) {
      if (rule[field] !== null)
        numberRefusal(rule[field], true, (message) => invalid(index, field, `${field} ${message}.`));
    }
    if (rule.validFrom && rule.validUntil && rule.validFrom >= rule.validUntil) {
      invalid(index, "validUntil", `validUntil is ${rule.validUntil}, expected an instant after ${rule.validFrom}.`);
    }
    if (rule.needsConfirmation && rule.pendingDays !== null) {
      invalid(index, "pendingDays", "pendingDays and needsConfirmation are both given, expected one of them.");
    }
    if (rule.lineAttribute && !isAttribute(rule.lineAttribute)) {
      const { name, value } = rule.lineAttribute;
      invalid(index, "lineAttribute", `lineAttribute is "${name}" = "${value}", expected ${attributeShape}.`);
    }
    for (const [field, most] of [
      ["tenureMonths", 1200],
      ["everyNth", 1000],
      ["pendingDays", 3660],
    ] as const) {
      const value = rule[field];
      if (value !== null && (value < 1 || value > most))
        invalid(index, field, `${field} is ${value}, expected 1 to ${most}.`);
    }
  });
  return refusals;
}

export const attributeShape = "a name of lower-case letters, digits and _, and a value of 1 to 100 characters";

export function isAttribute({ name, value }: LineAttribute): boolean {
  return /^[a-z][a-z0-9_]{0,62}$/.test(name) && value.length >= 1 && value.length <= 100 && isStorable(value);
}

function numberRefusal(value: string | null, isWanted: boolean, refuse: (message: string) => void): void {
  if (!isWanted) {
    if (value !== null) refuse(`is ${value}, expected none`);
  } else if (value === null || BigInt(value) < 1n || BigInt(value) > largest) {
    refuse(`is ${value ?? "absent"}, expected 1 to ${largest}`);
  }
}
