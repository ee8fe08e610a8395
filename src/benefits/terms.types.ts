import { createUnionType, Field, InputType, Int, ObjectType } from "type-graphql";
import { graphqlEnum } from "../graphql/enum";
import { oneOfInput } from "../graphql/one-of";
import { MoneyInput, MoneyType } from "../graphql/value.types";
import type { BenefitTerms, QuotaPeriod, QuotaTerms } from "./core/benefit";

export const QuotaPeriodEnum = graphqlEnum<QuotaPeriod>(
  "QuotaPeriod",
  "A period of a quota, in the zone of the entitlement.",
  {
    DAY: "A calendar day.",
    WEEK: "A week from Monday on.",
    MONTH: "A calendar month.",
    QUARTER: "A calendar quarter.",
    YEAR: "A calendar year.",
    CYCLE: "All the time for which it was granted: a year of the card.",
  },
);

@ObjectType("QuotaTerms", { description: "How often a benefit may be used.", simpleResolvers: true })
export class QuotaTermsType {
  @Field(() => Int, { description: "Units in each period, the first and the last one whole." })
  units!: number;

  @Field(() => QuotaPeriodEnum, { description: "The period." })
  per!: QuotaPeriod;

  @Field(() => Boolean, { description: "Whether what a period left goes to the next ones." })
  carryOver!: boolean;
}

@InputType("QuotaTermsInput", { description: "How often a benefit may be used." })
export class QuotaTermsInput implements QuotaTerms {
  @Field(() => Int, { description: "Units in each period, 1 or more." })
  units!: number;

  @Field(() => QuotaPeriodEnum, { description: "The period." })
  per!: QuotaPeriod;

  @Field(() => Boolean, { defaultValue: false, description: "Whether what a period left goes to the next ones." })
  carryOver!: boolean;
}

@ObjectType("CountedServiceTerms", {
  description: "A service counted by use: one car wash a month.",
  simpleResolvers: true,
})
export class CountedServiceTermsType {
  @Field(() => QuotaTermsType, { description: "How often." })
  quota!: QuotaTermsType;
}

@ObjectType("AmountOff", { description: "An amount off a price: 20 off 100.", simpleResolvers: true })
export class AmountOffType {
  @Field(() => MoneyType, { description: "What is taken off." })
  off!: MoneyType;

  @Field(() => MoneyType, { description: "From which price on." })
  minimumSpend!: MoneyType;
}

@ObjectType("PercentOff", { description: "A part of a price off, up to a ceiling.", simpleResolvers: true })
export class PercentOffType {
  @Field(() => Int, { description: "Ten-thousandths of the price: 2000 is 20 %." })
  basisPoints!: number;

  @Field(() => MoneyType, { description: "At most so much." })
  ceiling!: MoneyType;

  @Field(() => MoneyType, { nullable: true, description: "From which price on; null: any." })
  minimumSpend!: MoneyType | null;
}

@ObjectType("CouponTerms", { description: "A coupon.", simpleResolvers: true })
export class CouponTermsType {
  @Field(() => QuotaTermsType, { description: "How often." })
  quota!: QuotaTermsType;

  @Field(() => AmountOffType, { nullable: true, description: "What it takes off, where that is an amount." })
  amountOff!: AmountOffType | null;

  @Field(() => PercentOffType, { nullable: true, description: "What it takes off, where that is a part of the price." })
  percentOff!: PercentOffType | null;
}

@ObjectType("MembershipTerms", {
  description: "A membership elsewhere, claimed anew each period.",
  simpleResolvers: true,
})
export class MembershipTermsType {
  @Field(() => QuotaTermsType, { description: "How often it is claimed." })
  quota!: QuotaTermsType;
}

@ObjectType("DiscountTerms", { description: "A lasting discount.", simpleResolvers: true })
export class DiscountTermsType {
  @Field(() => QuotaTermsType, { nullable: true, description: "How often; null: as often as wished." })
  quota!: QuotaTermsType | null;

  @Field(() => Int, { description: "Ten-thousandths of the price: 2000 is 20 %." })
  basisPoints!: number;

  @Field(() => MoneyType, { nullable: true, description: "At most so much a time; null: no ceiling." })
  ceiling!: MoneyType | null;
}

