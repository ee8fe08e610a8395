import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionType, PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { NodeInterface } from "../graphql/node";
import { DateTimeScalar } from "../graphql/scalars";
import { LocalisedTextType, MoneyType } from "../graphql/value.types";
import type { VersionState as State } from "../kernel/lifecycle";
import type { LocalisedText } from "../kernel/localised";
import { VersionFields, VersionState } from "../publishing/publishing.types";
import { RuleType } from "../rules/rules.types";
import type { OfferChannel, OfferKind } from "./core/offer";

export const OfferKindEnum = graphqlEnum<OfferKind>("OfferKind", "What completes an offer.", {
  SINGLE_PURCHASE: "One purchase of at least the mark.",
  CUMULATIVE_SPEND: "Purchases since delivery that add up to the mark.",
  INFORMATIONAL: "Nothing: it tells something.",
});

export const OfferChannelEnum = graphqlEnum<OfferChannel>("OfferChannel", "By which way an offer reaches a member.", {
  EMAIL: "Mail.",
  MOBILE: "The app of the member's phone, or a text message.",
  SOCIAL: "A social network.",
  WEB: "A web site.",
});

@ObjectType("OfferContent", {
  description: "What one version of an offer says. A published one never changes.",
  simpleResolvers: true,
})
export class OfferContentType {
  @Field(() => OfferKindEnum, { description: "What completes it." })
  kind!: OfferKind;

  @Field(() => Int, { description: "For how many hours after its delivery it can be completed, 1 to 8760." })
  validHours!: number;

  @Field(() => DateTimeScalar, { description: "From when it may be delivered and activated." })
  startsAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "The first instant at which it may not any more; null: no end.",
  })
  endsAt!: Date | null;

  @Field(() => String, { description: "Name in the caller's language." })
  name!: string;

  @Field(() => LocalisedTextType, { description: "Name in every language." })
  nameTranslations!: LocalisedTextType;

  @Field(() => String, { description: "Terms in the caller's language." })
  termsText!: string;

  @Field(() => LocalisedTextType, { description: "Terms in every language." })
  termsTextTranslations!: LocalisedTextType;

  @Field(() => String, { nullable: true, description: "Picture for the caller's language, http or https." })
  imageUrl!: string | null;

  @Field(() => LocalisedTextType, { nullable: true, description: "Picture for every language." })
  imageUrlTranslations!: LocalisedTextType | null;

  @Field(() => MoneyType, { description: "What must be bought; zero for INFORMATIONAL." })
  mark!: MoneyType;

  @Field(() => MoneyType, { description: "What the member gets on completion; zero for INFORMATIONAL." })
  reward!: MoneyType;

  @Field(() => [OfferChannelEnum], { description: "By which ways it is meant to reach members." })
  channels!: readonly OfferChannel[];

  @Field(() => [String], {
    nullable: true,
    description: "Codes of the tags its audience is described by; null where the caller may not see them.",
  })
  audienceTags!: readonly string[] | null;

  @Field(() => RuleType, {
    nullable: true,
    description:
      "Who may have it, and in which moments; null where everybody may, and where the caller may not see it: all of it " +
      "is shown to staff and to the offer's own partner, unless it asks for a tag that the partner may not see. Which " +
      "null it is says `isRuleHidden`.",
  })
  rule!: RuleType | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "True where there is a rule that the caller may not see: it stays when the caller edits the offer and gives none. " +
      "Null as `audienceTags`.",
  })
  isRuleHidden!: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description: "Where it stands among what a member is shown, 0 to 1000, higher first; null as `audienceTags`.",
  })
  priority!: number | null;
}

@ObjectType("Offer", {
  description:
    "A merchant's promotion. What it says is that of its leading version: the live one, else the last that was live, " +
    "else the newest. One that was never published is seen by staff and its own partner alone.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class OfferType extends NodeInterface {
  @Field(() => String, { description: "Stable short code, unique within the merchant." })
  code!: string;

  @Field(() => VersionState, { description: "Where the leading version stands." })
  state!: State;

  @Field(() => Int, { description: "Number of the leading version." })
  version!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When the leading version went live; null where none ever did.",
  })
  publishedAt!: Date | null;

  @Field(() => DateTimeScalar, { description: "When the offer was first drafted." })
  createdAt!: Date;

  @Field(() => OfferKindEnum, { description: "What completes it." })
  kind!: OfferKind;

  @Field(() => Int, { description: "For how many hours after its delivery it can be completed, 1 to 8760." })
  validHours!: number;

  @Field(() => DateTimeScalar, { description: "From when it may be delivered and activated." })
  startsAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "The first instant at which it may not any more; null: no end.",
  })
  endsAt!: Date | null;

  offerId!: string;
  merchantId!: string;
  name!: LocalisedText;
}

@ObjectType("OfferVersion", {
  description: "One version of an offer with its place in the lifecycle.",
  simpleResolvers: true,
})
export class OfferVersionType extends VersionFields {
  @Field(() => OfferContentType, { description: "What it says." })
  content!: OfferContentType;
}

@ObjectType("OfferUse", {
  description: "Who refers to an offer, over all its versions and all members.",
  simpleResolvers: true,
})
export class OfferUseType {
  @Field(() => Int, { description: "How often it was delivered." })
  deliveries!: number;

  @Field(() => Int, { description: "How often it was activated." })
  activations!: number;

  @Field(() => Int, { description: "How many deliveries were completed." })
  completions!: number;
}

export const OfferConnection = connectionType(OfferType, "Offer");

@InputType({ description: "Which offers; what is absent does not restrict." })
export class OfferFilterInput {
  @Field(() => VersionState, { nullable: true, description: "Where the leading version stands." })
  state?: State | null;

  @Field(() => ID, { nullable: true, description: "Id of the merchant." })
  merchantId?: string | null;

  @Field(() => OfferKindEnum, { nullable: true, description: "What completes it." })
  kind?: OfferKind | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Its window holds this instant." })
  activeAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Its window ends after this instant, or has no end." })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Its window starts before this instant." })
  before?: Date | null;

  @Field(() => String, { nullable: true, description: "Part of the name in any language, case ignored." })
  search?: string | null;
}

@ArgsType()
export class OffersArgs extends PageArgs {
  @Field(() => OfferFilterInput, { nullable: true, description: "Which offers." })
  filter?: OfferFilterInput | null;
}

@ArgsType()
export class MerchantOffersArgs extends PageArgs {
  @Field(() => VersionState, { nullable: true, description: "Where the leading version stands." })
  state?: State | null;
}
