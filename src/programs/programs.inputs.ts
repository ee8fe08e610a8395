import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { Payload } from "../graphql/payload";
import { MinorUnitsScalar, PointsScalar } from "../graphql/scalars";
import { LocalisedTextInput } from "../graphql/value.types";
import { EarningRuleInput } from "./earning-rules.types";
import type { Rounding } from "../kernel/ratio";
import type {
  DowngradePolicy,
  ExpiryKind,
  ExpiryRounding,
  ProgramStatus,
  RemainderPolicy,
  TierBasis,
  UseOrder,
} from "./core/program";
import {
  DowngradePolicyEnum,
  ExpiryKindEnum,
  ExpiryRoundingEnum,
  ProgramStatusEnum,
  ProgramType,
  RemainderPolicyEnum,
  RoundingEnum,
  TierBasisEnum,
  UseOrderEnum,
} from "./programs.types";

@InputType({ description: "So many points for so much money spent, an exact ratio: 1 per 2000 fen." })
export class EarningRateInput {
  @Field(() => PointsScalar, { description: "Points earned …" })
  points!: bigint;

  @Field(() => MinorUnitsScalar, { description: "… for every so many minor units of the program's currency." })
  perMinor!: bigint;

  @Field(() => RoundingEnum, { defaultValue: "DOWN", description: "How a purchase's fraction is rounded." })
  rounding!: Rounding;
}

@InputType({ description: "What points are worth to their issuer, an exact ratio: 1 fen for 1 point." })
export class PointValueInput {
  @Field(() => MinorUnitsScalar, { description: "So many minor units of the program's currency …" })
  minor!: bigint;

  @Field(() => PointsScalar, { description: "… for so many points." })
  points!: bigint;
}

@InputType({ description: "When earned points lapse." })
export class ExpiryPolicyInput {
  @Field(() => ExpiryKindEnum, { description: "What makes them lapse." })
  kind!: ExpiryKind;

  @Field(() => Int, { nullable: true, description: "1 to 1200 months; none for NEVER." })
  months?: number | null;

  @Field(() => ExpiryRoundingEnum, { nullable: true, description: "To the end of which period; absent: no rounding." })
  rounding?: ExpiryRounding | null;

  @Field(() => String, { nullable: true, description: "For FIXED_DATE the last day on which they are good." })
  date?: string | null;
}

@InputType({ description: "What a program does with points besides earning them, as a whole." })
export class ProgramHandlingInput {
  @Field(() => RemainderPolicyEnum, {
    defaultValue: "PER_PURCHASE",
    description: "What becomes of a purchase's fraction of a point.",
  })
  remainderPolicy!: RemainderPolicy;

  @Field(() => UseOrderEnum, { defaultValue: "SOONEST", description: "Which points are used first." })
  useOrder!: UseOrder;

  @Field(() => Boolean, { defaultValue: false, description: "Whether members may send points to each other." })
  transfersAllowed!: boolean;

  @Field(() => Int, { nullable: true, description: "1 to 366 days before points lapse; absent: no notice." })
  noticeDays?: number | null;
}

@InputType({ description: "A new program of an issuer." })
export class CreateProgramInput {
  @Field(() => ID, { description: "Id of the issuing partner." })
  issuerId!: string;

  @Field(() => String, { description: "2 to 63 lower-case letters, digits and hyphens; never changes." })
  code!: string;

  @Field(() => LocalisedTextInput, { description: "Name, at most 200 characters." })
  name!: LocalisedTextInput;

  @Field(() => LocalisedTextInput, { description: "What the points are called: stars, miles." })
  unitName!: LocalisedTextInput;

  @Field(() => String, { description: "IANA zone for the calendar rules: `Asia/Shanghai`." })
  timeZone!: string;

  @Field(() => String, { description: "ISO 4217 code of the money in which purchases earn; never changes." })
  currency!: string;

  @Field(() => EarningRateInput, { description: "How purchases earn." })
  earning!: EarningRateInput;

  @Field(() => PointValueInput, { description: "What points are worth to the issuer. Shown to finance only." })
  valuePerPoint!: PointValueInput;

