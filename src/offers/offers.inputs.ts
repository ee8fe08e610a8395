import { Field, ID, InputType, Int, ObjectType, type ClassType } from "type-graphql";
import { oneOfInput } from "../graphql/one-of";
import { Payload } from "../graphql/payload";
import { DateTimeScalar } from "../graphql/scalars";
import { LocalisedTextInput, MoneyInput } from "../graphql/value.types";
import { RuleInput } from "../rules/rules.inputs";
import { defaultPriority, type OfferChannel, type OfferKind } from "./core/offer";
import { OfferChannelEnum, OfferKindEnum, OfferType, OfferVersionType } from "./offers.types";

@InputType({ description: "What a version of an offer says." })
export class OfferContentInput {
  @Field(() => LocalisedTextInput, { description: "Name, at most 200 characters." })
  name!: LocalisedTextInput;

  @Field(() => LocalisedTextInput, { description: "Terms, at most 20,000 characters." })
  termsText!: LocalisedTextInput;

  @Field(() => LocalisedTextInput, { nullable: true, description: "Picture per language, http or https." })
  imageUrl?: LocalisedTextInput | null;

  @Field(() => OfferKindEnum, { description: "What completes it." })
  kind!: OfferKind;

  @Field(() => MoneyInput, { description: "What must be bought: more than zero; zero for INFORMATIONAL." })
  mark!: MoneyInput;

  @Field(() => MoneyInput, {
    description: "What the member gets, in the currency of the mark; zero for INFORMATIONAL.",
  })
  reward!: MoneyInput;

  @Field(() => Int, { description: "For how many hours after its delivery it can be completed, 1 to 8760." })
  validHours!: number;

  @Field(() => [OfferChannelEnum], { description: "By which ways it is meant to reach members, at least one." })
  channels!: OfferChannel[];

  @Field(() => DateTimeScalar, { description: "From when it may be delivered and activated." })
  startsAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "Until when, exclusive; null: no end." })
  endsAt?: Date | null;

  @Field(() => [String], {
    defaultValue: [],
    description: "Codes of the tags its audience is described by, at most 50.",
  })
  audienceTags!: string[];

  @Field(() => RuleInput, {
    nullable: true,
    description:
      "Who may have it, and in which moments; absent: everybody, or where the offer has a rule that the caller may not " +
      "see (`isRuleHidden`), that one still. `checkRule` says beforehand what would be refused.",
  })
  rule?: RuleInput | null;

  @Field(() => String, { nullable: true, description: "The same in the text form, instead of `rule`." })
  ruleText?: string | null;

  @Field(() => Int, {
    defaultValue: defaultPriority,
    description: "Where it stands among what a member is shown, 0 to 1000; higher comes first.",
  })
  priority!: number;
}

@InputType({ description: "An offer that is not there yet." })
export class NewOfferInput {
  @Field(() => ID, { description: "Id of the merchant." })
  merchantId!: string;

  @Field(() => String, { description: "2 to 63 lower-case letters, digits and hyphens; never changes." })
  code!: string;
}

@InputType(oneOfInput("DraftOfferTarget"), { description: "What is drafted: a new offer, or the next version of one." })
export class DraftOfferTarget {
  @Field(() => NewOfferInput, { nullable: true, description: "A new offer." })
  newOffer?: NewOfferInput;

  @Field(() => ID, { nullable: true, description: "Id of the offer that gets a next version." })
  offerId?: string;
}

@InputType({ description: "A version of an offer to start as a draft." })
export class DraftOfferInput {
  @Field(() => DraftOfferTarget, { description: "Of which offer." })
  target!: DraftOfferTarget;

  @Field(() => OfferContentInput, { description: "What it says." })
  content!: OfferContentInput;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@InputType({ description: "An earlier version to make a new draft of." })
export class ReturnOfferInput {
  @Field(() => ID, { description: "Id of the offer." })
  offerId!: string;

  @Field(() => Int, { description: "Number of the earlier version." })
  version!: number;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

/** What every step with a version takes; no type of the schema itself. */
@InputType()
export abstract class OfferStepFields {
  @Field(() => ID, { description: "Id of the offer." })
  offerId!: string;

  @Field(() => Int, { description: "Number of the version." })
  version!: number;

  @Field(() => Int, { description: "The revision of the version that the step was decided on." })
  revision!: number;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@InputType({ description: "A new content for a draft." })
export class EditOfferInput extends OfferStepFields {
  @Field(() => OfferContentInput, { description: "What it says from now on." })
  content!: OfferContentInput;
}

@InputType({ description: "An approved version and when it goes live." })
export class ScheduleOfferInput extends OfferStepFields {
  @Field(() => DateTimeScalar, { description: "An instant to come." })
  publishAt!: Date;
}

export const SubmitOfferInput = stepInput("Submit", "A draft to hand in for approval.");
export const ApproveOfferInput = stepInput("Approve", "A version to agree with.");
export const RejectOfferInput = stepInput("Reject", "A version to send back to its draft.");
export const PublishOfferInput = stepInput("Publish", "An approved version to make live.");
export const PauseOfferInput = stepInput("Pause", "A live version to stop.");
export const ResumeOfferInput = stepInput("Resume", "A paused version to make live again.");
export const EndOfferInput = stepInput("End", "A version to end for good.");

export const DraftOfferPayload = versionPayload("draftOffer");
export const EditOfferPayload = versionPayload("editOffer");
export const SubmitOfferPayload = versionPayload("submitOffer");
export const ApproveOfferPayload = versionPayload("approveOffer");
export const RejectOfferPayload = versionPayload("rejectOffer");
export const PublishOfferPayload = versionPayload("publishOffer");
export const ScheduleOfferPayload = versionPayload("scheduleOffer");
export const PauseOfferPayload = versionPayload("pauseOffer");
export const ResumeOfferPayload = versionPayload("resumeOffer");
export const EndOfferPayload = versionPayload("endOffer");
export const ReturnOfferPayload = versionPayload("returnOffer");

/** The answer of every mutation that makes or moves a version. */
export interface OfferVersionAnswer extends Payload {
  offer?: OfferType | null;
  version?: OfferVersionType | null;
}

function stepInput(verb: string, description: string): ClassType<OfferStepFields> {
  @InputType(`${verb}OfferInput`, { description })
  class StepInput extends OfferStepFields {}
  return StepInput;
}

function versionPayload(mutation: string): ClassType<OfferVersionAnswer> {
  const name = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Payload`;
  @ObjectType(name, { description: `Answer of \`${mutation}\`.`, simpleResolvers: true })
  class VersionPayload extends Payload implements OfferVersionAnswer {
    @Field(() => OfferType, { nullable: true, description: "The offer as it is now; null when refused." })
    offer?: OfferType | null;

    @Field(() => OfferVersionType, { nullable: true, description: "The version as it is now; null when refused." })
    version?: OfferVersionType | null;
  }
  return VersionPayload;
}
