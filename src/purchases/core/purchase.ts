import { createHash } from "node:crypto";
import { canonicalJson } from "../../kernel/canonical-json";
import { isCurrency, type Money } from "../../kernel/money";
import { textRefusals } from "../../kernel/plain-text";
import type { Refusal } from "../../kernel/result";

export const purchaseChannels = ["IN_STORE", "ONLINE", "APP", "PHONE"] as const;
export type PurchaseChannel = (typeof purchaseChannels)[number];

/** What is reported of a purchase. */
export interface PurchaseFacts {
  readonly merchantId: string;
  readonly outletId: string | null;
  readonly channel: PurchaseChannel;
  readonly amount: Money;
  /** How many items, where the merchant says. */
  readonly quantity: number | null;
  readonly occurredAt: Date;
}

const longestReference = 200;

/**
 * One purchase is below this many minor units: ten million billion of a currency with two decimals, more than anything
 * costs in any currency. One mistyped amount of 2^63 would else stay in a merchant's sums for good.
 */
export const purchaseLimitMinor = 10n ** 18n;

/** SHA-256 of what was reported: the same reference with another content is not the same purchase. */
export function hashOfPurchase({ merchantId, outletId, channel, amount, quantity, occurredAt }: PurchaseFacts): Buffer {
  const text = canonicalJson({ merchantId, outletId, channel, amount, quantity, occurredAt });
  return createHash("sha256").update(text).digest();
}

/** Refusals of the facts alone; `now` is the latest instant at which a purchase can have occurred. */
export function purchaseRefusals(facts: PurchaseFacts, sourceReference: string, now: Date): Refusal[] {
  const { amount, quantity, occurredAt } = facts;
  const refusals: Refusal[] = [];
  const invalid = (message: string, ...path: string[]) =>
    refusals.push({ code: "INVALID_INPUT", message, path: ["input", ...path] });
  if (amount.amountMinor < 0n) {
    invalid(`amount is ${amount.amountMinor}, expected zero or more minor units.`, "amount", "amountMinor");
  }
  if (amount.amountMinor >= purchaseLimitMinor) {
    const expected = `expected less than ${purchaseLimitMinor} minor units`;
    invalid(`amount is ${amount.amountMinor}, ${expected}.`, "amount", "amountMinor");
  }
  if (!isCurrency(amount.currency)) {
    invalid(`currency is "${amount.currency}", expected an ISO 4217 code.`, "amount", "currency");
  }
  if (quantity !== null && quantity < 1) invalid(`quantity is ${quantity}, expected 1 or more.`, "quantity");
  if (occurredAt > now) {
    const expected = `expected an instant not after ${now.toISOString()}`;
    invalid(`occurredAt is ${occurredAt.toISOString()}, ${expected}.`, "occurredAt");
  }
  return [...refusals, ...textRefusals("sourceReference", sourceReference, longestReference)];
}
