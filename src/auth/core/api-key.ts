import type { Refusal } from "../../kernel/result";
import type { Actor, PartnerScope } from "./actor";

/** What decides whether a key opens the door. Instants are UTC; a key lives in `[createdAt, expiresAt)`. */
export interface KeyLife {
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
}

export const keyStates = ["LIVE", "EXPIRED", "REVOKED"] as const;
export type KeyState = (typeof keyStates)[number];

export function keyStateAt(now: Date, key: KeyLife): KeyState {
  if (key.revokedAt !== null) return "REVOKED";
  return now < key.expiresAt ? "LIVE" : "EXPIRED";
}

const dayMillis = 86_400_000;
/** A key lives at most this long; 366 so that a year is allowed also across a leap day. */
export const longestLifeDays = 366;
export const defaultLifeDays = 90;

/** Days are exact stretches of 24 hours: a key has no time zone. */
export function plusDays(instant: Date, days: number): Date {
  return new Date(instant.getTime() + days * dayMillis);
}

/** How long a rotated key lives by default: as long as the one it replaces was made for. */
export function sameLifeFrom(now: Date, key: KeyLife): Date {
  return new Date(now.getTime() + (key.expiresAt.getTime() - key.createdAt.getTime()));
}

export function expiryRefusals(now: Date, expiresAt: Date, path: readonly string[]): Refusal[] {
  const latest = plusDays(now, longestLifeDays);
  if (now < expiresAt && expiresAt <= latest) return [];
  const expected = `expected after ${now.toISOString()} and at most ${longestLifeDays} days ahead`;
  return [{ code: "INVALID_INPUT", message: `expiresAt is ${expiresAt.toISOString()}, ${expected}.`, path }];
}

/**
 * A partner hands on only scopes it has itself, also by rotating a key of wider scopes: the secret of the new one would
 * be in its hands. Staff and services of the operator give any.
 */
export function scopeRefusals(actor: Actor, scopes: readonly PartnerScope[], path: readonly string[]): Refusal[] {
  if (scopes.length === 0) {
    return [{ code: "INVALID_INPUT", message: "scopes is empty, expected at least one.", path }];
  }
  if (actor.kind !== "partner") return [];
  const beyond = scopes.filter((scope) => !actor.scopes.has(scope));
  if (beyond.length === 0) return [];
  const message = `scopes holds ${beyond.join(", ")}, which you do not have yourself.`;
  return [{ code: "FORBIDDEN", message, path }];
}

export function keyNameRefusals(name: string, path: readonly string[]): Refusal[] {
  if (name.trim() !== "" && name.length <= 100) return [];
  return [{ code: "INVALID_INPUT", message: `name has ${name.length} characters, expected 1 to 100.`, path }];
}
