import { ArgsType, Field, InputType, Int, ObjectType } from "type-graphql";
import { BenefitCategoryEnum, FulfilmentEnum } from "../benefits/benefits.types";
import type { BenefitCategory, BenefitKind, Fulfilment } from "../benefits/core/benefit";
import { connectionType, PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { NodeInterface } from "../graphql/node";
import { UserErrorCode } from "../graphql/payload";
import { DateTimeScalar } from "../graphql/scalars";
import { MoneyType } from "../graphql/value.types";
import type { RefusalCode } from "../kernel/refusal-codes";
import type { Ending, GrantWay, Standing, Suspension } from "./core/entitlement";
import type { RedemptionState } from "./core/redemption";

export const BenefitKindEnum = graphqlEnum<BenefitKind>("BenefitKind", "What a benefit is.", {
  COUNTED_SERVICE: "A service counted by use.",
  COUPON: "Something off a price.",
  MEMBERSHIP: "A membership elsewhere, claimed anew each period.",
  DISCOUNT: "A lasting discount.",
  CASH_RETURN: "Money back for spend or purchases.",
  COVER: "Insurance cover.",
  ACCESS: "Entry, such as lounges.",
});

export const StandingEnum = graphqlEnum<Standing>("EntitlementStanding", "How an entitlement stands at an instant.", {
  WAITING: "Not good yet.",
  USABLE: "Good, as far as its quota and its rule allow.",
  SUSPENDED: "Rests; what it has is not lost.",
  EXPIRED: "Its time is over.",
  ENDED: "Ended before its time.",
});

export const GrantWayEnum = graphqlEnum<GrantWay>("GrantWay", "By which way a member came by an entitlement.", {
  ELECTION: "It fills a slot of a card.",
  EARNED: "A mark was reached.",
  REDEEMED: "For points.",
  BOUGHT: "For money.",
  EXCHANGED: "For another benefit.",
  COMPENSATION: "In place of one that was withdrawn.",
});

export const SuspensionEnum = graphqlEnum<Suspension>("Suspension", "Why an entitlement rests.", {
  CARD_FROZEN: "Its card is frozen.",
  BELOW_MARK: "A refund brought the sum below the mark that earned it.",
  INSTALMENT_MISSED: "An instalment was missed.",
  ISSUER: "Its issuer suspended it.",
});

export const EndingEnum = graphqlEnum<Ending>("EntitlementEnding", "Why an entitlement ended.", {
  SWAPPED: "Its package was swapped.",
  REPLACED: "Another choice was made.",
  CARD_CLOSED: "Its card was closed.",
  PRODUCT_CHANGED: "Its card became one of another product.",
  EXCHANGED: "It was exchanged for another benefit.",
  WITHDRAWN: "The benefit was withdrawn.",
  REVERSED: "What it came of was taken back.",
});

export const RedemptionStateEnum = graphqlEnum<RedemptionState>("RedemptionState", "How far a redemption is.", {
  RESERVED: "Quota and stock are set aside until a time.",
  CONFIRMED: "Taken; it lapses no more.",
  COMPLETED: "The service was given.",
  RELEASED: "Given up before it was completed, or its time is over; as if it had never been.",
  REVERSED: "Completed and taken back.",
});

@ObjectType("QuotaStanding", {
  description: "Where an entitlement's quota stands at an instant, by the clock: nothing is ever reset.",
  simpleResolvers: true,
})
export class QuotaStandingType {
  @Field(() => DateTimeScalar, { description: "Start of the period, inclusive, UTC." })
  from!: Date;

  @Field(() => DateTimeScalar, { description: "End of the period, exclusive, UTC." })
  to!: Date;

  @Field(() => Int, {
    nullable: true,
    description: "Units of the period, with what was carried over; null: as often as wished.",
  })
  units!: number | null;

  @Field(() => Int, { description: "Units that are used or reserved in the period." })
  used!: number;

  @Field(() => Int, { nullable: true, description: "Units that are left; null: as often as wished." })
  left!: number | null;
}

@ObjectType("Entitlement", {
  description:
    "A member's own instance of a benefit. Its terms are those of the version under which it was granted, whatever the " +
    "benefit says since.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class EntitlementType extends NodeInterface {
  @Field(() => String, { description: "The benefit's code." })
  benefitCode!: string;

  @Field(() => Int, { description: "The benefit's version that counts." })
  benefitVersion!: number;

  @Field(() => BenefitKindEnum, { description: "What it is." })
  kind!: BenefitKind;

  @Field(() => FulfilmentEnum, { description: "How it reaches the member." })
  fulfilment!: Fulfilment;

  @Field(() => Int, { description: "How often its quota counts: so many times the benefit is in the package." })
  quantity!: number;

  @Field(() => DateTimeScalar, { description: "The first instant at which it is good, UTC." })
  validFrom!: Date;

  @Field(() => DateTimeScalar, { description: "The first instant at which it is not good any more, UTC." })
  validUntil!: Date;

  @Field(() => String, { description: "IANA zone in which its periods are counted." })
  timeZone!: string;

  @Field(() => GrantWayEnum, { description: "By which way the member came by it." })
  way!: GrantWay;

  @Field(() => [SuspensionEnum], { description: "Why it rests; empty where it does not." })
  suspendedFor!: readonly Suspension[];

  @Field(() => EndingEnum, { nullable: true, description: "Why it ended before its time; null where it did not." })
  endedFor!: Ending | null;

  @Field(() => DateTimeScalar, { description: "When it was granted, UTC." })
  grantedAt!: Date;

  @Field(() => DateTimeScalar, { description: "Since when it is active, rests or is ended, UTC." })
  stateSince!: Date;
}

@ObjectType("Redemption", {
  description: "One use of an entitlement, from its reservation on.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class RedemptionType extends NodeInterface {
  @Field(() => Int, { description: "Units of the quota that it takes, guests' among them." })
  units!: number;

  @Field(() => DateTimeScalar, { description: "When it was, or is to be, used, UTC: it was judged at this instant." })
  occurredAt!: Date;

  @Field(() => DateTimeScalar, { description: "When it was recorded here, UTC." })
  recordedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was confirmed, UTC; null where it was not." })
  confirmedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was completed, UTC; null where it was not." })
  completedAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it was released or reversed, UTC; null where it was not.",
  })
  undoneAt!: Date | null;

  @Field(() => String, { nullable: true, description: "The supplier's name for what it gave: a voucher's code." })
  supplierReference!: string | null;
}

@ObjectType("RedemptionCost", {
  description: "What a funder owes the supplier for a redemption; a reversal takes it back by a negative amount.",
  simpleResolvers: true,
})
export class RedemptionCostType {
  @Field(() => String, { description: "Code of the partner that pays." })
  funderCode!: string;

  @Field(() => String, { description: "Code of the partner that is paid." })
  supplierCode!: string;

  @Field(() => MoneyType, { description: "How much; negative of a reversal." })
  amount!: MoneyType;

  @Field(() => DateTimeScalar, { description: "When the service was given, or taken back, UTC." })
  occurredAt!: Date;
}

@ObjectType("UseRefusal", { description: "What stands in the way of a use.", simpleResolvers: true })
export class UseRefusalType {
  @Field(() => UserErrorCode, { description: "The stable code to decide by." })
  code!: RefusalCode;

  @Field(() => String, { description: "For people, in English: names what, its value and what was expected." })
  message!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "From when on this alone would not stand in the way any more, UTC; null where no time will do.",
  })
  possibleAt!: Date | null;
}

export const EntitlementConnection = connectionType(EntitlementType, "Entitlement");

@InputType({ description: "Which entitlements; what is absent does not restrict." })
export class EntitlementFilterInput {
  @Field(() => [StandingEnum], { nullable: true, description: "Those that stand so at `at`." })
  standings?: Standing[] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "The instant for `standings`, UTC; absent: now." })
  at?: Date | null;

  @Field(() => BenefitKindEnum, { nullable: true, description: "What they are." })
  kind?: BenefitKind | null;

  @Field(() => BenefitCategoryEnum, { nullable: true, description: "What they are looked for under." })
  category?: BenefitCategory | null;
}

@ArgsType()
export class EntitlementsArgs extends PageArgs {
  @Field(() => EntitlementFilterInput, { nullable: true, description: "Which entitlements." })
  filter?: EntitlementFilterInput | null;
}

@ArgsType()
export class AtArgs {
  @Field(() => DateTimeScalar, { nullable: true, description: "The instant, UTC; absent: now." })
  at?: Date | null;
}

@ArgsType()
export class FirstArgs {
  @Field(() => Int, { defaultValue: 20, description: "How many, 0 to 100." })
  first!: number;
}
