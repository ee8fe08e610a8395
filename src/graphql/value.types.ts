import { Field, InputType, ObjectType } from "type-graphql";
import type { LocalisedText } from "../kernel/localised";
import { MinorUnitsScalar } from "./scalars";

@ObjectType("Money", { description: "An exact amount of money.", simpleResolvers: true })
export class MoneyType {
  @Field(() => MinorUnitsScalar, { description: "Minor units (cents, fen) of the currency." })
  amountMinor!: bigint;

  @Field(() => String, { description: "ISO 4217 code: `CNY`." })
  currency!: string;
}

@InputType({ description: "An exact amount of money." })
export class MoneyInput {
  @Field(() => MinorUnitsScalar, { description: "Minor units (cents, fen) of the currency." })
  amountMinor!: bigint;

  @Field(() => String, { description: "ISO 4217 code: `CNY`." })
  currency!: string;
}

@ObjectType("LocalisedText", { description: "One text in every language it was written in.", simpleResolvers: true })
export class LocalisedTextType {
  @Field(() => String, { nullable: true, description: "English." })
  en!: string | null;

  @Field(() => String, { nullable: true, description: "Simplified Chinese as written in China (`zh-CN`)." })
  zhCN!: string | null;
}

@InputType({ description: "One text in the languages it is offered in; at least one of them." })
export class LocalisedTextInput {
  @Field(() => String, { nullable: true, description: "English." })
  en?: string | null;

  @Field(() => String, { nullable: true, description: "Simplified Chinese as written in China (`zh-CN`)." })
  zhCN?: string | null;
}

export function toLocalisedText(input: LocalisedTextInput): LocalisedText {
  return { ...(input.en ? { en: input.en } : {}), ...(input.zhCN ? { "zh-CN": input.zhCN } : {}) };
}

export function fromLocalisedText(text: LocalisedText): LocalisedTextType {
  return { en: text.en ?? null, zhCN: text["zh-CN"] ?? null };
}
