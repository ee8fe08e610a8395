import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionType, PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { NodeInterface } from "../graphql/node";
import { oneOfInput } from "../graphql/one-of";
import { Payload } from "../graphql/payload";
import { DateTimeScalar, MinorUnitsScalar, PointsScalar } from "../graphql/scalars";
import { MoneyInput, MoneyType } from "../graphql/value.types";
import { MemberType } from "../members/members.types";
import { OfferDeliveryType } from "../offers/deliveries.types";
import { ProgramType } from "../programs/programs.types";
import type { PurchaseChannel } from "./core/purchase";

export const PurchaseChannelEnum = graphqlEnum<PurchaseChannel>("PurchaseChannel", "By which way was bought.", {
  IN_STORE: "At an outlet.",
  ONLINE: "On a web site.",
  APP: "In an app.",
  PHONE: "By phone.",
});

@ObjectType("Purchase", {
  description: "What a member bought at a merchant. Partners see those at their own merchants.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class PurchaseType extends NodeInterface {
  @Field(() => PurchaseChannelEnum, { description: "By which way." })
  channel!: PurchaseChannel;

  @Field(() => Int, { nullable: true, description: "How many items; null where the merchant does not say." })
  quantity!: number | null;

  @Field(() => DateTimeScalar, { description: "When it happened." })
  occurredAt!: Date;

  @Field(() => DateTimeScalar, { description: "When it was recorded here." })
  recordedAt!: Date;

  @Field(() => String, { description: "The reporter's own reference, unique within the member and the source." })
  sourceReference!: string;

  purchaseId!: string;
  merchantId!: string;
  outletId!: string | null;
}

export const PurchaseConnection = connectionType(PurchaseType, "Purchase");

@InputType({ description: "Which purchases; what is absent does not restrict." })
export class PurchaseFilterInput {
  @Field(() => ID, { nullable: true, description: "Id of the merchant." })
  merchantId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Occurred at this instant or later." })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Occurred before this instant." })
  before?: Date | null;
}

@ArgsType()
export class PurchasesArgs extends PageArgs {
  @Field(() => PurchaseFilterInput, { nullable: true, description: "Which purchases." })
  filter?: PurchaseFilterInput | null;
}

@ObjectType("MerchantLoyalty", {
  description:
    "What a merchant's members did in a window. Every figure is withheld (null) where fewer than `minimumGroup` " +
    "members bought, so that no figure speaks of a few people.",
  simpleResolvers: true,
})
export class MerchantLoyaltyType {
  @Field(() => DateTimeScalar, { description: "Start of the window, inclusive." })
  from!: Date;

  @Field(() => DateTimeScalar, { description: "End of the window, exclusive." })
  to!: Date;

  @Field(() => Int, { description: "The fewest members that figures are shown for." })
  minimumGroup!: number;

  @Field(() => Int, { nullable: true, description: "Members who bought, each counted once." })
  members!: number | null;

  @Field(() => Int, { nullable: true, description: "Purchases that occurred in the window." })
  purchases!: number | null;

  @Field(() => [MoneyType], { nullable: true, description: "What was spent, one amount a currency, by its code." })
  spend!: MoneyType[] | null;

  @Field(() => Int, { nullable: true, description: "Offer deliveries completed by purchases in the window." })
  completions!: number | null;

  @Field(() => [MoneyType], { nullable: true, description: "Rewards of those, one amount a currency, by its code." })
  rewards!: MoneyType[] | null;
}

@ArgsType()
export class LoyaltyArgs {
  @Field(() => DateTimeScalar, { description: "Start of the window, inclusive." })
  from!: Date;

  @Field(() => DateTimeScalar, { description: "End of the window, exclusive; after `from`." })
  to!: Date;
}

@InputType({ description: "A partner's own number for a member." })
export class IdentityNumberInput {
  @Field(() => ID, { description: "Id of the partner. Partners name their own." })
  partnerId!: string;

  @Field(() => String, { description: "The number; case counts." })
  number!: string;
}

