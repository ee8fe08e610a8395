import { Field, ID, InputType, ObjectType, type ClassType } from "type-graphql";
import { oneOfInput } from "../graphql/one-of";
import { Payload } from "../graphql/payload";
import { DateScalar } from "../graphql/scalars";
import { PurchasingMember } from "../purchases/purchases.types";
import { CardCycleChoice, CardType, ElectionType, SwapQuoteType } from "./cards.types";

@InputType({ description: "A card to register." })
export class RegisterCardInput {
  @Field(() => PurchasingMember, { description: "Whose card it is." })
  member!: PurchasingMember;

  @Field(() => String, { description: "Code of the card product, which must be published." })
  productCode!: string;

  @Field(() => String, { description: "The issuer's token of the card, 8 to 64 characters; never a card number." })
  token!: string;

  @Field(() => DateScalar, {
    description: "The day on which its cycles begin, in the product's zone; not in the future.",
  })
  openedOn!: string;
}

/** What every step with a card takes; no type of the schema itself. */
@InputType()
export abstract class CardFields {
  @Field(() => ID, { description: "Id of the card." })
  cardId!: string;

  @Field(() => String, { nullable: true, description: "Why, for the audit log, 1 to 500 characters." })
  reason?: string | null;
}

@InputType({ description: "A card to freeze." })
export class FreezeCardInput extends CardFields {}

@InputType({ description: "A card to unfreeze." })
export class UnfreezeCardInput extends CardFields {}

@InputType({ description: "A card to close for good." })
export class CloseCardInput extends CardFields {}

@InputType({ description: "A card that gets new plastic." })
export class ReplaceCardInput extends CardFields {
  @Field(() => String, { description: "The issuer's token of the new plastic, 8 to 64 characters." })
  token!: string;
}

@InputType({ description: "A card that gets another product." })
export class ChangeCardProductInput extends CardFields {
  @Field(() => String, { description: "Code of the product, of the same issuer, which must be published." })
  productCode!: string;
}

@InputType({ description: "A package for a slot." })
export class ElectPackageInput {
  @Field(() => ID, { description: "Id of the card." })
  cardId!: string;

  @Field(() => String, { description: "Code of the slot." })
  slotCode!: string;

  @Field(() => String, { description: "Code of the package, one that the slot offers." })
  packageCode!: string;

  @Field(() => CardCycleChoice, { defaultValue: "CURRENT", description: "For which cycle." })
  cycle!: "CURRENT" | "NEXT";
}

@InputType({ description: "A swap to quote." })
export class QuoteSwapInput {
  @Field(() => ID, { description: "Id of the election that would be replaced." })
  electionId!: string;

  @Field(() => String, { description: "Code of the package that would take its place." })
  packageCode!: string;
}

@InputType(oneOfInput("SwapPaymentInput"), { description: "How a swap is paid." })
export class SwapPaymentInput {
  @Field(() => Boolean, { nullable: true, description: "With points, as the quote says: true." })
  points?: boolean;

  @Field(() => String, {
    nullable: true,
    description: "With money, which was paid outside: its reference there, 1 to 200 characters.",
  })
  moneyReference?: string;
}

@InputType({ description: "A quoted swap to make." })
export class SwapPackageInput {
  @Field(() => ID, { description: "Id of the quote." })
  swapId!: string;

  @Field(() => SwapPaymentInput, { nullable: true, description: "How it is paid; absent where nothing is due." })
  payment?: SwapPaymentInput | null;
}

export interface CardAnswer extends Payload {
  card?: CardType | null;
}

export const cardPayloads = {
  registerCard: cardPayload("registerCard"),
  replaceCard: cardPayload("replaceCard"),
  freezeCard: cardPayload("freezeCard"),
  unfreezeCard: cardPayload("unfreezeCard"),
  closeCard: cardPayload("closeCard"),
  changeCardProduct: cardPayload("changeCardProduct"),
};

@ObjectType({ description: "Answer of `electPackage`.", simpleResolvers: true })
export class ElectPackagePayload extends Payload {
  @Field(() => ElectionType, { nullable: true, description: "The election; null when refused." })
  election?: ElectionType | null;
}

@ObjectType({ description: "Answer of `quoteSwap`.", simpleResolvers: true })
export class QuoteSwapPayload extends Payload {
  @Field(() => SwapQuoteType, { nullable: true, description: "The quote; null when refused." })
  quote?: SwapQuoteType | null;
}

@ObjectType({ description: "Answer of `swapPackage`.", simpleResolvers: true })
export class SwapPackagePayload extends Payload {
  @Field(() => ElectionType, { nullable: true, description: "What fills the place now; null when refused." })
  election?: ElectionType | null;
}

function cardPayload(mutation: string): ClassType<CardAnswer> {
  const name = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Payload`;
  @ObjectType(name, { description: `Answer of \`${mutation}\`.`, simpleResolvers: true })
  class CardPayload extends Payload implements CardAnswer {
    @Field(() => CardType, { nullable: true, description: "The card as it is now; null when refused." })
    card?: CardType | null;
  }
  return CardPayload;
}
