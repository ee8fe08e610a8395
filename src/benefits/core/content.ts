import { z } from "zod";
import { done, refuseAll, type Refusal, type Result } from "../../kernel/result";
import { isTimeZone } from "../../kernel/time-zone";
import { localisedText, shapeRefusal } from "../../publishing/core/content-shape";
import { readRule } from "../../rules/core/check";
import { print } from "../../rules/core/print";
import { benefitCategories, fulfilments, type BenefitContent, type BenefitTerms } from "./benefit";
import { plainTerms, storedMoney, storedTerms } from "./stored-terms";
import { points } from "../../kernel/points";

/** Where the content stands in the mutations that take one; what a refusal's path begins with. */
const root = ["input", "content"];

const code = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/, "expected a code of lower-case letters, digits and hyphens");
const count = z.int().min(1).max(1_000_000);
const storedPoints = z
  .string()
  .regex(/^[1-9]\d{0,17}$/, "expected a whole number of points, more than 0, below 10^18")
  .transform((digits) => points(BigInt(digits)));

const way = z.discriminatedUnion("way", [
  z.strictObject({
    way: z.literal("EARNED"),
    measure: z.enum(["SPEND", "ASSETS"]),
    mark: storedMoney,
    per: z.enum(["MONTH", "QUARTER", "YEAR"]),
    onReversal: z.enum(["SUSPEND", "KEEP"]),
  }),
  z.strictObject({ way: z.literal("REDEEMED"), programCode: code, points: storedPoints }),
  z.strictObject({
    way: z.literal("BOUGHT"),
    price: storedMoney,
    instalments: z.int().min(1).max(60),
    suspendedAtMissed: z.int().min(1).max(60),
  }),
  z.strictObject({
    way: z.literal("EXCHANGED"),
    fromBenefitCode: code,
    give: count,
    get: count,
    stock: count.nullable(),
  }),
]);

const storedShape = z.strictObject({
  name: localisedText(200),
  termsText: localisedText(20_000),
  imageUrl: localisedText(2000).nullable(),
  category: z.enum(benefitCategories),
  terms: storedTerms,
  lastsMonths: z.int().min(1).max(120),
  timeZone: z.string().refine(isTimeZone, "expected an IANA time zone such as Asia/Shanghai"),
  supplierCode: code,
  unitCost: storedMoney,
  value: storedMoney,
  funders: z
    .array(z.strictObject({ partnerCode: code, basisPoints: z.int().min(1).max(10_000) }))
    .min(1)
    .max(20),
  fulfilment: z.enum(fulfilments),
  stock: z.strictObject({ units: count, per: z.enum(["DAY", "MONTH"]).nullable() }).nullable(),
  merchantCodes: z.array(code).max(1_000),
  ways: z.array(way).max(20),
  idle: z.strictObject({ unusedDays: count, endingDays: count.nullable() }).nullable(),
  rule: z.unknown().default(null),
  priority: z.int().min(0).max(1_000).default(500),
});

/** Reads a content from its stored JSON. Refuses with INVALID_INPUT, naming the field, its value and what was expected. */
export function parseBenefitContent(json: unknown): Result<BenefitContent> {
  const shaped = storedShape.safeParse(json);
  if (!shaped.success) return refuseAll(shaped.error.issues.map((issue) => shapeRefusal(issue, json)));
  const { rule: given, ...rest } = shaped.data;
  const rule = given === null ? done(null) : readRule(given, [...root, "rule"]);
  if (!rule.ok) return rule;
  const content: BenefitContent = { ...rest, rule: rule.value };
  const refusals = contentRefusals(content);
  return refusals.length > 0 ? refuseAll(refusals) : done(content);
}

/** The one JSON of a content; lists without order are sorted, so that equal contents hash alike. */
export function serialiseBenefitContent({ rule, ...content }: BenefitContent): unknown {
  return {
    ...content,
    terms: plainTerms(content.terms),
    merchantCodes: [...new Set(content.merchantCodes)].sort(),
    ...(rule === null ? {} : { rule }),
  };
}

/** What a difference between versions is told by: the rule as text. */
export function comparableBenefit(content: BenefitContent): object {
  const { rule } = content;
  return { ...(serialiseBenefitContent(content) as object), ...(rule === null ? {} : { rule: print(rule) }) };
}

/** What the shape of single fields does not say: how they go together. */
function contentRefusals(content: BenefitContent): Refusal[] {
  const refusals: Refusal[] = [];
  const wrong = (field: string, message: string, code: Refusal["code"] = "INVALID_INPUT") =>
    refusals.push({ code, message, path: [...root, field] });
  const shares = content.funders.reduce((sum, each) => sum + each.basisPoints, 0);
  if (shares !== 10_000) wrong("funders", `The funders' shares add up to ${shares}, expected 10000 basis points.`);
  const funders = content.funders.map((each) => each.partnerCode);
  if (new Set(funders).size < funders.length) wrong("funders", "A funder is named twice, expected each once.");
  if (content.unitCost.currency !== content.value.currency) {
    const message = `unitCost is in ${content.unitCost.currency}, expected ${content.value.currency}, as value.`;
    wrong("unitCost", message, "CURRENCY_MISMATCH");
  }
  const foreign = moneyOf(content.terms).find((each) => each.currency !== content.value.currency);
  if (foreign) {
    wrong("terms", `An amount is in ${foreign.currency}, expected ${content.value.currency}.`, "CURRENCY_MISMATCH");
  }
  for (const [place, each] of content.ways.entries()) {
    if (each.way === "BOUGHT" && each.price.amountMinor < BigInt(each.instalments)) {
      wrong(
        "ways",
        `ways.${place}.price is ${each.price.amountMinor}, expected one minor unit an instalment at least.`,
      );
    }
  }
  const { terms } = content;
  if (
    terms.kind === "CASH_RETURN" &&
    terms.steps.some((step) => step.pays.amountMinor > terms.yearlyMaximum.amountMinor)
  ) {
    wrong("terms", "A step pays more than yearlyMaximum, expected at most that.");
  }
  return refusals;
}

function moneyOf(terms: BenefitTerms) {
  switch (terms.kind) {
    case "COUPON": {
      const { discount } = terms;
      if (discount.kind === "AMOUNT") return [discount.off, discount.minimumSpend];
      return [discount.ceiling, ...(discount.minimumSpend ? [discount.minimumSpend] : [])];
    }
    case "DISCOUNT":
      return terms.ceiling ? [terms.ceiling] : [];
    case "CASH_RETURN":
      return [terms.yearlyMaximum, ...terms.steps.flatMap(({ atSpend, pays }) => (atSpend ? [atSpend, pays] : [pays]))];
    case "COVER":
      return [terms.amount];
    default:
      return [];
  }
}
