import { createHash } from "node:crypto";
import { canonicalJson } from "../../kernel/canonical-json";
import { attributeShape, isAttribute, type LineAttribute } from "../../programs/core/earning-rule";
import { isCurrency, type Money } from "../../kernel/money";
import { textRefusals } from "../../kernel/plain-text";
import type { Refusal } from "../../kernel/result";

export const purchaseChannels = ["IN_STORE", "ONLINE", "APP", "PHONE"] as const;
export type PurchaseChannel = (typeof purchaseChannels)[number];

/** One line of a purchase, with what the merchant says of it. */
export interface PurchaseLine {
  /** The merchant's own name of it, unique in the purchase. */
  readonly line: string;
  readonly amountMinor: bigint;
  readonly attributes: readonly LineAttribute[];
}

/** What is reported of a purchase. */
export interface PurchaseFacts {
  readonly merchantId: string;
  readonly outletId: string | null;
  readonly channel: PurchaseChannel;
  readonly amount: Money;
  /** How many items, where the merchant says. */
  readonly quantity: number | null;
  readonly occurredAt: Date;
  /** Empty where the merchant tells none; else the amounts add up to that of the purchase. */
  readonly lines?: readonly PurchaseLine[];
}

const longestReference = 200;

/**
 * One purchase is below this many minor units: ten million billion of a currency with two decimals, more than anything
 * costs in any currency. One mistyped amount of 2^63 would else stay in a merchant's sums for good.
 */
export const purchaseLimitMinor = 10n ** 18n;

/** SHA-256 of what was reported: the same reference with another content is not the same purchase. */
export function hashOfPurchase(facts: PurchaseFacts): Buffer {
  const { merchantId, outletId, channel, amount, quantity, occurredAt, lines = [] } = facts;
  // Left out where there are none: purchases from before there were lines keep their hash.
  const told = lines.length > 0 ? { lines } : {};
  const text = canonicalJson({ merchantId, outletId, channel, amount, quantity, occurredAt, ...told });
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
  refusals.push(...lineRefusals(facts));
  return [...refusals, ...textRefusals("sourceReference", sourceReference, longestReference)];
}

const mostLines = 500;
const mostAttributes = 20;

function lineRefusals({ amount, lines = [] }: PurchaseFacts): Refusal[] {
  const refusals: Refusal[] = [];
  const invalid = (message: string, ...path: string[]) =>
    refusals.push({ code: "INVALID_INPUT", message, path: ["input", "lines", ...path] });
  if (lines.length === 0) return [];
  if (lines.length > mostLines) invalid(`lines has ${lines.length} entries, expected at most ${mostLines}.`);
  const sum = lines.reduce((total, { amountMinor }) => total + amountMinor, 0n);
  if (sum !== amount.amountMinor) {
    invalid(`The lines add up to ${sum}, expected ${amount.amountMinor}, the amount of the purchase.`);
  }
  const seen = new Set<string>();
  for (const [place, { line, amountMinor, attributes }] of lines.entries()) {
    refusals.push(...textRefusals("line", line, 100, ["input", "lines", String(place), "line"]));
    if (seen.has(line)) invalid(`line "${line}" stands twice, expected each once.`, String(place), "line");
    seen.add(line);
    if (amountMinor < 0n) invalid(`amount is ${amountMinor}, expected zero or more.`, String(place), "amountMinor");
    if (attributes.length > mostAttributes) {
      invalid(`attributes has ${attributes.length} entries, expected at most ${mostAttributes}.`, String(place));
    }
    const wrong = attributes.find((each) => !isAttribute(each));
    if (wrong) invalid(`attribute is "${wrong.name}" = "${wrong.value}", expected ${attributeShape}.`, String(place));
  }
  return refusals;
}
