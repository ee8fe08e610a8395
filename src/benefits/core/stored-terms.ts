import { z } from "zod";
import { canonicalJson } from "../../kernel/canonical-json";
import { isCurrency, money } from "../../kernel/money";
import { quotaPeriods, type BenefitTerms } from "./benefit";

/** Money as it is stored: the amount as a text of digits, so that no digit is lost in JSON. */
export const storedMoney = z
  .strictObject({
    amountMinor: z.string().regex(/^\d{1,18}$/, "expected a whole number of minor units, not negative, below 10^18"),
    currency: z.string().refine(isCurrency, "expected an ISO 4217 code"),
  })
  .transform(({ amountMinor, currency }) => money(BigInt(amountMinor), currency));

const basisPoints = z.int().min(1).max(10_000);
const count = z.int().min(1).max(1_000_000);

const quota = z.strictObject({ units: count, per: z.enum(quotaPeriods), carryOver: z.boolean() });

const discount = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("AMOUNT"), off: storedMoney, minimumSpend: storedMoney }),
  z.strictObject({
    kind: z.literal("PERCENT"),
    basisPoints,
    ceiling: storedMoney,
    minimumSpend: storedMoney.nullable(),
  }),
]);

const cashReturnStep = z
  .strictObject({ atSpend: storedMoney.nullable(), atPurchases: count.nullable(), pays: storedMoney })
  .refine(
    (step) => step.atSpend !== null || step.atPurchases !== null,
    "expected a mark: atSpend, atPurchases or both",
  );

/** The terms of a benefit as JSON: what versions and entitlements hold. */
export const storedTerms = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("COUNTED_SERVICE"), quota }),
  z.strictObject({ kind: z.literal("COUPON"), quota, discount }),
  z.strictObject({ kind: z.literal("MEMBERSHIP"), quota }),
  z.strictObject({
    kind: z.literal("DISCOUNT"),
    quota: quota.nullable(),
    basisPoints,
    ceiling: storedMoney.nullable(),
  }),
  z.strictObject({
    kind: z.literal("CASH_RETURN"),
    per: z.enum(["MONTH", "QUARTER"]),
    steps: z.array(cashReturnStep).min(1).max(20),
    yearlyMaximum: storedMoney,
  }),
  z.strictObject({
    kind: z.literal("COVER"),
    amount: storedMoney,
    beneficiary: z.string().regex(/^[A-Z][A-Z0-9_]{0,62}$/, "expected a code such as PET"),
    waitingDays: z.int().min(0).max(3_660),
  }),
  z.strictObject({ kind: z.literal("ACCESS"), quota, guests: z.int().min(0).max(100) }),
]);

/** Plain JSON of terms, which `readTerms` reads back. */
export function plainTerms(terms: BenefitTerms): unknown {
  return JSON.parse(canonicalJson(terms)) as unknown;
}

/** Terms from what is stored; throws where they cannot be read any more, which is a bug. */
export function readTerms(json: unknown): BenefitTerms {
  return storedTerms.parse(json);
}
