import { createUnionType, Field, InputType, Int, ObjectType } from "type-graphql";
import { graphqlEnum } from "../graphql/enum";
import { oneOfInput } from "../graphql/one-of";
import { PointsScalar } from "../graphql/scalars";
import { LocalisedTextInput, LocalisedTextType, MoneyInput, MoneyType } from "../graphql/value.types";
import { RuleInput } from "../rules/rules.inputs";
import { RuleType } from "../rules/rules.types";
import type { PartlyUsedPolicy, SlotFill } from "./core/card-product";

export const PartlyUsedPolicyEnum = graphqlEnum<PartlyUsedPolicy>(
  "PartlyUsedPolicy",
  "What a swap does with a package that was used, or whose cycle has begun.",
  {
    FORBID: "Once anything of it was used it is not swapped.",
    PRORATE_TIME: "Both worths count for the days left of the cycle.",
    PRORATE_USE: "The old worth less the value of what was used, against the new whole worth.",
    CHARGE_DIFFERENCE: "The whole worths are compared, whatever was used.",
  },
);

@ObjectType("DayWindow", { description: "Days of a cycle, counted from its first as 0.", simpleResolvers: true })
export class DayWindowType {
  @Field(() => Int, { description: "The first day." })
  fromDay!: number;

  @Field(() => Int, {
    nullable: true,
    description: "The first day that is not in it any more; null: to the cycle's end.",
  })
  toDay!: number | null;
}

@ObjectType("SwapExclusion", {
  description: "Two packages that may not follow each other within a cycle.",
  simpleResolvers: true,
})
export class SwapExclusionType {
  @Field(() => String, { description: "Code of the package that is given up." })
  from!: string;

  @Field(() => String, { description: "Code of the package that may not follow it." })
  to!: string;
}

@ObjectType("SwapPointsPrice", { description: "That a difference may be paid with points.", simpleResolvers: true })
export class SwapPointsPriceType {
  @Field(() => String, { description: "Code of the program." })
  programCode!: string;

  @Field(() => PointsScalar, { description: "Points for each minor unit of the difference." })
  pointsPerMinorUnit!: bigint;
}

@ObjectType("SwapPolicy", {
  description: "Whether, when and at what price a choice may be replaced within a cycle.",
  simpleResolvers: true,
})
export class SwapPolicyType {
  @Field(() => [DayWindowType], { description: "In which days of the cycle." })
  windows!: readonly DayWindowType[];

  @Field(() => Int, { description: "How many swaps of the slot in one cycle." })
  perCycle!: number;

  @Field(() => PartlyUsedPolicyEnum, { description: "What is done with a package that was used." })
  partlyUsed!: PartlyUsedPolicy;

  @Field(() => Int, { description: "Days after a choice during which it is not swapped." })
  coolingOffDays!: number;

  @Field(() => Boolean, {
    description: "Whether a package that was swapped away may be chosen again in the same cycle.",
  })
  swapBack!: boolean;

  @Field(() => MoneyType, { nullable: true, description: "On top of the difference; null: none." })
  fee!: MoneyType | null;

  @Field(() => Int, { description: "For how many minutes a quote is honoured." })
  quoteMinutes!: number;

  @Field(() => SwapPointsPriceType, { nullable: true, description: "Points it may be paid with; null: money alone." })
  payWithPoints!: SwapPointsPriceType | null;

  @Field(() => [SwapExclusionType], { description: "Which packages may not follow which." })
  exclusions!: readonly SwapExclusionType[];
}

@ObjectType("PickFill", { description: "Packages that the member picks.", simpleResolvers: true })
export class PickFillType {
  @Field(() => Int, { description: "How many." })
  picks!: number;

  @Field(() => [String], { description: "Codes of the packages to pick from." })
  packageCodes!: readonly string[];

  @Field(() => [String], { description: "Codes of those that fill what was not picked, in this order." })
  defaultCodes!: readonly string[];
}

@ObjectType("FixedFill", { description: "Packages that the slot always holds.", simpleResolvers: true })
export class FixedFillType {
  @Field(() => [String], { description: "Codes of the packages." })
  packageCodes!: readonly string[];
}

