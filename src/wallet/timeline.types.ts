import { ArgsType, Field, InputType, ObjectType } from "type-graphql";
import { connectionType, PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { DateTimeScalar } from "../graphql/scalars";
import { OfferDeliveryType } from "../offers/deliveries.types";
import { PurchaseType } from "../purchases/purchases.types";
import type { TimelineKind } from "./core/timeline";
import { TransferType } from "./transfers.types";

export const TimelineKindEnum = graphqlEnum<TimelineKind>("TimelineKind", "What happened to a member.", {
  TRANSFER: "Value moved: goodwill, adjustments and merged points among it. `transfer` is set.",
  PURCHASE: "The member bought something, at the instant at which it happened. `purchase` is set.",
  OFFER: "An offer reached the member; what became of it stands there. `delivery` is set.",
  CHANGE:
    "Somebody changed something: tags, consents, identities, the profile, activations, goodwill, a merge. `change` is set.",
});

@ObjectType("MemberChange", {
  description:
    "That somebody changed something of a member, from the audit log; what it was before and after stays there.",
  simpleResolvers: true,
})
export class MemberChangeType {
  @Field(() => String, { description: "The operation as the API names it: `setTags`, `recordConsent`." })
  action!: string;

  @Field(() => String, { description: "`staff`, `partner`, `member`, `service` or `anonymous`." })
  actorKind!: string;

  @Field(() => String, { description: "Id of the actor or API key, or name of the service." })
  actorId!: string;

  @Field(() => String, { nullable: true, description: "Why, where somebody said." })
  reason!: string | null;
}

@ObjectType("TimelineEntry", { description: "One thing that happened to a member.", simpleResolvers: true })
export class TimelineEntryType {
  @Field(() => TimelineKindEnum, { description: "What kind of thing; it says which of the others is set." })
  kind!: TimelineKind;

  @Field(() => DateTimeScalar, {
    description: "When, UTC: of purchases and offers when it happened, else when it was recorded.",
  })
  at!: Date;

  @Field(() => TransferType, { nullable: true, description: "The transfer." })
  transfer!: TransferType | null;

  @Field(() => PurchaseType, { nullable: true, description: "The purchase." })
  purchase!: PurchaseType | null;

  @Field(() => OfferDeliveryType, { nullable: true, description: "The delivery, with its state." })
  delivery!: OfferDeliveryType | null;

  @Field(() => MemberChangeType, { nullable: true, description: "The change." })
  change!: MemberChangeType | null;
}

export const TimelineConnection = connectionType(TimelineEntryType, "TimelineEntry");

@InputType({ description: "What of a member's timeline; what is absent does not restrict." })
export class TimelineFilterInput {
  @Field(() => [TimelineKindEnum], { nullable: true, description: "One of these kinds." })
  kinds?: TimelineKind[] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "At this instant or later." })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Before this instant." })
  before?: Date | null;
}

@ArgsType()
export class TimelineArgs extends PageArgs {
  @Field(() => TimelineFilterInput, { nullable: true, description: "What of it." })
  filter?: TimelineFilterInput | null;
}