@InputType(oneOfInput("PurchasingMember"), { description: "Who bought." })
export class PurchasingMember {
  @Field(() => ID, { nullable: true, description: "Id of the member." })
  id?: string;

  @Field(() => IdentityNumberInput, { nullable: true, description: "A partner's number for the member." })
  identity?: IdentityNumberInput;
}

@InputType({ description: "Something that a line of a purchase says of itself." })
export class PurchaseLineAttributeInput {
  @Field(() => String, { description: "1 to 63 lower-case letters, digits and _: `fare`." })
  name!: string;

  @Field(() => String, { description: "1 to 100 characters: `full`." })
  value!: string;
}

@InputType({ description: "One line of a purchase." })
export class PurchaseLineInput {
  @Field(() => String, { description: "The merchant's own name of it, unique in the purchase." })
  line!: string;

  @Field(() => MinorUnitsScalar, { description: "What it cost, in minor units of the purchase's currency." })
  amountMinor!: bigint;

  @Field(() => [PurchaseLineAttributeInput], { defaultValue: [], description: "What it says of itself, at most 20." })
  attributes!: PurchaseLineAttributeInput[];
}

@InputType({ description: "A purchase to record." })
export class RecordPurchaseInput {
  @Field(() => PurchasingMember, { description: "Who bought." })
  member!: PurchasingMember;

  @Field(() => ID, { description: "Id of the merchant." })
  merchantId!: string;

  @Field(() => ID, { nullable: true, description: "Id of the outlet, one of the merchant's." })
  outletId?: string | null;

  @Field(() => PurchaseChannelEnum, { description: "By which way." })
  channel!: PurchaseChannel;

  @Field(() => MoneyInput, { description: "What was paid, zero or more." })
  amount!: MoneyInput;

  @Field(() => Int, { nullable: true, description: "How many items, 1 or more." })
  quantity?: number | null;

  @Field(() => DateTimeScalar, { description: "When it happened; not in the future." })
  occurredAt!: Date;

  @Field(() => [PurchaseLineInput], {
    defaultValue: [],
    description: "Its lines, at most 500, which add up to the amount; empty where the merchant tells none.",
  })
  lines!: PurchaseLineInput[];

  @Field(() => String, {
    description:
      "The merchant's own reference, 1 to 200 characters, unique within merchant and member: the same again answers " +
      "the first result, with another content it is refused.",
  })
  sourceReference!: string;
}

@ObjectType("EarnedPoints", { description: "Points that a purchase earned.", simpleResolvers: true })
export class EarnedPointsType {
  @Field(() => ProgramType, { nullable: true, description: "In which program." })
  program!: ProgramType | null;

  @Field(() => PointsScalar, { description: "How many." })
  points!: bigint;

  @Field(() => Boolean, { description: "Whether they are bonus points, on top of what the rate gives." })
  isBonus!: boolean;

  @Field(() => String, {
    description: "What gave them: the code of the earning rule, the rate (points : minor units, rounding), or both.",
  })
  because!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "The first instant at which they have lapsed, UTC; null: never.",
  })
  expiresAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Pending until then, UTC; null: available at once." })
  pendingUntil!: Date | null;
}

@ObjectType({ description: "Answer of `recordPurchase`.", simpleResolvers: true })
export class RecordPurchasePayload extends Payload {
  @Field(() => PurchaseType, { nullable: true, description: "The purchase; null when refused." })
  purchase?: PurchaseType | null;

  @Field(() => [OfferDeliveryType], {
    nullable: true,
    description: "The deliveries that recording it completed, oldest first; null when refused.",
  })
  completedDeliveries?: OfferDeliveryType[] | null;

  @Field(() => [EarnedPointsType], {
    nullable: true,
    description: "What it earned and what gave it, program by program, base points first; null when refused.",
  })
  earned?: EarnedPointsType[] | null;

  @Field(() => MemberType, {
    nullable: true,
    description: "Who bought, with its open offers and how far they are; null when refused or not the caller's to see.",
  })
  member?: MemberType | null;
}
