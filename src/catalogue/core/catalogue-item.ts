import { z } from "zod";
import { locales } from "../../kernel/localised";
import { isStorable } from "../../kernel/plain-text";
import { roundings } from "../../kernel/ratio";
import { outletKinds, sellingStatuses } from "../../merchants/core/merchant";
import { offerKinds } from "../../offers/core/offer";
import {
  downgradePolicies,
  expiryKinds,
  remainderPolicies,
  useOrders,
  expiryRoundings,
  programStatuses,
  tierBases,
} from "../../programs/core/program";
import { sensitivities, tagStatuses, tagTypes } from "../../tags/core/tag";

/*
 * A catalogue file is JSON Lines: one item a line, so that a bad line is refused by its number and the good ones go on.
 * Items name each other by code, never by id, so that a file can be carried from one alliance to another.
 */

const localised = z.partialRecord(z.enum(locales), z.string());
const wholeNumber = z.string().regex(/^\d{1,19}$/, "expected a whole number as a text of digits");

const category = z.strictObject({ type: z.literal("category"), code: z.string(), name: localised });

const partner = z.strictObject({ type: z.literal("partner"), code: z.string(), name: localised });

const merchant = z.strictObject({
  type: z.literal("merchant"),
  code: z.string(),
  /** Codes of the partner behind it and of the chain it belongs to. */
  partner: z.string(),
  parent: z.string().nullable().default(null),
  name: localised,
  category: z.string(),
  status: z.enum(sellingStatuses).default("ACTIVE"),
  websiteUrl: z.string().nullable().default(null),
  logoUrl: z.string().nullable().default(null),
});

const outlet = z.strictObject({
  type: z.literal("outlet"),
  merchant: z.string(),
  code: z.string(),
  name: localised,
  kind: z.enum(outletKinds),
  country: z.string().nullable().default(null),
  city: z.string().nullable().default(null),
  address: localised.nullable().default(null),
  url: z.string().nullable().default(null),
  status: z.enum(sellingStatuses).default("ACTIVE"),
});

const tier = z.strictObject({
  code: z.string(),
  name: localised,
  basis: z.enum(tierBases),
  threshold: wholeNumber,
  periodMonths: z.int(),
  downgrade: z.enum(downgradePolicies),
});

const program = z.strictObject({
  type: z.literal("program"),
  code: z.string(),
  /** Code of the issuing partner. */
  issuer: z.string(),
  name: localised,
  unitName: localised,
  timeZone: z.string(),
  currency: z.string(),
  status: z.enum(programStatuses).default("ACTIVE"),
  earning: z.strictObject({ points: wholeNumber, perMinor: wholeNumber, rounding: z.enum(roundings) }),
  valuePerPoint: z.strictObject({ minor: wholeNumber, points: wholeNumber }),
  expiry: z.strictObject({
    kind: z.enum(expiryKinds),
    months: z.int().nullable().default(null),
    rounding: z.enum(expiryRoundings).nullable().default(null),
    date: z.string().nullable().default(null),
  }),
  handling: z
    .strictObject({
      remainderPolicy: z.enum(remainderPolicies),
      useOrder: z.enum(useOrders),
      transfersAllowed: z.boolean(),
      noticeDays: z.int().nullable(),
    })
    .default({ remainderPolicy: "PER_PURCHASE", useOrder: "SOONEST", transfersAllowed: false, noticeDays: null }),
  /** Lowest first. */
  tiers: z.array(tier).default([]),
});

const tag = z.strictObject({
  type: z.literal("tag"),
  code: z.string(),
  name: localised,
  description: localised,
  /** The type of its values; `type` is taken by the line itself. */
  valueType: z.enum(tagTypes),
  choices: z.array(z.string()).default([]),
  unit: z.string().nullable().default(null),
  /** Code of the partner that supplies it. */
  source: z.string(),
  sensitivity: z.enum(sensitivities),
  status: z.enum(tagStatuses).default("ACTIVE"),
});

const amount = z.strictObject({ amountMinor: wholeNumber, currency: z.string() });

/** The content of the offer's leading version; it comes in as a draft, since a file cannot be the second person. */
const offer = z.strictObject({
  type: z.literal("offer"),
  merchant: z.string(),
  code: z.string(),
  content: z.looseObject({ kind: z.enum(offerKinds), mark: amount, reward: amount }),
});

export const catalogueItem = z.discriminatedUnion("type", [category, partner, merchant, outlet, program, tag, offer]);

export type CatalogueItem = z.infer<typeof catalogueItem>;
export type ItemType = CatalogueItem["type"];
export type ItemOf<Type extends ItemType> = Extract<CatalogueItem, { type: Type }>;

/** In this order an item's references come before it. */
export const itemOrder: readonly ItemType[] = ["category", "partner", "merchant", "outlet", "program", "tag", "offer"];

/** What makes an item the same one in two files: `outlet:coffee-house/001`. */
export function keyOf(item: CatalogueItem): string {
  const within = item.type === "outlet" || item.type === "offer" ? `${item.merchant}/` : "";
  return `${item.type}:${within}${item.code}`;
}

/** Reads one line, or says what is wrong with it: the field, its value and what was expected. */
export function parseLine(text: string): { item: CatalogueItem } | { reason: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { reason: `the line is not JSON: ${shortened(text)}` };
  }
  if (holdsUnstorable(json)) return { reason: "a text holds a NUL or half of a surrogate pair, expected plain text" };
  const parsed = catalogueItem.safeParse(json);
  if (parsed.success) return { item: parsed.data };
  const reasons = parsed.error.issues.map((issue) => {
    const value = issue.path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown> | null)?.[key], json);
    const field = issue.path.join(".") || "the line";
    return `${field} is ${shortened(JSON.stringify(value) ?? "missing")}: ${issue.message}`;
  });
  return { reason: reasons.join("; ") };
}

/** PostgreSQL holds neither; found here, so that a plan does not promise what cannot be done. */
function holdsUnstorable(json: unknown): boolean {
  const left: unknown[] = [json];
  while (left.length > 0) {
    const part = left.pop();
    if (typeof part === "string" && !isStorable(part)) return true;
    if (typeof part === "object" && part !== null) for (const inner of Object.values(part)) left.push(inner);
  }
  return false;
}

/** As a message quotes it: short, and without characters that would steer a terminal. */
function shortened(text: string): string {
  const plain = text.replace(/\p{Cc}/gu, "·");
  return plain.length > 60 ? `${plain.slice(0, 60)}…` : plain;
}
