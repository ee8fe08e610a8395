import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionType, PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { NodeInterface } from "../graphql/node";
import { Payload } from "../graphql/payload";
import { DateTimeScalar } from "../graphql/scalars";
import { LocalisedTextInput } from "../graphql/value.types";
import type { LocalisedText } from "../kernel/localised";
import type { OutletKind, SellingStatus } from "./core/merchant";

export const SellingStatusEnum = graphqlEnum<SellingStatus>("SellingStatus", "Whether a merchant or outlet sells.", {
  ACTIVE: "Sells.",
  SUSPENDED: "Does not sell for now.",
  CLOSED: "Sells no more; final.",
});

export const OutletKindEnum = graphqlEnum<OutletKind>("OutletKind", "What sort of place an outlet is.", {
  PHYSICAL: "A place in a city.",
  ONLINE: "A place on the web.",
});

@ObjectType("Partner", {
  description: "An organisation in the alliance: it issues a program, sells as a merchant, or both.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class PartnerType extends NodeInterface {
  @Field(() => String, { description: "Stable short code, lower case: `river-bank`." })
  code!: string;

  @Field(() => DateTimeScalar, { description: "When the partner joined, UTC." })
  createdAt!: Date;

  partnerId!: string;
}

@ObjectType("MerchantCategory", { description: "What merchants sell.", simpleResolvers: true })
export class MerchantCategoryType {
  @Field(() => String, { description: "Stable code: `coffee`." })
  code!: string;

  name!: LocalisedText;
}

@ObjectType("Merchant", {
  description: "A partner's selling side, with its outlets. Visible to everyone who is signed in.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class MerchantType extends NodeInterface {
  @Field(() => String, { description: "Stable short code, lower case, unique in the alliance." })
  code!: string;

  @Field(() => SellingStatusEnum, { description: "Whether it sells." })
  status!: SellingStatus;

  @Field(() => String, { nullable: true, description: "Its site, http or https." })
  websiteUrl!: string | null;

  @Field(() => String, { nullable: true, description: "Its logo, http or https." })
  logoUrl!: string | null;

  @Field(() => Int, { description: "Counts changes; `updateMerchant` names the one it was made from." })
  revision!: number;

  @Field(() => DateTimeScalar, { description: "When the merchant was created, UTC." })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: "When the merchant was last changed, UTC." })
  updatedAt!: Date;

  merchantId!: string;
  partnerId!: string;
  parentMerchantId!: string | null;
  categoryCode!: string;
}

