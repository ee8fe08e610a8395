import { Field, InputType, ObjectType } from "type-graphql";
import { graphqlEnum } from "../graphql/enum";
import { NodeInterface } from "../graphql/node";
import { LocalisedTextInput, LocalisedTextType } from "../graphql/value.types";
import { ContentFields, ContentInputFields, ItemFields } from "../publishing/item.types";
import { VersionFields } from "../publishing/publishing.types";
import { RuleInput } from "../rules/rules.inputs";
import { RuleType } from "../rules/rules.types";
import type { CardProductContent, ProductChangePolicy } from "./core/card-product";
import { ProductSlotInput, ProductSlotType } from "./slots.types";

export const CardCycleEnum = graphqlEnum<CardProductContent["cycle"]>(
  "CardCycle",
  "Which years a card's choices are for.",
  {
    CARD_YEAR: "From the day and month on which the card was opened.",
    CALENDAR_YEAR: "From January 1; the first is the rest of its year.",
  },
);

export const ProductChangePolicyEnum = graphqlEnum<ProductChangePolicy>(
  "ProductChangePolicy",
  "What an upgrade or a downgrade to a product does with what was elected.",
  {
    CARRY: "Packages that the new product offers in a slot of the same code go on, the others end.",
    KEEP_UNTIL_CYCLE_END: "Everything stays to the end of the cycle; the new product's slots open with the next.",
    END: "Everything ends at once, and the new product's slots open.",
  },
);

@ObjectType("CardProductContent", { description: "What one version of a card product says.", simpleResolvers: true })
export class CardProductContentType extends ContentFields {
  @Field(() => String, { description: "As printed on the card, in the caller's language." })
  brand!: string;

  @Field(() => LocalisedTextType, { description: "The same in every language." })
  brandTranslations!: LocalisedTextType;

  @Field(() => String, { description: "IANA zone in which days, cycles and periods are counted." })
  timeZone!: string;

  @Field(() => CardCycleEnum, { description: "Which years its choices are for." })
  cycle!: CardProductContent["cycle"];

  @Field(() => [ProductSlotType], { description: "Its slots." })
  slots!: readonly ProductSlotType[];

  @Field(() => ProductChangePolicyEnum, { description: "What a change to this product does with what was elected." })
  onProductChange!: ProductChangePolicy;

  @Field(() => RuleType, {
    nullable: true,
    description: "Who may hold it; null: everybody, or the caller may not see it.",
  })
  rule!: RuleType | null;
}

@ObjectType("CardProduct", {
  description: "A card with slots for rights packages.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class CardProductType extends ItemFields {}

@ObjectType("CardProductVersion", {
  description: "One version of a card product with its place in the lifecycle.",
  simpleResolvers: true,
})
export class CardProductVersionType extends VersionFields {
  @Field(() => CardProductContentType, { description: "What it says." })
  content!: CardProductContentType;
}

@InputType({ description: "What a version of a card product says." })
export class CardProductContentInput extends ContentInputFields {
  @Field(() => LocalisedTextInput, { description: "As printed on the card, at most 200 characters." })
  brand!: LocalisedTextInput;

  @Field(() => String, { description: "IANA zone in which days, cycles and periods are counted: `Asia/Shanghai`." })
  timeZone!: string;

  @Field(() => CardCycleEnum, { defaultValue: "CARD_YEAR", description: "Which years its choices are for." })
  cycle!: CardProductContent["cycle"];

  @Field(() => [ProductSlotInput], { description: "Its slots, at least one." })
  slots!: ProductSlotInput[];

  @Field(() => ProductChangePolicyEnum, { defaultValue: "CARRY", description: "What a change to this product does." })
  onProductChange!: ProductChangePolicy;

  @Field(() => RuleInput, { nullable: true, description: "Who may hold it; absent: everybody." })
  rule?: RuleInput | null;

  @Field(() => String, { nullable: true, description: "The same in the text form, instead of `rule`." })
  ruleText?: string | null;
}
