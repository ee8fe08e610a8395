import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionType, PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { NodeInterface } from "../graphql/node";
import { DateTimeScalar, PointsScalar } from "../graphql/scalars";
import { MoneyType } from "../graphql/value.types";
import type { Rounding } from "../kernel/ratio";
import type {
  DowngradePolicy,
  ExpiryKind,
  ExpiryRounding,
  ProgramStatus,
  RemainderPolicy,
  TierBasis,
  TierSource,
  UseOrder,
} from "./core/program";

export const ProgramStatusEnum = graphqlEnum<ProgramStatus>("ProgramStatus", "Whether a program runs.", {
  ACTIVE: "Points are earned and spent.",
  CLOSED: "Nothing is earned any more; final.",
});

export const RoundingEnum = graphqlEnum<Rounding>(
  "Rounding",
  "How a fraction of a point is rounded, once a purchase.",
  {
    DOWN: "Towards zero: 6.4 becomes 6, and so does 6.9.",
    UP: "Away from zero: 6.1 becomes 7.",
    HALF_UP: "To the nearest; a half goes away from zero.",
    HALF_EVEN: "To the nearest; a half goes to the even neighbour.",
  },
);

export const ExpiryKindEnum = graphqlEnum<ExpiryKind>("ExpiryKind", "What makes earned points lapse.", {
  NEVER: "Nothing.",
  MONTHS_AFTER_EARNING: "A number of months after they were earned.",
  INACTIVITY: "A number of months without any movement on the account.",
  FIXED_DATE: "The end of one day, whenever they were earned.",
});

export const ExpiryRoundingEnum = graphqlEnum<ExpiryRounding>(
  "ExpiryRounding",
  "To the end of which period, in the program's time zone, an expiry is put off.",
  {
    DAY: "The end of the day.",
    MONTH: "The end of the month.",
    QUARTER: "The end of the quarter.",
    YEAR: "The end of the year.",
  },
);

export const TierBasisEnum = graphqlEnum<TierBasis>("TierBasis", "What counts towards a tier.", {
  POINTS_EARNED: "Points earned in the period.",
  SPEND: "Money spent in the period, in minor units of the program's currency.",
});

export const DowngradePolicyEnum = graphqlEnum<DowngradePolicy>(
  "DowngradePolicy",
  "What happens at the end of the period to a member who no longer qualifies.",
  {
    ONE_STEP: "The member falls one tier.",
    TO_QUALIFIED: "The member falls to the tier it qualifies for.",
    NEVER: "The member keeps the tier.",
  },
);

export const TierSourceEnum = graphqlEnum<TierSource>("TierSource", "How a member came to its tier.", {
  QUALIFIED: "By reaching the threshold.",
  GRANTED: "Given by the issuer.",
  INVITED: "By accepting an invitation.",
});

export const RemainderPolicyEnum = graphqlEnum<RemainderPolicy>(
  "RemainderPolicy",
  "What becomes of the fraction of a point that a purchase leaves.",
  {
    PER_PURCHASE: "It is rounded away, purchase by purchase.",
    CARRIED: "It is carried to the member's next purchase: nothing is lost, and nothing is given before it is whole.",
  },
);

export const UseOrderEnum = graphqlEnum<UseOrder>("UseOrder", "Which points are used first.", {
  SOONEST: "Those that lapse soonest.",
  BONUS_FIRST: "Bonus points before base points, of each those that lapse soonest.",
});

@ObjectType({ description: "So many points for so much money spent, an exact ratio.", simpleResolvers: true })
export class EarningRate {
  @Field(() => PointsScalar, { description: "Points earned …" })
  points!: bigint;

  @Field(() => MoneyType, { description: "… for every such amount spent." })
  per!: MoneyType;

  @Field(() => RoundingEnum, { description: "How a purchase's fraction of a point is rounded." })
  rounding!: Rounding;
}

@ObjectType({ description: "What points are worth to their issuer, an exact ratio.", simpleResolvers: true })
export class PointValue {
  @Field(() => MoneyType, { description: "So much money …" })
  amount!: MoneyType;

  @Field(() => PointsScalar, { description: "… for so many points." })
  points!: bigint;
}

@ObjectType("ExpiryPolicy", { description: "When earned points lapse.", simpleResolvers: true })
export class ExpiryPolicyType {
  @Field(() => ExpiryKindEnum, { description: "What makes them lapse." })
  kind!: ExpiryKind;

  @Field(() => Int, { nullable: true, description: "How many months; null for NEVER." })
  months!: number | null;

