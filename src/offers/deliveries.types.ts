import { ArgsType, Field, InputType, ID, Int, ObjectType } from "type-graphql";
import { connectionType, PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { NodeInterface } from "../graphql/node";
import { Payload } from "../graphql/payload";
import { DateTimeScalar } from "../graphql/scalars";
import { MoneyType } from "../graphql/value.types";
import type { DeliveryState, OfferChannel } from "./core/offer";
import { OfferChannelEnum } from "./offers.types";

export const DeliveryStateEnum = graphqlEnum<DeliveryState>("OfferDeliveryState", "Where a delivery stands.", {
  OPEN: "Can still be completed.",
  COMPLETED: "Was completed; stays so.",
  LAPSED: "Its hours are over, and it was not completed.",
});

@ObjectType("OfferProgress", {
  description: "How far a member is with a delivery, from its purchases at the offer's merchant since then.",
  simpleResolvers: true,
})
export class OfferProgressType {
  @Field(() => MoneyType, {
    description: "Spent towards the mark: the sum for CUMULATIVE_SPEND, the largest purchase for SINGLE_PURCHASE.",
  })
  spent!: MoneyType;

  @Field(() => MoneyType, {
    description: "What is still to be spent: for SINGLE_PURCHASE the whole mark by one purchase; zero once completed.",
  })
  remaining!: MoneyType;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When the purchase that reached the mark occurred; null until then.",
  })
  completedAt!: Date | null;

  @Field(() => MoneyType, { nullable: true, description: "What the member gets for it; null until completed." })
  reward!: MoneyType | null;
}

@ObjectType("OfferDelivery", {
  description: "An offer that reached a member. It pins one version of the offer, whatever becomes of the offer.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class OfferDeliveryType extends NodeInterface {
  @Field(() => Int, { name: "version", simple: false, description: "Number of the version it pins." })
  offerVersion!: number;

  @Field(() => OfferChannelEnum, { nullable: true, description: "By which way; null where the source does not say." })
  channel!: OfferChannel | null;

  @Field(() => DateTimeScalar, { description: "From when purchases count." })
  deliveredAt!: Date;

  @Field(() => DateTimeScalar, { description: "The first instant at which a purchase no longer counts." })
  lapsesAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When the member first saw it; null: not yet." })
  viewedAt!: Date | null;

  deliveryId!: string;
}

@ObjectType("OfferActivation", {
  description: "A member taking an offer up, which pins one version. At most one per version and member.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class OfferActivationType extends NodeInterface {
  @Field(() => Int, { name: "version", simple: false, description: "Number of the version it pins." })
  offerVersion!: number;

  @Field(() => DateTimeScalar, { description: "When the member took it up." })
  activatedAt!: Date;

  activationId!: string;
}

export const OfferDeliveryConnection = connectionType(OfferDeliveryType, "OfferDelivery");
export const OfferActivationConnection = connectionType(OfferActivationType, "OfferActivation");

@ArgsType()
export class DeliveriesArgs extends PageArgs {
  @Field(() => DeliveryStateEnum, { nullable: true, description: "Where they stand now." })
  state?: DeliveryState | null;
}

@InputType({ description: "An offer to bring to a member, now." })
export class DeliverOfferInput {
  @Field(() => ID, { description: "Id of the offer." })
  offerId!: string;

  @Field(() => ID, { description: "Id of the member." })
  memberId!: string;

  @Field(() => OfferChannelEnum, { nullable: true, description: "By which way." })
  channel?: OfferChannel | null;

  @Field(() => String, {
    description: "The sender's own reference, 1 to 200 characters: the same again answers the first delivery.",
  })
  sourceReference!: string;
}

@InputType({ description: "A delivery that the member saw." })
export class MarkOfferViewedInput {
  @Field(() => ID, { description: "Id of the delivery." })
  deliveryId!: string;
}

@InputType({ description: "An offer that a member takes up." })
export class ActivateOfferInput {
  @Field(() => ID, { description: "Id of the offer." })
  offerId!: string;

  @Field(() => ID, { nullable: true, description: "Id of the member; members leave it out and mean themselves." })
  memberId?: string | null;
}

@ObjectType({ description: "Answer of `deliverOffer`.", simpleResolvers: true })
export class DeliverOfferPayload extends Payload {
  @Field(() => OfferDeliveryType, { nullable: true, description: "The delivery; null when refused." })
  delivery?: OfferDeliveryType | null;
}

@ObjectType({ description: "Answer of `markOfferViewed`.", simpleResolvers: true })
export class MarkOfferViewedPayload extends Payload {
  @Field(() => OfferDeliveryType, { nullable: true, description: "The delivery; null when refused." })
  delivery?: OfferDeliveryType | null;
}

@ObjectType({ description: "Answer of `activateOffer`.", simpleResolvers: true })
export class ActivateOfferPayload extends Payload {
  @Field(() => OfferActivationType, { nullable: true, description: "The activation; null when refused." })
  activation?: OfferActivationType | null;
}