@ObjectType("CashReturnStep", { description: "A mark that pays money back when it is reached.", simpleResolvers: true })
export class CashReturnStepType {
  @Field(() => MoneyType, { nullable: true, description: "Spend in the period that reaches it; null: none does." })
  atSpend!: MoneyType | null;

  @Field(() => Int, { nullable: true, description: "Purchases in the period that reach it; null: none do." })
  atPurchases!: number | null;

  @Field(() => MoneyType, { description: "What is paid for the period." })
  pays!: MoneyType;
}

export const CashReturnPeriodEnum = graphqlEnum<"MONTH" | "QUARTER">(
  "CashReturnPeriod",
  "For which time money is paid back.",
  {
    MONTH: "A calendar month.",
    QUARTER: "A calendar quarter.",
  },
);

@ObjectType("CashReturnTerms", {
  description:
    "Money back for spend or for the number of purchases; of several steps that are reached the highest is paid.",
  simpleResolvers: true,
})
export class CashReturnTermsType {
  @Field(() => CashReturnPeriodEnum, { description: "For which periods." })
  per!: "MONTH" | "QUARTER";

  @Field(() => [CashReturnStepType], { description: "The marks." })
  steps!: readonly CashReturnStepType[];

  @Field(() => MoneyType, { description: "Never more within twelve months from the grant." })
  yearlyMaximum!: MoneyType;
}

@ObjectType("CoverTerms", { description: "Insurance cover.", simpleResolvers: true })
export class CoverTermsType {
  @Field(() => MoneyType, { description: "Up to which amount." })
  amount!: MoneyType;

  @Field(() => String, { description: "For whom or what: `PET`." })
  beneficiary!: string;

  @Field(() => Int, { description: "Days from the grant during which nothing is covered yet." })
  waitingDays!: number;
}

@ObjectType("AccessTerms", { description: "Entry, such as lounges.", simpleResolvers: true })
export class AccessTermsType {
  @Field(() => QuotaTermsType, { description: "How often; each guest takes a unit as the member does." })
  quota!: QuotaTermsType;

  @Field(() => Int, { description: "How many guests at a time." })
  guests!: number;
}

const namesOfTerms: Readonly<Record<BenefitTerms["kind"], string>> = {
  COUNTED_SERVICE: "CountedServiceTerms",
  COUPON: "CouponTerms",
  MEMBERSHIP: "MembershipTerms",
  DISCOUNT: "DiscountTerms",
  CASH_RETURN: "CashReturnTerms",
  COVER: "CoverTerms",
  ACCESS: "AccessTerms",
};

export const BenefitTermsUnion = createUnionType({
  name: "BenefitTerms",
  description: "What a benefit is, by kind.",
  types: () =>
    [
      CountedServiceTermsType,
      CouponTermsType,
      MembershipTermsType,
      DiscountTermsType,
      CashReturnTermsType,
      CoverTermsType,
      AccessTermsType,
    ] as const,
  resolveType: (terms) => namesOfTerms[(terms as unknown as BenefitTerms).kind],
});

/** The terms as the union shows them. */
export function shownTerms(terms: BenefitTerms): object {
  if (terms.kind !== "COUPON") return terms;
  const { discount } = terms;
  return {
    ...terms,
    amountOff: discount.kind === "AMOUNT" ? discount : null,
    percentOff: discount.kind === "PERCENT" ? discount : null,
  };
}

@InputType("CountedServiceInput", { description: "A service counted by use." })
export class CountedServiceInput {
  @Field(() => QuotaTermsInput, { description: "How often." })
  quota!: QuotaTermsInput;
}

@InputType("AmountOffInput", { description: "An amount off a price." })
export class AmountOffInput {
  @Field(() => MoneyInput, { description: "What is taken off." })
  off!: MoneyInput;

  @Field(() => MoneyInput, { description: "From which price on." })
  minimumSpend!: MoneyInput;
}

@InputType("PercentOffInput", { description: "A part of a price off, up to a ceiling." })
export class PercentOffInput {
  @Field(() => Int, { description: "Ten-thousandths of the price, 1 to 10000." })
  basisPoints!: number;

