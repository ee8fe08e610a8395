import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { oneOfInput } from "../graphql/one-of";
import { Payload } from "../graphql/payload";
import { MomentInput } from "../matching/moment.inputs";
import { RuleInput } from "../rules/rules.inputs";
import { SimulationType } from "./simulations.types";

@InputType(oneOfInput("SimulatedContentInput"), { description: "What an offer would be: exactly one field." })
export class SimulatedContentInput {
  @Field(() => Int, { nullable: true, description: "Number of one of its versions: its rule, window and reward." })
  version?: number;

  @Field(() => RuleInput, {
    nullable: true,
    description: "Another rule, as a tree; the rest is of the published version, or of the newest where none is.",
  })
  rule?: RuleInput;

  @Field(() => String, { nullable: true, description: "The same as text." })
  text?: string;

  @Field(() => Boolean, { nullable: true, description: "`true`: the same without any rule, for everybody." })
  everybody?: boolean;
}

@InputType({ description: "An offer and what it would be." })
export class SimulatedDraftInput {
  @Field(() => ID, { description: "Id of the offer. One offer may be tried in several ways." })
  offerId!: string;

  @Field(() => SimulatedContentInput, { description: "What it would be." })
  as!: SimulatedContentInput;
}

@InputType(oneOfInput("SimulatedGroupInput"), { description: "Of whom a sample is drawn: exactly one field." })
export class SimulatedGroupInput {
  @Field(() => String, { nullable: true, description: "Code of a published audience." })
  audience?: string;

  @Field(() => RuleInput, { nullable: true, description: "Whoever a preview of this rule finds." })
  rule?: RuleInput;

  @Field(() => String, { nullable: true, description: "The same as text." })
  text?: string;
}

@InputType({ description: "Which members are counted." })
export class SimulatedMembersInput {
  @Field(() => SimulatedGroupInput, { nullable: true, description: "Of whom; absent: of all active members." })
  of?: SimulatedGroupInput | null;

  @Field(() => Int, {
    defaultValue: 10_000,
    description: "How many, 1 to 100,000: all, where there are no more; else a sample of so many.",
  })
  size!: number;

  @Field(() => Int, {
    defaultValue: 1,
    description: "The same seed draws the same members, but for those who came or went; another one draws others.",
  })
  seed!: number;
}

@InputType({ description: "What is tried, with whom, and when." })
export class SimulateRulesInput {
  @Field(() => [SimulatedDraftInput], { description: "What is compared with what is published, 1 to 100." })
  drafts!: SimulatedDraftInput[];

  @Field(() => SimulatedMembersInput, { nullable: true, description: "With whom; absent: 10,000 of all." })
  members?: SimulatedMembersInput | null;

  @Field(() => MomentInput, { nullable: true, description: "When and where; absent: now, and nothing known of where." })
  moment?: MomentInput | null;
}

@ObjectType({ description: "Answer of `simulateRules`.", simpleResolvers: true })
export class SimulateRulesPayload extends Payload {
  @Field(() => SimulationType, {
    nullable: true,
    description: "Just started: ask `simulation` for it until it has ended. Null when refused.",
  })
  simulation?: SimulationType | null;
}

@InputType({ description: "Which simulation to end." })
export class CancelSimulationInput {
  @Field(() => ID, { description: "Its id." })
  simulationId!: string;
}

@ObjectType({ description: "Answer of `cancelSimulation`.", simpleResolvers: true })
export class CancelSimulationPayload extends Payload {
  @Field(() => SimulationType, {
    nullable: true,
    description: "As it was left: DONE where it was faster. Null when refused.",
  })
  simulation?: SimulationType | null;
}
