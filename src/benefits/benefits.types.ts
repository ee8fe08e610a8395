import { Field, InputType, Int, ObjectType } from "type-graphql";
import { graphqlEnum } from "../graphql/enum";
import { NodeInterface } from "../graphql/node";
import { MoneyInput, MoneyType } from "../graphql/value.types";
import { ContentFields, ContentInputFields, ItemFields } from "../publishing/item.types";
import { VersionFields } from "../publishing/publishing.types";
import { RuleInput } from "../rules/rules.inputs";
import { RuleType } from "../rules/rules.types";
import type { BenefitCategory, Fulfilment } from "./core/benefit";
import { BenefitTermsInput, BenefitTermsUnion } from "./terms.types";
import { ObtainWayInput, ObtainWayUnion } from "./ways.types";

export const BenefitCategoryEnum = graphqlEnum<BenefitCategory>(
  "BenefitCategory",
  "What members look for a benefit under.",
  {
    HEALTH: "Health.",
    BUSINESS_TRAVEL: "Business travel.",
    SPORT: "Sport.",
    ENTERTAINMENT: "Entertainment.",
    INSURANCE: "Insurance.",
    CAR: "Car.",
    DINING: "Dining.",
    GREEN_TRAVEL: "Green travel.",
  },
);

export const FulfilmentEnum = graphqlEnum<Fulfilment>("Fulfilment", "How a member gets what it claims.", {
  CODE_POOL: "By one of the supplier's codes.",
  SUPPLIER_CALL: "By a call to the supplier, whose answer may stay unknown for a while.",
  AT_TILL: "By showing a one-time code at an outlet.",
});

const StockPeriodEnum = graphqlEnum<"DAY" | "MONTH">("StockPeriod", "For which time a shared stock is.", {
  DAY: "A calendar day.",
  MONTH: "A calendar month.",
});

@ObjectType("FunderShare", { description: "Who bears a part of what a use costs.", simpleResolvers: true })
export class FunderShareType {
  @Field(() => String, { description: "Code of the partner." })
  partnerCode!: string;

  @Field(() => Int, { description: "Its part in ten-thousandths; those of a benefit add up to 10000." })
  basisPoints!: number;
}

@ObjectType("BenefitCosts", { description: "What a use costs, and who bears it.", simpleResolvers: true })
export class BenefitCostsType {
  @Field(() => MoneyType, { description: "What one use costs." })
  unitCost!: MoneyType;

  @Field(() => String, { description: "Code of the partner that provides it." })
  supplierCode!: string;

  @Field(() => [FunderShareType], { description: "Who bears it." })
  funders!: readonly FunderShareType[];
}

@ObjectType("StockTerms", { description: "Units shared by all members.", simpleResolvers: true })
export class StockTermsType {
  @Field(() => Int, { description: "How many." })
  units!: number;

  @Field(() => StockPeriodEnum, { nullable: true, description: "For each of these; null: for ever." })
  per!: "DAY" | "MONTH" | null;
}

@ObjectType("IdleTerms", { description: "When what a member has of it counts as idle.", simpleResolvers: true })
export class IdleTermsType {
  @Field(() => Int, { description: "Unused for so many days." })
  unusedDays!: number;

  @Field(() => Int, { nullable: true, description: "And ending within so many days; null: whenever it ends." })
  endingDays!: number | null;
}

@ObjectType("BenefitContent", { description: "What one version of a benefit says.", simpleResolvers: true })
export class BenefitContentType extends ContentFields {
  @Field(() => BenefitCategoryEnum, { description: "What members look for it under." })
  category!: BenefitCategory;

  @Field(() => BenefitTermsUnion, { description: "What it is." })
  terms!: object;

  @Field(() => Int, { description: "For how many months it is granted where no card's cycle says it." })
  lastsMonths!: number;

  @Field(() => String, { description: "IANA zone of its periods where no card's zone says it." })
  timeZone!: string;

  @Field(() => MoneyType, { description: "What one use is worth to a member." })
  value!: MoneyType;

  @Field(() => FulfilmentEnum, { description: "How a member gets it." })
  fulfilment!: Fulfilment;

  @Field(() => StockTermsType, { nullable: true, description: "Units shared by all members; null: no limit." })
  stock!: StockTermsType | null;

  @Field(() => [String], {
    description: "Codes of the merchants where it can be used; empty: wherever its supplier serves.",
  })
  merchantCodes!: readonly string[];

