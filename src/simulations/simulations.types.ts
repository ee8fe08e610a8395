import { Field, ID, Int, ObjectType } from "type-graphql";
import { graphqlEnum } from "../graphql/enum";
import { DateTimeScalar } from "../graphql/scalars";
import { MoneyType } from "../graphql/value.types";
import { OfferType } from "../offers/offers.types";
import type { SimulationState } from "./core/simulated-thing";

export const SimulationStateEnum = graphqlEnum<SimulationState>("SimulationState", "What became of a simulation.", {
  RUNNING: "It is counting.",
  DONE: "All members of the sample were counted.",
  CANCELLED: "Whoever started it ended it.",
  FAILED: "It broke off, or its server did: start it again.",
});

@ObjectType("SimulatedCounts", {
  description: "How many members have an offer: its rule holds, in its window, and they consent to be reached with it.",
  simpleResolvers: true,
})
export class SimulatedCountsType {
  @Field(() => Int, { description: "By what is published." })
  before!: number;

  @Field(() => Int, { description: "By the draft." })
  after!: number;

  @Field(() => Int, { description: "By the draft, and not by what is published." })
  gained!: number;

  @Field(() => Int, { description: "By what is published, and not by the draft." })
  lost!: number;
}

@ObjectType("SimulatedLiability", {
  description:
    "What rewards would come to if every member who may have the offer completed it once: an upper estimate of what is " +
    "promised, no forecast. An offer that reaches a member again can be completed again.",
  simpleResolvers: true,
})
export class SimulatedLiabilityType {
  @Field(() => MoneyType, { description: "By what is published." })
  before!: MoneyType;

  @Field(() => MoneyType, { description: "By the draft." })
  after!: MoneyType;

  @Field(() => MoneyType, { description: "Of the members gained, by the draft's reward." })
  gained!: MoneyType;

  @Field(() => MoneyType, { description: "Of the members lost, by the published reward." })
  lost!: MoneyType;
}

/** What a rule and a whole simulation both say; no type of the schema itself. */
@ObjectType({ simpleResolvers: true })
abstract class LiabilityFields {
  @Field(() => [SimulatedLiabilityType], {
    description: "Of the members counted so far, one for each currency; empty where no offer has a value.",
  })
  countedLiability!: readonly SimulatedLiabilityType[];

  @Field(() => [SimulatedLiabilityType], {
    nullable: true,
    description: "The same scaled up to all members that the sample is of; null until it is DONE.",
  })
  estimatedLiability!: readonly SimulatedLiabilityType[] | null;
}

@ObjectType("SimulatedRule", {
  description:
    "One draft beside what is published. As in delivery, a member who does not consent to MARKETING by the merchant's " +
    "partner counts for nobody, before and after. Whether the merchant is suspended is asked where a member is reached.",
  simpleResolvers: true,
})
export class SimulatedRuleType extends LiabilityFields {
  @Field(() => OfferType, { nullable: true, description: "The offer." })
  offer!: OfferType | null;

  @Field(() => Int, { nullable: true, description: "The version that was published; null: none, so nobody has it." })
  publishedVersion!: number | null;

  @Field(() => Int, { nullable: true, description: "The version that is tried; null: a rule that is no version's." })
  draftVersion!: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether the moment lies in the published version's window; null where none is published.",
  })
  isPublishedOpen!: boolean | null;

  @Field(() => Boolean, { description: "Whether it lies in the draft's; outside of its window nobody has an offer." })
  isDraftOpen!: boolean;

  @Field(() => [String], {
    description:
      "What the rules ask of the moment and it did not say, such as `context.scene`: such a condition is false, and its " +
      "`not` is true.",
  })
  missingContext!: readonly string[];

  @Field(() => SimulatedCountsType, { description: "Of the members counted so far." })
  counted!: SimulatedCountsType;

  @Field(() => SimulatedCountsType, {
    nullable: true,
    description: "The same scaled up to all members that the sample is of; null until it is DONE.",
  })
  estimated!: SimulatedCountsType | null;
}

@ObjectType("Simulation", {
  description:
    "What would change if drafts were published, counted over members. It runs behind: ask again for how far it is. Told " +
    "to whoever started it, until half an hour after its last word.",
  simpleResolvers: true,
})
export class SimulationType extends LiabilityFields {
  @Field(() => ID, { description: "Id, for `simulation` and `cancelSimulation`." })
  id!: string;

  @Field(() => SimulationStateEnum, { description: "Where it stands." })
  state!: SimulationState;

  @Field(() => DateTimeScalar, { description: "The moment at which the rules are asked." })
  at!: Date;

  @Field(() => Int, { description: "The seed by which the sample is drawn." })
  seed!: number;

  @Field(() => Int, {
    nullable: true,
    description: "How many members the sample is of; null until it is drawn.",
  })
  population!: number | null;

  @Field(() => Int, { nullable: true, description: "How many are in the sample; null until it is drawn." })
  sampled!: number | null;

  @Field(() => Int, { description: "How many of them were counted." })
  counted!: number;

  @Field(() => DateTimeScalar, { description: "When it began." })
  startedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it ended; null while it runs, or was broken off." })
  endedAt!: Date | null;

  @Field(() => [SimulatedRuleType], { description: "The drafts, in the order in which they were given." })
  rules!: readonly SimulatedRuleType[];
}