  @Field(() => ExpiryPolicyInput, { description: "When points lapse." })
  expiry!: ExpiryPolicyInput;

  @Field(() => ProgramHandlingInput, { nullable: true, description: "What else it does with points." })
  handling?: ProgramHandlingInput | null;

  @Field(() => [EarningRuleInput], {
    nullable: true,
    description: "What changes or adds to the base rate, as a whole, at most 200 rules.",
  })
  earningRules?: EarningRuleInput[] | null;
}

@InputType({ description: "A change of a program; what is absent stays as it is." })
export class UpdateProgramInput {
  @Field(() => ID, { description: "Id of the program." })
  id!: string;

  @Field(() => Int, { description: "The revision the change was made from." })
  revision!: number;

  @Field(() => LocalisedTextInput, { nullable: true, description: "Name, at most 200 characters." })
  name?: LocalisedTextInput | null;

  @Field(() => LocalisedTextInput, { nullable: true, description: "What the points are called." })
  unitName?: LocalisedTextInput | null;

  @Field(() => String, { nullable: true, description: "IANA zone for the calendar rules." })
  timeZone?: string | null;

  @Field(() => EarningRateInput, { nullable: true, description: "How purchases earn from now on." })
  earning?: EarningRateInput | null;

  @Field(() => PointValueInput, { nullable: true, description: "What points are worth to the issuer." })
  valuePerPoint?: PointValueInput | null;

  @Field(() => ExpiryPolicyInput, { nullable: true, description: "When points earned from now on lapse." })
  expiry?: ExpiryPolicyInput | null;

  @Field(() => ProgramHandlingInput, { nullable: true, description: "What else it does with points from now on." })
  handling?: ProgramHandlingInput | null;

  @Field(() => [EarningRuleInput], {
    nullable: true,
    description: "What changes or adds to the base rate, as a whole, at most 200 rules.",
  })
  earningRules?: EarningRuleInput[] | null;

  @Field(() => ProgramStatusEnum, { nullable: true, description: "CLOSED is final." })
  status?: ProgramStatus | null;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@InputType({ description: "One level of a program." })
export class TierInput {
  @Field(() => String, { description: "1 to 32 lower-case letters, digits and hyphens." })
  code!: string;

  @Field(() => LocalisedTextInput, { description: "Name, at most 200 characters." })
  name!: LocalisedTextInput;

  @Field(() => TierBasisEnum, { description: "What counts." })
  basis!: TierBasis;

  @Field(() => PointsScalar, { description: "Points, or minor units, to reach in the period; 0 for the lowest tier." })
  threshold!: bigint;

  @Field(() => Int, { description: "The period, 1 to 120 months." })
  periodMonths!: number;

  @Field(() => DowngradePolicyEnum, { description: "What happens to members who no longer qualify." })
  downgrade!: DowngradePolicy;
}

@InputType({ description: "The whole ladder of a program's tiers." })
export class DefineTiersInput {
  @Field(() => ID, { description: "Id of the program." })
  programId!: string;

  @Field(() => Int, { description: "The program's revision the ladder was made from." })
  revision!: number;

  @Field(() => [TierInput], { description: "Lowest first, at most 20; what is not in the list is taken away." })
  tiers!: TierInput[];

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@ObjectType({ description: "Answer of `createProgram`.", simpleResolvers: true })
export class CreateProgramPayload extends Payload {
  @Field(() => ProgramType, { nullable: true, description: "The new program; null when refused." })
  program?: ProgramType | null;
}

@ObjectType({ description: "Answer of `updateProgram`.", simpleResolvers: true })
export class UpdateProgramPayload extends Payload {
  @Field(() => ProgramType, { nullable: true, description: "The program as it is now; null when refused." })
  program?: ProgramType | null;
}

@ObjectType({ description: "Answer of `defineTiers`.", simpleResolvers: true })
export class DefineTiersPayload extends Payload {
  @Field(() => ProgramType, { nullable: true, description: "The program with its ladder; null when refused." })
  program?: ProgramType | null;
}