@ObjectType("Outlet", {
  description: "One place, physical or online, where a merchant sells.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class OutletType extends NodeInterface {
  @Field(() => String, { description: "The merchant's own number of the outlet, unique within the merchant." })
  code!: string;

  @Field(() => OutletKindEnum, { description: "Physical or online." })
  kind!: OutletKind;

  @Field(() => String, { nullable: true, description: "ISO 3166-1 alpha-2 of a physical outlet." })
  country!: string | null;

  @Field(() => String, { nullable: true, description: "City of a physical outlet, in English." })
  city!: string | null;

  @Field(() => String, { nullable: true, description: "Address on the web, http or https." })
  url!: string | null;

  @Field(() => SellingStatusEnum, { description: "Whether it sells." })
  status!: SellingStatus;

  @Field(() => Int, { description: "Counts changes; `updateOutlet` names the one it was made from." })
  revision!: number;

  outletId!: string;
  merchantId!: string;
}

export const MerchantConnection = connectionType(MerchantType, "Merchant");
export const OutletConnection = connectionType(OutletType, "Outlet");

@InputType({ description: "Which merchants; what is absent does not restrict." })
export class MerchantFilterInput {
  @Field(() => String, { nullable: true, description: "Code of a merchant category." })
  categoryCode?: string | null;

  @Field(() => SellingStatusEnum, { nullable: true, description: "Selling status." })
  status?: SellingStatus | null;

  @Field(() => ID, { nullable: true, description: "Id of the partner behind the merchant." })
  partnerId?: string | null;

  @Field(() => ID, { nullable: true, description: "Id of the chain the merchant belongs to." })
  parentMerchantId?: string | null;

  @Field(() => String, { nullable: true, description: "Part of the name in any language, case ignored." })
  search?: string | null;
}

@InputType({ description: "Which outlets; what is absent does not restrict." })
export class OutletFilterInput {
  @Field(() => ID, { nullable: true, description: "Id of the merchant." })
  merchantId?: string | null;

  @Field(() => String, { nullable: true, description: "City, as written at the outlet." })
  city?: string | null;

  @Field(() => OutletKindEnum, { nullable: true, description: "Physical or online." })
  kind?: OutletKind | null;

  @Field(() => SellingStatusEnum, { nullable: true, description: "Selling status." })
  status?: SellingStatus | null;
}

@ArgsType()
export class MerchantsArgs extends PageArgs {
  @Field(() => MerchantFilterInput, { nullable: true, description: "Which merchants." })
  filter?: MerchantFilterInput | null;
}

@ArgsType()
export class OutletsArgs extends PageArgs {
  @Field(() => OutletFilterInput, { nullable: true, description: "Which outlets." })
  filter?: OutletFilterInput | null;
}

@InputType({ description: "What a category of merchants is called." })
export class DefineCategoryInput {
  @Field(() => String, { description: "2 to 63 lower-case letters, digits and hyphens." })
  code!: string;

  @Field(() => LocalisedTextInput, { description: "Name, at most 200 characters." })
  name!: LocalisedTextInput;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@InputType({ description: "A new partner." })
export class CreatePartnerInput {
  @Field(() => String, { description: "2 to 63 lower-case letters, digits and hyphens; never changes." })
  code!: string;

  @Field(() => LocalisedTextInput, { description: "Name, at most 200 characters." })
  name!: LocalisedTextInput;
}

@InputType({ description: "A new merchant of a partner." })
export class CreateMerchantInput {
  @Field(() => ID, { description: "Id of the partner." })
  partnerId!: string;

  @Field(() => ID, { nullable: true, description: "Id of the chain it belongs to." })
  parentMerchantId?: string | null;

  @Field(() => String, { description: "2 to 63 lower-case letters, digits and hyphens; never changes." })
  code!: string;

  @Field(() => LocalisedTextInput, { description: "Name, at most 200 characters." })
  name!: LocalisedTextInput;

  @Field(() => String, { description: "Code of a merchant category." })
  categoryCode!: string;

  @Field(() => String, { nullable: true, description: "Its site, http or https." })
  websiteUrl?: string | null;

  @Field(() => String, { nullable: true, description: "Its logo, http or https." })
  logoUrl?: string | null;
}

@InputType({ description: "A change of a merchant; what is absent stays as it is." })
export class UpdateMerchantInput {
  @Field(() => ID, { description: "Id of the merchant." })
  id!: string;

  @Field(() => Int, { description: "The revision the change was made from." })
  revision!: number;

  @Field(() => LocalisedTextInput, { nullable: true, description: "Name, at most 200 characters." })
  name?: LocalisedTextInput;

  @Field(() => String, { nullable: true, description: "Code of a merchant category." })
  categoryCode?: string;

  @Field(() => SellingStatusEnum, { nullable: true, description: "CLOSED is final." })
  status?: SellingStatus;

  @Field(() => String, { nullable: true, description: "Its site, http or https; null takes it away." })
  websiteUrl?: string | null;

  @Field(() => String, { nullable: true, description: "Its logo, http or https; null takes it away." })
  logoUrl?: string | null;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@InputType({ description: "A new outlet of a merchant." })
export class CreateOutletInput {
  @Field(() => ID, { description: "Id of the merchant." })
  merchantId!: string;

  @Field(() => String, { description: "The merchant's own number, 1 to 64 characters." })
  code!: string;

  @Field(() => LocalisedTextInput, { description: "Name, at most 200 characters." })
  name!: LocalisedTextInput;

  @Field(() => OutletKindEnum, { description: "Physical or online; never changes." })
  kind!: OutletKind;

  @Field(() => String, { nullable: true, description: "ISO 3166-1 alpha-2; needed for a physical outlet." })
  country?: string | null;

  @Field(() => String, { nullable: true, description: "City in English; needed for a physical outlet." })
  city?: string | null;

  @Field(() => LocalisedTextInput, { nullable: true, description: "Street address." })
  address?: LocalisedTextInput | null;

  @Field(() => String, { nullable: true, description: "Address on the web; needed for an online outlet." })
  url?: string | null;
}

@InputType({ description: "A change of an outlet; what is absent stays as it is." })
export class UpdateOutletInput {
  @Field(() => ID, { description: "Id of the outlet." })
  id!: string;

  @Field(() => Int, { description: "The revision the change was made from." })
  revision!: number;

  @Field(() => LocalisedTextInput, { nullable: true, description: "Name, at most 200 characters." })
  name?: LocalisedTextInput;

  @Field(() => String, { nullable: true, description: "ISO 3166-1 alpha-2." })
  country?: string | null;

  @Field(() => String, { nullable: true, description: "City in English." })
  city?: string | null;

  @Field(() => LocalisedTextInput, { nullable: true, description: "Street address; null takes it away." })
  address?: LocalisedTextInput | null;

  @Field(() => String, { nullable: true, description: "Address on the web." })
  url?: string | null;

  @Field(() => SellingStatusEnum, { nullable: true, description: "CLOSED is final." })
  status?: SellingStatus;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@ObjectType({ description: "Answer of `defineCategory`.", simpleResolvers: true })
export class DefineCategoryPayload extends Payload {
  @Field(() => MerchantCategoryType, { nullable: true, description: "The category; null when refused." })
  category?: MerchantCategoryType | null;
}

@ObjectType({ description: "Answer of `createPartner`.", simpleResolvers: true })
export class CreatePartnerPayload extends Payload {
  @Field(() => PartnerType, { nullable: true, description: "The new partner; null when refused." })
  partner?: PartnerType | null;
}

@ObjectType({ description: "Answer of `createMerchant`.", simpleResolvers: true })
export class CreateMerchantPayload extends Payload {
  @Field(() => MerchantType, { nullable: true, description: "The new merchant; null when refused." })
  merchant?: MerchantType | null;
}

@ObjectType({ description: "Answer of `updateMerchant`.", simpleResolvers: true })
export class UpdateMerchantPayload extends Payload {
  @Field(() => MerchantType, { nullable: true, description: "The merchant as it is now; null when refused." })
  merchant?: MerchantType | null;
}

@ObjectType({ description: "Answer of `createOutlet`.", simpleResolvers: true })
export class CreateOutletPayload extends Payload {
  @Field(() => OutletType, { nullable: true, description: "The new outlet; null when refused." })
  outlet?: OutletType | null;
}

@ObjectType({ description: "Answer of `updateOutlet`.", simpleResolvers: true })
export class UpdateOutletPayload extends Payload {
  @Field(() => OutletType, { nullable: true, description: "The outlet as it is now; null when refused." })
  outlet?: OutletType | null;
}