  @Field(() => ExpiryRoundingEnum, { nullable: true, description: "To the end of which period; null: no rounding." })
  rounding!: ExpiryRounding | null;

  @Field(() => String, {
    nullable: true,
    description: "Of FIXED_DATE the last day on which they are good, in the program's zone: `2027-12-31`.",
  })
  date!: string | null;
}

@ObjectType("ProgramHandling", {
  description: "What a program does with points besides earning them.",
  simpleResolvers: true,
})
export class ProgramHandlingType {
  @Field(() => RemainderPolicyEnum, { description: "What becomes of a purchase's fraction of a point." })
  remainderPolicy!: RemainderPolicy;

  @Field(() => UseOrderEnum, { description: "Which points are used first." })
  useOrder!: UseOrder;

  @Field(() => Boolean, { description: "Whether members may send points to each other." })
  transfersAllowed!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: "How many days before points lapse their owner is told; null: not at all.",
  })
  noticeDays!: number | null;
}

@ObjectType("Tier", { description: "One level of a program.", simpleResolvers: true })
export class TierType {
  @Field(() => String, { description: "Stable code within the program: `gold`." })
  code!: string;

  @Field(() => Int, { description: "0 is where everyone starts; higher is better." })
  rank!: number;

  @Field(() => TierBasisEnum, { description: "What counts." })
  basis!: TierBasis;

  @Field(() => PointsScalar, {
    description: "What must be reached within the period: points, or minor units of the program's currency.",
  })
  threshold!: bigint;

  @Field(() => Int, { description: "The period in months." })
  periodMonths!: number;

  @Field(() => DowngradePolicyEnum, { description: "What happens to members who no longer qualify." })
  downgrade!: DowngradePolicy;
}

@ObjectType("Program", {
  description: "A points scheme: one issuer, one currency of points. Visible to everyone who is signed in.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class ProgramType extends NodeInterface {
  @Field(() => String, { description: "Stable short code, lower case, unique in the alliance." })
  code!: string;

  @Field(() => String, { description: "IANA zone in which the program's calendar rules run: `Asia/Shanghai`." })
  timeZone!: string;

  @Field(() => ProgramStatusEnum, { description: "Whether it runs." })
  status!: ProgramStatus;

  @Field(() => String, { description: "ISO 4217 code of the money in which purchases earn." })
  currency!: string;

  @Field(() => Int, { description: "Counts changes; `updateProgram` names the one it was made from." })
  revision!: number;

  @Field(() => DateTimeScalar, { description: "When the program was founded, UTC." })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: "When the program was last changed, UTC." })
  updatedAt!: Date;
}

@ObjectType({ description: "How many members depend on a program.", simpleResolvers: true })
export class ProgramUse {
  @Field(() => Int, { description: "Accounts opened in it." })
  accounts!: number;

  @Field(() => Int, { description: "Members who hold one of its tiers." })
  tierHolders!: number;
}

export const ProgramConnection = connectionType(ProgramType, "Program");

@ObjectType("Account", {
  description: "A member's balance in one program. The wallet is all accounts together.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class AccountType extends NodeInterface {
  @Field(() => PointsScalar, { description: "Points the member can spend now." })
  available!: bigint;

  @Field(() => PointsScalar, { description: "Points authorised for a purchase but not captured yet." })
  held!: bigint;

  @Field(() => PointsScalar, { description: "Points earned but not yet released." })
  pending!: bigint;

  @Field(() => DateTimeScalar, { description: "When the account was opened, UTC." })
  openedAt!: Date;
}

@ObjectType("MemberTier", { description: "The tier a member holds in a program.", simpleResolvers: true })
export class MemberTierType {
  @Field(() => TierSourceEnum, { description: "How the member came to it." })
  source!: TierSource;

  @Field(() => DateTimeScalar, { description: "Since when, UTC." })
  reachedAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "The first instant at which it no longer holds, UTC; null: without end.",
  })
  validUntil!: Date | null;
}

@InputType({ description: "Which programs; what is absent does not restrict." })
export class ProgramFilterInput {
  @Field(() => ID, { nullable: true, description: "Id of the issuing partner." })
  issuerId?: string | null;

  @Field(() => ProgramStatusEnum, { nullable: true, description: "Whether it runs." })
  status?: ProgramStatus | null;
}

@ArgsType()
export class ProgramsArgs extends PageArgs {
  @Field(() => ProgramFilterInput, { nullable: true, description: "Which programs." })
  filter?: ProgramFilterInput | null;
}
