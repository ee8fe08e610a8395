import { locales } from "../../kernel/localised";
import { textRefusals } from "../../kernel/plain-text";
import type { Refusal } from "../../kernel/result";

/** `MERGED` members are closed and answer as the member they were merged into. */
export const memberStatuses = ["ACTIVE", "CLOSED", "MERGED"] as const;
export type MemberStatus = (typeof memberStatuses)[number];

/** What a member can permit a partner to do with its data. */
export const consentPurposes = ["MARKETING", "PROFILING", "DATA_SHARING", "ANALYTICS"] as const;
export type ConsentPurpose = (typeof consentPurposes)[number];

/** A partner's number of a member: 1 to 64 printable characters without space around them. Case counts. */
export function numberRefusals(number: string): Refusal[] {
  const refusals = textRefusals("number", number, 64);
  if (refusals.length > 0 || number === number.trim()) return refusals;
  const message = "number begins or ends with a space, expected 1 to 64 characters without.";
  return [{ code: "INVALID_INPUT", message, path: ["input", "number"] }];
}

export function localeRefusals(locale: string): Refusal[] {
  if ((locales as readonly string[]).includes(locale)) return [];
  const message = `locale is ${JSON.stringify(locale)}, expected ${locales.join(" or ")}.`;
  return [{ code: "INVALID_INPUT", message, path: ["input", "locale"] }];
}

/** Nobody joins in the future. */
export function joinedAtRefusals(joinedAt: Date, now: Date): Refusal[] {
  if (joinedAt <= now) return [];
  const message = `joinedAt is ${joinedAt.toISOString()}, expected an instant not after ${now.toISOString()}.`;
  return [{ code: "INVALID_INPUT", message, path: ["input", "joinedAt"] }];
}

/** By `updateMember` an active member can be closed, and that is all; merging has a command of its own. */
export function statusRefusals(from: MemberStatus, to: MemberStatus): Refusal[] {
  if (from === to || (from === "ACTIVE" && to === "CLOSED")) return [];
  const message = `status is ${from} and cannot become ${to}; possible is: ACTIVE to CLOSED.`;
  return [{ code: "WRONG_STATE", message, path: ["input", "status"] }];
}