@ObjectType("TierPackages", { description: "The packages of a tier.", simpleResolvers: true })
export class TierPackagesType {
  @Field(() => String, { description: "Code of the tier." })
  tierCode!: string;

  @Field(() => [String], { description: "Codes of the packages." })
  packageCodes!: readonly string[];
}

@ObjectType("TierFill", { description: "The packages of the tier that the member holds.", simpleResolvers: true })
export class TierFillType {
  @Field(() => String, { description: "Code of the program whose tiers they are." })
  programCode!: string;

  @Field(() => [TierPackagesType], { description: "By tier; one that is not named has none." })
  tiers!: readonly TierPackagesType[];
}

const namesOfFills: Readonly<Record<SlotFill["kind"], string>> = {
  PICK: "PickFill",
  FIXED: "FixedFill",
  TIER: "TierFill",
};

export const SlotFillUnion = createUnionType({
  name: "SlotFill",
  description: "What fills a slot.",
  types: () => [PickFillType, FixedFillType, TierFillType] as const,
  resolveType: (fill) => namesOfFills[(fill as unknown as SlotFill).kind],
});

@ObjectType("ElectionWindow", { description: "When a slot may be chosen for a cycle.", simpleResolvers: true })
export class ElectionWindowType {
  @Field(() => Int, { description: "From how many days before the cycle." })
  opensDaysBefore!: number;

  @Field(() => Int, { nullable: true, description: "Until how many days after its start; null: all of it." })
  closesAfterDays!: number | null;
}

@ObjectType("ProductSlot", { description: "A place for packages on a card product.", simpleResolvers: true })
export class ProductSlotType {
  @Field(() => String, { description: "Code, stable within the product." })
  code!: string;

  @Field(() => String, { description: "Name in the caller's language." })
  name!: string;

  @Field(() => LocalisedTextType, { description: "Name in every language." })
  nameTranslations!: LocalisedTextType;

  @Field(() => SlotFillUnion, { description: "What fills it." })
  fill!: object;

  @Field(() => ElectionWindowType, { description: "When it may be chosen." })
  electionWindow!: ElectionWindowType;

  @Field(() => SwapPolicyType, { nullable: true, description: "When it may be swapped; null: what was chosen stays." })
  swap!: SwapPolicyType | null;

  @Field(() => RuleType, {
    nullable: true,
    description: "Which members have it; null: all, or the caller may not see it.",
  })
  rule!: RuleType | null;
}

@InputType("DayWindowInput", { description: "Days of a cycle, counted from its first as 0." })
export class DayWindowInput {
  @Field(() => Int, { description: "The first day." })
  fromDay!: number;

  @Field(() => Int, {
    nullable: true,
    description: "The first day that is not in it any more; absent: to the cycle's end.",
  })
  toDay?: number | null;
}

@InputType("SwapExclusionInput", { description: "Two packages that may not follow each other within a cycle." })
export class SwapExclusionInput {
  @Field(() => String, { description: "Code of the package that is given up." })
  from!: string;

  @Field(() => String, { description: "Code of the package that may not follow it." })
  to!: string;
}

@InputType("SwapPointsPriceInput", { description: "That a difference may be paid with points." })
export class SwapPointsPriceInput {
  @Field(() => String, { description: "Code of the program." })
  programCode!: string;

  @Field(() => PointsScalar, { description: "Points for each minor unit of the difference, more than 0." })
  pointsPerMinorUnit!: bigint;
}

@InputType("SwapPolicyInput", {
  description: "Whether, when and at what price a choice may be replaced within a cycle.",
})
export class SwapPolicyInput {
  @Field(() => [DayWindowInput], { description: "In which days of the cycle, at least one." })
  windows!: DayWindowInput[];

  @Field(() => Int, { description: "How many swaps of the slot in one cycle, 1 or more." })
  perCycle!: number;

  @Field(() => PartlyUsedPolicyEnum, { description: "What is done with a package that was used." })
  partlyUsed!: PartlyUsedPolicy;