  @Field(() => [ObtainWayUnion], { description: "Ways to obtain it beside an election." })
  ways!: readonly object[];

  @Field(() => IdleTermsType, { nullable: true, description: "When it counts as idle; null: never." })
  idle!: IdleTermsType | null;

  @Field(() => BenefitCostsType, {
    nullable: true,
    description: "What a use costs; null where the caller is neither staff nor of the owning partner.",
  })
  costs!: BenefitCostsType | null;

  @Field(() => RuleType, {
    nullable: true,
    description: "Who may have it, and in which moments; null: everybody, or the caller may not see it.",
  })
  rule!: RuleType | null;

  @Field(() => Int, { description: "Where it stands among what a member is shown, 0 to 1000, higher first." })
  priority!: number;
}

@ObjectType("Benefit", {
  description: "One right that members can have: a service, a coupon, a membership, a cover.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class BenefitType extends ItemFields {}

@ObjectType("BenefitVersion", {
  description: "One version of a benefit with its place in the lifecycle.",
  simpleResolvers: true,
})
export class BenefitVersionType extends VersionFields {
  @Field(() => BenefitContentType, { description: "What it says." })
  content!: BenefitContentType;
}

@InputType("FunderShareInput", { description: "Who bears a part of what a use costs." })
export class FunderShareInput {
  @Field(() => String, { description: "Code of the partner." })
  partnerCode!: string;

  @Field(() => Int, { description: "Its part in ten-thousandths; together 10000." })
  basisPoints!: number;
}

@InputType("StockTermsInput", { description: "Units shared by all members." })
export class StockTermsInput {
  @Field(() => Int, { description: "How many, 1 or more." })
  units!: number;

  @Field(() => StockPeriodEnum, { nullable: true, description: "For each of these; absent: for ever." })
  per?: "DAY" | "MONTH" | null;
}

@InputType("IdleTermsInput", { description: "When what a member has of it counts as idle." })
export class IdleTermsInput {
  @Field(() => Int, { description: "Unused for so many days." })
  unusedDays!: number;

  @Field(() => Int, { nullable: true, description: "And ending within so many days; absent: whenever it ends." })
  endingDays?: number | null;
}

@InputType({ description: "What a version of a benefit says." })
export class BenefitContentInput extends ContentInputFields {
  @Field(() => BenefitCategoryEnum, { description: "What members look for it under." })
  category!: BenefitCategory;

  @Field(() => BenefitTermsInput, { description: "What it is." })
  terms!: BenefitTermsInput;

  @Field(() => Int, {
    defaultValue: 12,
    description: "For how many months it is granted where no card's cycle says it.",
  })
  lastsMonths!: number;

  @Field(() => String, { description: "IANA zone of its periods where no card's zone says it." })
  timeZone!: string;

  @Field(() => String, { description: "Code of the partner that provides it." })
  supplierCode!: string;

  @Field(() => MoneyInput, { description: "What one use costs." })
  unitCost!: MoneyInput;

  @Field(() => MoneyInput, { description: "What one use is worth to a member, in the same currency." })
  value!: MoneyInput;

  @Field(() => [FunderShareInput], { description: "Who bears the cost; together 10000 basis points." })
  funders!: FunderShareInput[];

  @Field(() => FulfilmentEnum, { description: "How a member gets it." })
  fulfilment!: Fulfilment;

  @Field(() => StockTermsInput, { nullable: true, description: "Units shared by all members; absent: no limit." })
  stock?: StockTermsInput | null;

  @Field(() => [String], { defaultValue: [], description: "Codes of the merchants where it can be used; empty: any." })
  merchantCodes!: string[];

  @Field(() => [ObtainWayInput], { defaultValue: [], description: "Ways to obtain it beside an election." })
  ways!: ObtainWayInput[];

  @Field(() => IdleTermsInput, { nullable: true, description: "When it counts as idle; absent: never." })
  idle?: IdleTermsInput | null;

  @Field(() => RuleInput, { nullable: true, description: "Who may have it, and in which moments; absent: everybody." })
  rule?: RuleInput | null;

  @Field(() => String, { nullable: true, description: "The same in the text form, instead of `rule`." })
  ruleText?: string | null;

  @Field(() => Int, { defaultValue: 500, description: "Where it stands among what a member is shown, 0 to 1000." })
  priority!: number;
}
