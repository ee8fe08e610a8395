import { z } from "zod";
import { storedMoney } from "../../benefits/core/stored-terms";
import { points } from "../../kernel/points";
import { done, refuseAll, type Refusal, type Result } from "../../kernel/result";
import { isTimeZone } from "../../kernel/time-zone";
import { localisedText, shapeRefusal } from "../../publishing/core/content-shape";
import { readRule } from "../../rules/core/check";
import type { Rule } from "../../rules/core/rule";
import { partlyUsedPolicies, productChangePolicies, type CardProductContent, type Slot } from "./card-product";

const root = ["input", "content"];

const code = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/, "expected a code of lower-case letters, digits and hyphens");
const codes = z.array(code).max(100);
const days = z.int().min(0).max(3_660);

const swap = z.strictObject({
  windows: z
    .array(z.strictObject({ fromDay: days, toDay: days.nullable() }))
    .min(1)
    .max(20),
  perCycle: z.int().min(1).max(366),
  partlyUsed: z.enum(partlyUsedPolicies),
  coolingOffDays: days,
  swapBack: z.boolean(),
  fee: storedMoney.nullable(),
  quoteMinutes: z.int().min(1).max(1_440),
  payWithPoints: z
    .strictObject({
      programCode: code,
      pointsPerMinorUnit: z
        .string()
        .regex(/^[1-9]\d{0,8}$/, "expected a whole number of points, more than 0")
        .transform((digits) => points(BigInt(digits))),
    })
    .nullable(),
  exclusions: z.array(z.tuple([code, code])).max(500),
});

const fill = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("PICK"),
    picks: z.int().min(1).max(100),
    packageCodes: codes.min(1),
    defaultCodes: codes,
  }),
  z.strictObject({ kind: z.literal("FIXED"), packageCodes: codes.min(1) }),
  z.strictObject({
    kind: z.literal("TIER"),
    programCode: code,
    tiers: z
      .array(z.strictObject({ tierCode: z.string().min(1).max(63), packageCodes: codes }))
      .min(1)
      .max(50),
  }),
]);

const storedShape = z.strictObject({
  name: localisedText(200),
  termsText: localisedText(20_000),
  imageUrl: localisedText(2000).nullable(),
  brand: localisedText(200),
  timeZone: z.string().refine(isTimeZone, "expected an IANA time zone such as Asia/Shanghai"),
  cycle: z.enum(["CARD_YEAR", "CALENDAR_YEAR"]),
  slots: z
    .array(
      z.strictObject({
        code,
        name: localisedText(200),
        fill,
        electionWindow: z.strictObject({ opensDaysBefore: days, closesAfterDays: days.nullable() }),
        swap: swap.nullable(),
        rule: z.unknown().default(null),
      }),
    )
    .min(1)
    .max(50),
  onProductChange: z.enum(productChangePolicies),
  rule: z.unknown().default(null),
});

/** Reads a content from its stored JSON. Refuses with INVALID_INPUT, naming the field, its value and what was expected. */
export function parseProductContent(json: unknown): Result<CardProductContent> {
  const shaped = storedShape.safeParse(json);
  if (!shaped.success) return refuseAll(shaped.error.issues.map((issue) => shapeRefusal(issue, json)));
  const refusals: Refusal[] = [];
  const read = (given: unknown, path: readonly string[]): Rule | null => {
    if (given === null) return null;
    const rule = readRule(given, [...root, ...path, "rule"]);
    if (rule.ok) return rule.value;
    refusals.push(...rule.refusals);
    return null;
  };
  const slots: Slot[] = shaped.data.slots.map((slot, place) => ({
    ...slot,
    rule: read(slot.rule, ["slots", String(place)]),
  }));
  const content: CardProductContent = { ...shaped.data, slots, rule: read(shaped.data.rule, []) };
  refusals.push(...slotRefusals(slots));
  return refusals.length > 0 ? refuseAll(refusals) : done(content);
}

/** The one JSON of a content; rules that say nothing are left out. */
export function serialiseProductContent({ rule, slots, ...content }: CardProductContent): unknown {
  return {
    ...content,
    slots: slots.map(({ rule: ofSlot, ...slot }) => ({ ...slot, ...(ofSlot === null ? {} : { rule: ofSlot }) })),
    ...(rule === null ? {} : { rule }),
  };
}

/** How the parts of slots go together. */
function slotRefusals(slots: readonly Slot[]): Refusal[] {
  const refusals: Refusal[] = [];
  const seen = new Set<string>();
  for (const [place, { code: slotCode, fill: filling, swap: policy }] of slots.entries()) {
    const wrong = (field: string, message: string) =>
      refusals.push({ code: "INVALID_INPUT", message, path: [...root, "slots", String(place), field] });
    if (seen.has(slotCode)) wrong("code", `Slot code "${slotCode}" stands twice, expected each once.`);
    seen.add(slotCode);
    if (filling.kind === "PICK") {
      const { picks, packageCodes, defaultCodes } = filling;
      if (picks > packageCodes.length)
        wrong("fill", `picks is ${picks}, expected at most ${packageCodes.length} packages.`);
      if (defaultCodes.length > picks)
        wrong("fill", `defaultCodes are ${defaultCodes.length}, expected at most ${picks}.`);
      const foreign = defaultCodes.find((each) => !packageCodes.includes(each));
      if (foreign !== undefined) wrong("fill", `Default "${foreign}" is not among the slot's packages.`);
    } else if (policy) wrong("swap", `A slot of kind ${filling.kind} is not chosen, so that nothing of it is swapped.`);
    for (const { fromDay, toDay } of policy?.windows ?? []) {
      if (toDay !== null && toDay <= fromDay)
        wrong("swap", `toDay is ${toDay}, expected a day after fromDay, ${fromDay}.`);
    }
  }
  return refusals;
}

/** Every package that the content names. */
export function packageCodesOf({ slots }: Pick<CardProductContent, "slots">): string[] {
  const named = slots.flatMap(({ fill: filling }) =>
    filling.kind === "TIER" ? filling.tiers.flatMap((tier) => tier.packageCodes) : filling.packageCodes,
  );
  return [...new Set(named)];
}
