import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { graphqlEnum } from "../graphql/enum";
import { Payload } from "../graphql/payload";
import { DateTimeScalar } from "../graphql/scalars";
import { LocalisedTextInput } from "../graphql/value.types";
import type { CounterMetric } from "./core/counter";

export const CounterMetricEnum = graphqlEnum<CounterMetric>("CounterMetric", "What a history counter counts.", {
  PURCHASES: "How many purchases.",
  SPEND: "How much was spent, in minor units of the counter's currency.",
});

@ObjectType("HistoryCounter", {
  description:
    "What is counted of every member day by day. Rules ask for the sum of the last days as `history.<code>`.",
  simpleResolvers: true,
})
export class HistoryCounterType {
  @Field(() => String, { description: "Stable, lower snake case: `purchases_90d`." })
  code!: string;

  @Field(() => CounterMetricEnum, { description: "What is counted." })
  metric!: CounterMetric;

  @Field(() => Int, { description: "How many days are summed up, 1 to 731; the day of the question is one of them." })
  periodDays!: number;

  @Field(() => String, {
    nullable: true,
    description: "ISO 4217: only amounts in this currency; null where purchases in any are counted.",
  })
  currency!: string | null;

  @Field(() => String, { description: "IANA zone whose days are counted: the alliance's when it was declared." })
  timeZone!: string;

  @Field(() => DateTimeScalar, { description: "When it was declared, UTC." })
  createdAt!: Date;

  merchantId!: string | null;
  categoryCode!: string | null;
}

@InputType({ description: "A counter to declare. It never changes: another period or place is another counter." })
export class DeclareHistoryCounterInput {
  @Field(() => String, { description: "1 to 63 lower-case letters, digits and underscores; unique." })
  code!: string;

  @Field(() => LocalisedTextInput, { description: "Name, for people." })
  name!: LocalisedTextInput;

  @Field(() => CounterMetricEnum, { description: "What is counted." })
  metric!: CounterMetric;

  @Field(() => Int, { description: "How many days are summed up, 1 to 731; the day of the question is one of them." })
  periodDays!: number;

  @Field(() => ID, { nullable: true, description: "Id of the merchant: only what happens there." })
  merchantId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Code of a category: only what happens at merchants that are of it then. Not with `merchantId`.",
  })
  categoryCode?: string | null;

  @Field(() => String, { nullable: true, description: "ISO 4217: only amounts in it. SPEND needs one." })
  currency?: string | null;

  @Field(() => String, { nullable: true, description: "Why, 1 to 500 characters; stands in the audit log." })
  reason?: string | null;
}

@ObjectType({ description: "Answer of `declareHistoryCounter`.", simpleResolvers: true })
export class DeclareHistoryCounterPayload extends Payload {
  @Field(() => HistoryCounterType, { nullable: true, description: "The counter; null when refused." })
  historyCounter?: HistoryCounterType | null;
}