  @Field(() => MoneyInput, { description: "At most so much." })
  ceiling!: MoneyInput;

  @Field(() => MoneyInput, { nullable: true, description: "From which price on; absent: any." })
  minimumSpend?: MoneyInput | null;
}

@InputType(oneOfInput("CouponDiscountInput"), { description: "What a coupon takes off." })
export class CouponDiscountInput {
  @Field(() => AmountOffInput, { nullable: true, description: "An amount." })
  amountOff?: AmountOffInput;

  @Field(() => PercentOffInput, { nullable: true, description: "A part of the price." })
  percentOff?: PercentOffInput;
}

@InputType("CouponInput", { description: "A coupon." })
export class CouponInput {
  @Field(() => QuotaTermsInput, { description: "How often." })
  quota!: QuotaTermsInput;

  @Field(() => CouponDiscountInput, { description: "What it takes off." })
  discount!: CouponDiscountInput;
}

@InputType("DiscountInput", { description: "A lasting discount." })
export class DiscountInput {
  @Field(() => QuotaTermsInput, { nullable: true, description: "How often; absent: as often as wished." })
  quota?: QuotaTermsInput | null;

  @Field(() => Int, { description: "Ten-thousandths of the price, 1 to 10000." })
  basisPoints!: number;

  @Field(() => MoneyInput, { nullable: true, description: "At most so much a time; absent: no ceiling." })
  ceiling?: MoneyInput | null;
}

@InputType("CashReturnStepInput", { description: "A mark that pays money back; at least one of the two marks." })
export class CashReturnStepInput {
  @Field(() => MoneyInput, { nullable: true, description: "Spend in the period that reaches it." })
  atSpend?: MoneyInput | null;

  @Field(() => Int, { nullable: true, description: "Purchases in the period that reach it." })
  atPurchases?: number | null;

  @Field(() => MoneyInput, { description: "What is paid for the period." })
  pays!: MoneyInput;
}

@InputType("CashReturnInput", { description: "Money back for spend or for the number of purchases." })
export class CashReturnInput {
  @Field(() => CashReturnPeriodEnum, { description: "For which periods." })
  per!: "MONTH" | "QUARTER";

  @Field(() => [CashReturnStepInput], { description: "The marks, at least one." })
  steps!: CashReturnStepInput[];

  @Field(() => MoneyInput, { description: "Never more within twelve months from the grant." })
  yearlyMaximum!: MoneyInput;
}

@InputType("CoverInput", { description: "Insurance cover." })
export class CoverInput {
  @Field(() => MoneyInput, { description: "Up to which amount." })
  amount!: MoneyInput;

  @Field(() => String, { description: "For whom or what, in capitals: `PET`." })
  beneficiary!: string;

  @Field(() => Int, { defaultValue: 0, description: "Days from the grant during which nothing is covered yet." })
  waitingDays!: number;
}

@InputType("AccessInput", { description: "Entry, such as lounges." })
export class AccessInput {
  @Field(() => QuotaTermsInput, { description: "How often; each guest takes a unit as the member does." })
  quota!: QuotaTermsInput;

  @Field(() => Int, { defaultValue: 0, description: "How many guests at a time." })
  guests!: number;
}

@InputType(oneOfInput("BenefitTermsInput"), { description: "What a benefit is." })
export class BenefitTermsInput {
  @Field(() => CountedServiceInput, { nullable: true, description: "A service counted by use." })
  countedService?: CountedServiceInput;

  @Field(() => CouponInput, { nullable: true, description: "A coupon." })
  coupon?: CouponInput;

  @Field(() => CountedServiceInput, {
    nullable: true,
    description: "A membership elsewhere, claimed anew each period.",
  })
  membership?: CountedServiceInput;

  @Field(() => DiscountInput, { nullable: true, description: "A lasting discount." })
  discount?: DiscountInput;

  @Field(() => CashReturnInput, { nullable: true, description: "Money back for spend or purchases." })
  cashReturn?: CashReturnInput;

  @Field(() => CoverInput, { nullable: true, description: "Insurance cover." })
  cover?: CoverInput;

  @Field(() => AccessInput, { nullable: true, description: "Entry." })
  access?: AccessInput;
}
