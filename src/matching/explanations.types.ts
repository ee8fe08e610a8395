import { Field, Float, ID, InputType, Int, ObjectType } from "type-graphql";
import { graphqlEnum } from "../graphql/enum";
import { oneOfInput } from "../graphql/one-of";
import { DateTimeScalar } from "../graphql/scalars";
import { MemberType } from "../members/members.types";
import { OfferType } from "../offers/offers.types";
import type { NearMiss } from "../rules/core/near-miss";
import type { RuleOperator } from "../rules/core/rule-nodes";
import { RuleInput } from "../rules/rules.inputs";
import { RuleNodeType, RuleOperatorEnum, RuleType } from "../rules/rules.types";
import type { GateKind } from "./explain-rule";

export const GateKindEnum = graphqlEnum<GateKind>("MatchGate", "What must be so besides an offer's rule.", {
  MEMBER_ACTIVE: "The member is active.",
  PUBLISHED: "The offer is published: no draft, not paused, not ended.",
  WINDOW: "The offer's window holds the moment.",
  MERCHANT_ACTIVE: "The merchant is active, and not suspended.",
  CONSENT:
    "The member consents to MARKETING by the merchant's partner. Without it nobody reaches out with the offer; the member " +
    "itself is shown it all the same.",
});

export const NearMissKindEnum = graphqlEnum<NearMiss["kind"]>("NearMissKind", "What would have to be otherwise.", {
  RAISE: "The number, day or instant by `distance` more, or later.",
  LOWER: "The number, day or instant by `distance` less, or earlier.",
  ONE_OF: "It would have to be, or a set to hold, one of `choices`.",
  NONE_OF: "It would have to be, or a set to hold, none of `choices`.",
  KNOWN: "There would have to be a value.",
  UNKNOWN: "There must be no value.",
  JOIN: "The member would have to be in `audience`.",
  LEAVE: "The member must not be in `audience`.",
  CONDITIONS: "`distance` more of the `of` conditions below would have to be as they should; `met` are.",
});

type Measure = Extract<NearMiss, { kind: "RAISE" | "LOWER" }>["measure"];
export const MeasureEnum = graphqlEnum<Measure>("NearMissMeasure", "What a distance is counted in.", {
  NUMBER: "The fact's own unit.",
  DAYS: "Calendar days.",
  MILLISECONDS: "Milliseconds.",
});

@ObjectType("NearMiss", {
  description: "How far a condition is from being as the rule needs it.",
  simpleResolvers: true,
})
export class NearMissType {
  @Field(() => NearMissKindEnum, { description: "What would have to be otherwise." })
  kind!: NearMiss["kind"];

  @Field(() => Float, { nullable: true, description: "Of RAISE, LOWER and CONDITIONS: by how much, or how many." })
  distance!: number | null;

  @Field(() => MeasureEnum, { nullable: true, description: "Of RAISE and LOWER: what `distance` counts." })
  measure!: Measure | null;

  @Field(() => Boolean, { description: "True where it takes more than `distance`." })
  isExclusive!: boolean;

  @Field(() => String, { nullable: true, description: "Of a NUMBER its unit: `CNY`, `years`." })
  unit!: string | null;

  @Field(() => [String], { nullable: true, description: "Of ONE_OF and NONE_OF." })
  choices!: readonly string[] | null;

  @Field(() => String, { nullable: true, description: "Of JOIN and LEAVE: code of the audience." })
  audience!: string | null;

  @Field(() => Int, { nullable: true, description: "Of CONDITIONS: how many are as they should be." })
  met!: number | null;

  @Field(() => Int, { nullable: true, description: "Of CONDITIONS: how many there are." })
  of!: number | null;

  @Field(() => String, { description: "The same in the caller's language: `20 more`, `opens in 3 days`." })
  text!: string;
}

@ObjectType("FactValue", {
  description: "What a member or the moment has: one field is not null.",
  simpleResolvers: true,
})
export class FactValueType {
  @Field(() => Boolean, {
    nullable: true,
    description: "Of a BOOLEAN, and of an audience whether the member is in it.",
  })
  boolean!: boolean | null;

  @Field(() => Float, { nullable: true, description: "Of a NUMBER." })
  number!: number | null;