  @Field(() => Int, { defaultValue: 0, description: "Days after a choice during which it is not swapped." })
  coolingOffDays!: number;

  @Field(() => Boolean, {
    defaultValue: false,
    description: "Whether a package that was swapped away may be chosen again.",
  })
  swapBack!: boolean;

  @Field(() => MoneyInput, { nullable: true, description: "On top of the difference; absent: none." })
  fee?: MoneyInput | null;

  @Field(() => Int, { defaultValue: 30, description: "For how many minutes a quote is honoured, 1 to 1440." })
  quoteMinutes!: number;

  @Field(() => SwapPointsPriceInput, {
    nullable: true,
    description: "Points it may be paid with; absent: money alone.",
  })
  payWithPoints?: SwapPointsPriceInput | null;

  @Field(() => [SwapExclusionInput], { defaultValue: [], description: "Which packages may not follow which." })
  exclusions!: SwapExclusionInput[];
}

@InputType("PickFillInput", { description: "Packages that the member picks." })
export class PickFillInput {
  @Field(() => Int, { description: "How many, at most as there are packages." })
  picks!: number;

  @Field(() => [String], { description: "Codes of the packages to pick from, which must be published." })
  packageCodes!: string[];

  @Field(() => [String], { defaultValue: [], description: "Codes of those that fill what was not picked." })
  defaultCodes!: string[];
}

@InputType("FixedFillInput", { description: "Packages that the slot always holds." })
export class FixedFillInput {
  @Field(() => [String], { description: "Codes of the packages, which must be published." })
  packageCodes!: string[];
}

@InputType("TierPackagesInput", { description: "The packages of a tier." })
export class TierPackagesInput {
  @Field(() => String, { description: "Code of the tier." })
  tierCode!: string;

  @Field(() => [String], { description: "Codes of the packages, which must be published." })
  packageCodes!: string[];
}

@InputType("TierFillInput", { description: "The packages of the tier that the member holds." })
export class TierFillInput {
  @Field(() => String, { description: "Code of the program whose tiers they are." })
  programCode!: string;

  @Field(() => [TierPackagesInput], { description: "By tier; one that is not named has none." })
  tiers!: TierPackagesInput[];
}

@InputType(oneOfInput("SlotFillInput"), { description: "What fills a slot." })
export class SlotFillInput {
  @Field(() => PickFillInput, { nullable: true, description: "What the member picks." })
  pick?: PickFillInput;

  @Field(() => FixedFillInput, { nullable: true, description: "Always the same." })
  fixed?: FixedFillInput;

  @Field(() => TierFillInput, { nullable: true, description: "By the member's tier." })
  tier?: TierFillInput;
}

@InputType("ElectionWindowInput", { description: "When a slot may be chosen for a cycle." })
export class ElectionWindowInput {
  @Field(() => Int, { defaultValue: 0, description: "From how many days before the cycle." })
  opensDaysBefore!: number;

  @Field(() => Int, { nullable: true, description: "Until how many days after its start; absent: all of it." })
  closesAfterDays?: number | null;
}

@InputType("ProductSlotInput", { description: "A place for packages on a card product." })
export class ProductSlotInput {
  @Field(() => String, { description: "Code, stable within the product: elections are made by it." })
  code!: string;

  @Field(() => LocalisedTextInput, { description: "Name, at most 200 characters." })
  name!: LocalisedTextInput;

  @Field(() => SlotFillInput, { description: "What fills it." })
  fill!: SlotFillInput;

  @Field(() => ElectionWindowInput, { description: "When it may be chosen." })
  electionWindow!: ElectionWindowInput;

  @Field(() => SwapPolicyInput, {
    nullable: true,
    description: "When it may be swapped; absent: what was chosen stays.",
  })
  swap?: SwapPolicyInput | null;

  @Field(() => RuleInput, { nullable: true, description: "Which members have it; absent: all." })
  rule?: RuleInput | null;

  @Field(() => String, { nullable: true, description: "The same in the text form, instead of `rule`." })
  ruleText?: string | null;
}
