import type { RequestContext } from "../context";
import { fromLocalisedText, toLocalisedText } from "../graphql/value.types";
import { inLocale } from "../kernel/localised";
import { points } from "../kernel/points";
import { done, refuseAll, type Refusal, type Result } from "../kernel/result";
import { givenMoney, givenRule, givenTexts, readable, shownRule, shownTexts } from "../publishing/item-view";
import { toVersionFields } from "../publishing/publishing.types";
import type { Rule } from "../rules/core/rule";
import type { CardProductContentInput, CardProductContentType, CardProductVersionType } from "./card-products.types";
import type { CardProductContent, Slot, SlotFill, SwapPolicy } from "./core/card-product";
import type { CardProductVersion } from "./product-kind";
import type { ProductSlotInput, ProductSlotType, SlotFillInput, SwapPolicyInput } from "./slots.types";

/** For who sees all of the product: versions are shown to nobody else. */
export function toProductVersion(version: CardProductVersion, context: RequestContext): CardProductVersionType {
  return { ...toVersionFields(version, true), content: toProductContent(version.content, context, true) };
}

export function toProductContent(
  content: CardProductContent,
  context: RequestContext,
  seesAll: boolean,
): CardProductContentType {
  const { brand, timeZone, cycle, slots, onProductChange, rule } = content;
  return {
    ...shownTexts(content, context),
    brand: inLocale(brand, context.locale),
    brandTranslations: fromLocalisedText(brand),
    ...{ timeZone, cycle, onProductChange },
    slots: slots.map((slot) => toSlot(slot, context, seesAll)),
    rule: shownRule(rule, context, seesAll),
  };
}

export function toSlot(slot: Slot, context: RequestContext, seesAll: boolean): ProductSlotType {
  const { code, name, fill, electionWindow, swap, rule } = slot;
  return {
    ...{ code, fill, electionWindow },
    name: inLocale(name, context.locale),
    nameTranslations: fromLocalisedText(name),
    swap: swap && { ...swap, exclusions: swap.exclusions.map(([from, to]) => ({ from, to })) },
    rule: shownRule(rule, context, seesAll),
  };
}

/** The content that an input is. Refuses rules that cannot be read, and amounts that no currency has. */
export async function fromProductInput(
  context: RequestContext,
  input: CardProductContentInput,
): Promise<Result<CardProductContent>> {
  const path = ["input", "content"];
  const refusals: Refusal[] = [];
  const ruleOf = async (given: Parameters<typeof givenRule>[1], at: readonly string[]): Promise<Rule | null> => {
    const rule = await givenRule(context, given, at);
    if (rule.ok) return rule.value;
    refusals.push(...rule.refusals);
    return null;
  };
  const rule = await ruleOf(input, path);
  const slots: Result<Slot>[] = [];
  for (const [place, slot] of input.slots.entries()) {
    const ofSlot = await ruleOf(slot, [...path, "slots", String(place)]);
    slots.push(readable(() => givenSlot(slot, ofSlot)));
  }
  refusals.push(...slots.flatMap((slot) => (slot.ok ? [] : slot.refusals)));
  if (refusals.length > 0) return refuseAll(refusals);
  const { timeZone, cycle, onProductChange } = input;
  return done({
    ...givenTexts(input),
    ...{ timeZone, cycle, onProductChange, rule },
    brand: toLocalisedText(input.brand),
    slots: slots.flatMap((slot) => (slot.ok ? [slot.value] : [])),
  });
}

function givenSlot({ code, name, fill, electionWindow, swap }: ProductSlotInput, rule: Rule | null): Slot {
  const { opensDaysBefore, closesAfterDays } = electionWindow;
  return {
    ...{ code, rule, name: toLocalisedText(name), fill: givenFill(fill), swap: swap ? givenSwap(swap) : null },
    electionWindow: { opensDaysBefore, closesAfterDays: closesAfterDays ?? null },
  };
}

function givenFill({ pick, fixed, tier }: SlotFillInput): SlotFill {
  if (pick) {
    const { picks, packageCodes, defaultCodes } = pick;
    return { kind: "PICK", picks, packageCodes, defaultCodes };
  }
  if (fixed) return { kind: "FIXED", packageCodes: fixed.packageCodes };
  if (!tier) throw new Error("a oneOf input without any of its fields");
  const tiers = tier.tiers.map(({ tierCode, packageCodes }) => ({ tierCode, packageCodes }));
  return { kind: "TIER", programCode: tier.programCode, tiers };
}

function givenSwap(input: SwapPolicyInput): SwapPolicy {
  const { perCycle, partlyUsed, coolingOffDays, swapBack, fee, quoteMinutes, payWithPoints } = input;
  return {
    ...{ perCycle, partlyUsed, coolingOffDays, swapBack, quoteMinutes },
    windows: input.windows.map(({ fromDay, toDay }) => ({ fromDay, toDay: toDay ?? null })),
    fee: fee ? givenMoney(fee) : null,
    payWithPoints: payWithPoints
      ? { programCode: payWithPoints.programCode, pointsPerMinorUnit: points(payWithPoints.pointsPerMinorUnit) }
      : null,
    exclusions: input.exclusions.map(({ from, to }) => [from, to] as const),
  };
}