  @Field(() => String, {
    nullable: true,
    description: "Of an ENUM the choice, of a DATE the day, of an INSTANT the instant.",
  })
  text!: string | null;

  @Field(() => [String], { nullable: true, description: "Of a SET." })
  set!: readonly string[] | null;
}

@ObjectType("ExplainedGate", { description: "Something besides the rule that must be so.", simpleResolvers: true })
export class ExplainedGateType {
  @Field(() => GateKindEnum, { description: "What." })
  kind!: GateKind;

  @Field(() => Boolean, { description: "Whether it is so." })
  holds!: boolean;

  @Field(() => NearMissType, {
    nullable: true,
    description: "Of a window: how long until it opens, or since it closed.",
  })
  nearMiss!: NearMissType | null;
}

@ObjectType("ExplainedCondition", { description: "One node of a rule with what became of it.", simpleResolvers: true })
export class ExplainedConditionType {
  @Field(() => [String], { description: 'Where it stands, as `RuleNode.path`: `["all", "2", "not"]`.' })
  path!: readonly string[];

  @Field(() => RuleOperatorEnum, { description: "What it asks." })
  operator!: RuleOperator;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether it holds; null where that does not follow from what is shown and from the rule's verdict.",
  })
  holds!: boolean | null;

  @Field(() => Boolean, { description: "Whether the rule needs it to hold: false below a `not`." })
  isWished!: boolean;

  @Field(() => Boolean, {
    description:
      "Whether the verdict rests on it; of what is withheld whether it may: that it did not would tell whether it holds.",
  })
  decides!: boolean;

  @Field(() => Boolean, {
    description:
      "True where the caller may not see what is asked, or what the member has. Nothing is told of it but that it decided " +
      "or may have: the answer would be the same with any other value that leads to the same verdict.",
  })
  isWithheld!: boolean;

  @Field(() => String, { nullable: true, description: "Of a leaf the fact; null where it is withheld." })
  fact!: string | null;

  @Field(() => String, { nullable: true, description: "Of a leaf in the caller's language: `Age: at least 18 years`." })
  text!: string | null;

  @Field(() => RuleNodeType, { nullable: true, description: "Of a leaf what is wanted; null where it is withheld." })
  wanted!: RuleNodeType | null;

  @Field(() => FactValueType, {
    nullable: true,
    description: "What the member or the moment has; null where that is nothing, and where it is withheld.",
  })
  value!: FactValueType | null;

  @Field(() => NearMissType, { nullable: true, description: "What would have to be otherwise; null where nothing." })
  nearMiss!: NearMissType | null;
}

@ObjectType("Explanation", {
  description: "Why a member gets something in a moment, or why not.",
  simpleResolvers: true,
})
export class ExplanationType {
  @Field(() => Boolean, { description: "Whether the member gets it: the rule holds, and all gates are open." })
  matches!: boolean;

  @Field(() => Boolean, { description: "Whether the rule holds; true where there is none." })
  holds!: boolean;

  @Field(() => String, { description: "The answer in one line, in the caller's language." })
  summary!: string;

  @Field(() => DateTimeScalar, { description: "The moment, UTC." })
  at!: Date;

  @Field(() => MemberType, { description: "The member." })
  member!: MemberType;

  @Field(() => OfferType, { nullable: true, description: "The offer, where one was asked for." })
  offer!: OfferType | null;

  @Field(() => RuleType, {
    nullable: true,
    description: "The rule; null where there is none, or the caller may not see it.",
  })
  rule!: RuleType | null;

  @Field(() => [ExplainedGateType], { description: "What else an offer needs; empty for a rule alone." })
  gates!: readonly ExplainedGateType[];

  @Field(() => [ExplainedConditionType], { description: "Every node of the rule, each before what is below it." })
  conditions!: readonly ExplainedConditionType[];
}

@InputType(oneOfInput("ExplainedInput"), { description: "What is to be explained." })
export class ExplainedInput {
  @Field(() => ID, { nullable: true, description: "Id of an offer, by the rule of its leading version." })
  offerId?: string | null;

  @Field(() => RuleInput, { nullable: true, description: "A rule of one's own." })
  rule?: RuleInput | null;

  @Field(() => String, { nullable: true, description: "The same in the text form." })
  ruleText?: string | null;
}
