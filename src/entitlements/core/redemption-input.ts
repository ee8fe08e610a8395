import { createHash } from "node:crypto";
import { canonicalJson } from "../../kernel/canonical-json";
import { plusHours } from "../../kernel/period";
import { textRefusals } from "../../kernel/plain-text";
import type { Refusal } from "../../kernel/result";

export interface UseFacts {
  readonly idempotencyKey: string;
  readonly units: number;
  readonly guests: number;
  /** When it was used; absent where that is now. */
  readonly occurredAt: Date | null;
}

/** What is decided from: the same key with another of these is refused. */
export interface DecidedUse extends Omit<UseFacts, "idempotencyKey"> {
  readonly entitlementId: string;
  readonly merchantId: string | null;
  readonly outletId: string | null;
  readonly intent: string;
}

/** How late a use may be reported: a terminal that was offline for longer is settled by hand. */
export const latestUploadDays = 90;
const mostUnits = 1_000;

export function hashOfUse(use: DecidedUse): Buffer {
  return createHash("sha256").update(canonicalJson(use)).digest();
}

export function useRefusals({ idempotencyKey, units, guests, occurredAt }: UseFacts, now: Date): Refusal[] {
  const refusals = textRefusals("idempotencyKey", idempotencyKey, 200);
  const invalid = (code: "INVALID_INPUT" | "WINDOW_CLOSED", field: string, found: string, expected: string) =>
    refusals.push({ code, message: `${field} is ${found}, expected ${expected}.`, path: ["input", field] });
  if (units < 1 || units > mostUnits) invalid("INVALID_INPUT", "units", `${units}`, `1 to ${mostUnits}`);
  if (guests < 0 || guests > mostUnits) invalid("INVALID_INPUT", "guests", `${guests}`, `0 to ${mostUnits}`);
  if (!occurredAt) return refusals;
  const earliest = plusHours(now, -24 * latestUploadDays);
  const when = occurredAt.toISOString();
  if (occurredAt > now) invalid("INVALID_INPUT", "occurredAt", when, `an instant not after ${now.toISOString()}`);
  if (occurredAt < earliest) invalid("WINDOW_CLOSED", "occurredAt", when, `${earliest.toISOString()} or later`);
  return refusals;
}
