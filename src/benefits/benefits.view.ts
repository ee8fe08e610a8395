import { allows } from "../auth/core/policy";
import type { RequestContext } from "../context";
import { points } from "../kernel/points";
import type { Result } from "../kernel/result";
import { givenMoney, givenRule, givenTexts, readable, shownRule, shownTexts } from "../publishing/item-view";
import { toVersionFields } from "../publishing/publishing.types";
import type { BenefitVersion } from "./benefit-kind";
import type { BenefitContentInput, BenefitContentType, BenefitVersionType } from "./benefits.types";
import type { BenefitContent, BenefitTerms, ObtainWay } from "./core/benefit";
import { shownTerms, type BenefitTermsInput, type CouponDiscountInput } from "./terms.types";
import type { ObtainWayInput } from "./ways.types";

/** Of one benefit: whose it is decides what the caller sees of it. */
interface Owned {
  readonly partnerId: string | null;
}

/** For who sees all of the benefit: versions are shown to nobody else. */
export function toBenefitVersion(version: BenefitVersion, context: RequestContext, owner: Owned): BenefitVersionType {
  return { ...toVersionFields(version, true), content: toBenefitContent(version.content, context, owner, true) };
}

export function toBenefitContent(
  content: BenefitContent,
  context: RequestContext,
  owner: Owned,
  seesAll: boolean,
): BenefitContentType {
  const { unitCost, supplierCode, funders, rule, termsText, name, imageUrl, ...rest } = content;
  const seesCosts = allows(context.actor, "Benefit.costs", { partnerId: owner.partnerId });
  return {
    ...rest,
    ...shownTexts({ name, termsText, imageUrl }, context),
    terms: shownTerms(content.terms),
    costs: seesCosts ? { unitCost, supplierCode, funders } : null,
    rule: shownRule(rule, context, seesAll),
  };
}

/** The content that an input is. Refuses a rule that cannot be read, and amounts that no currency has. */
export async function fromBenefitInput(
  context: RequestContext,
  input: BenefitContentInput,
): Promise<Result<BenefitContent>> {
  const rule = await givenRule(context, input, ["input", "content"]);
  if (!rule.ok) return rule;
  return readable(() => {
    const { category, lastsMonths, timeZone, supplierCode, funders, fulfilment, merchantCodes, priority } = input;
    const { stock, idle } = input;
    return {
      ...givenTexts(input),
      ...{ category, lastsMonths, timeZone, supplierCode, fulfilment, merchantCodes, priority },
      terms: givenTerms(input.terms),
      unitCost: givenMoney(input.unitCost),
      value: givenMoney(input.value),
      funders: funders.map(({ partnerCode, basisPoints }) => ({ partnerCode, basisPoints })),
      stock: stock ? { units: stock.units, per: stock.per ?? null } : null,
      ways: input.ways.map(givenWay),
      idle: idle ? { unusedDays: idle.unusedDays, endingDays: idle.endingDays ?? null } : null,
      rule: rule.value,
    };
  });
}

function givenTerms(input: BenefitTermsInput): BenefitTerms {
  const { countedService, coupon, membership, discount, cashReturn, cover, access } = input;
  if (countedService) return { kind: "COUNTED_SERVICE", quota: { ...countedService.quota } };
  if (coupon) return { kind: "COUPON", quota: { ...coupon.quota }, discount: givenDiscount(coupon.discount) };
  if (membership) return { kind: "MEMBERSHIP", quota: { ...membership.quota } };
  if (discount) {
    const { quota, basisPoints, ceiling } = discount;
    return {
      ...{ kind: "DISCOUNT", basisPoints },
      quota: quota ? { ...quota } : null,
      ceiling: ceiling ? givenMoney(ceiling) : null,
    };
  }
  if (cashReturn) {
    const steps = cashReturn.steps.map(({ atSpend, atPurchases, pays }) => ({
      atSpend: atSpend ? givenMoney(atSpend) : null,
      atPurchases: atPurchases ?? null,
      pays: givenMoney(pays),
    }));
    return { kind: "CASH_RETURN", per: cashReturn.per, steps, yearlyMaximum: givenMoney(cashReturn.yearlyMaximum) };
  }
  if (cover) {
    return {
      kind: "COVER",
      amount: givenMoney(cover.amount),
      beneficiary: cover.beneficiary,
      waitingDays: cover.waitingDays,
    };
  }
  if (access) return { kind: "ACCESS", quota: { ...access.quota }, guests: access.guests };
  throw new Error("a oneOf input without any of its fields");
}

function givenDiscount({ amountOff, percentOff }: CouponDiscountInput) {
  if (amountOff) {
    const { off, minimumSpend } = amountOff;
    return { kind: "AMOUNT" as const, off: givenMoney(off), minimumSpend: givenMoney(minimumSpend) };
  }
  if (!percentOff) throw new Error("a oneOf input without any of its fields");
  const { basisPoints, ceiling, minimumSpend } = percentOff;
  return {
    ...{ kind: "PERCENT" as const, basisPoints, ceiling: givenMoney(ceiling) },
    minimumSpend: minimumSpend ? givenMoney(minimumSpend) : null,
  };
}

function givenWay({ earned, redeemed, bought, exchanged }: ObtainWayInput): ObtainWay {
  if (earned) return { way: "EARNED", ...earned, mark: givenMoney(earned.mark) };
  if (redeemed) return { way: "REDEEMED", programCode: redeemed.programCode, points: points(redeemed.points) };
  if (bought) return { way: "BOUGHT", ...bought, price: givenMoney(bought.price) };
  if (!exchanged) throw new Error("a oneOf input without any of its fields");
  return { way: "EXCHANGED", ...exchanged, stock: exchanged.stock ?? null };
}
