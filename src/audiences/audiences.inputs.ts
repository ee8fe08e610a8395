import { Field, ID, InputType, Int, ObjectType, type ClassType } from "type-graphql";
import { oneOfInput } from "../graphql/one-of";
import { Payload } from "../graphql/payload";
import { LocalisedTextInput } from "../graphql/value.types";
import { RuleInput } from "../rules/rules.inputs";
import { AudienceListType, AudienceType, AudienceVersionType } from "./audiences.types";

@InputType(oneOfInput("AudienceMembersInput"), { description: "Who belongs to an audience: a rule, or a list." })
export class AudienceMembersInput {
  @Field(() => RuleInput, { nullable: true, description: "Whoever this rule holds of." })
  rule?: RuleInput;

  @Field(() => String, { nullable: true, description: 'The same as text: `tier = "gold" and not blacklisted`.' })
  text?: string;

  @Field(() => ID, { nullable: true, description: "Id of a complete list." })
  listId?: string;
}

@InputType({ description: "What a version of an audience says." })
export class AudienceContentInput {
  @Field(() => LocalisedTextInput, { description: "Name, at most 200 characters." })
  name!: LocalisedTextInput;

  @Field(() => LocalisedTextInput, { nullable: true, description: "What it is for, at most 2,000 characters." })
  description?: LocalisedTextInput | null;

  @Field(() => AudienceMembersInput, { description: "Who belongs to it." })
  members!: AudienceMembersInput;
}

@InputType({ description: "An audience that is not there yet." })
export class NewAudienceInput {
  @Field(() => ID, {
    nullable: true,
    description:
      "Id of the partner whose it is, of whose members it then is; absent: the operator's. Partners name themselves.",
  })
  partnerId?: string | null;

  @Field(() => String, {
    description: "2 to 63 lower-case letters, digits and hyphens, unique within the alliance; never changes.",
  })
  code!: string;
}

@InputType(oneOfInput("DraftAudienceTarget"), {
  description: "What is drafted: a new audience, or the next version of one.",
})
export class DraftAudienceTarget {
  @Field(() => NewAudienceInput, { nullable: true, description: "A new audience." })
  newAudience?: NewAudienceInput;

  @Field(() => ID, { nullable: true, description: "Id of the audience that gets a next version." })
  audienceId?: string;
}

@InputType({ description: "A version of an audience to start as a draft." })
export class DraftAudienceInput {
  @Field(() => DraftAudienceTarget, { description: "Of which audience." })
  target!: DraftAudienceTarget;

  @Field(() => AudienceContentInput, { description: "What it says." })
  content!: AudienceContentInput;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

/** What every step with a version takes; no type of the schema itself. */
@InputType()
export abstract class AudienceStepFields {
  @Field(() => ID, { description: "Id of the audience." })
  audienceId!: string;

  @Field(() => Int, { description: "Number of the version." })
  version!: number;

  @Field(() => Int, { description: "The revision of the version that the step was decided on." })
  revision!: number;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@InputType({ description: "A new content for a draft." })
export class EditAudienceInput extends AudienceStepFields {
  @Field(() => AudienceContentInput, { description: "What it says from now on." })
  content!: AudienceContentInput;
}

@InputType({ description: "A partner's numbers of the members that a list is made of." })
export class UploadAudienceListInput {
  @Field(() => ID, { nullable: true, description: "Id of the partner whose numbers they are; partners need not say." })
  partnerId?: string | null;

  @Field(() => [String], { description: "Numbers, at most 5,000; more go by `npm run alliance -- audiences upload`." })
  numbers!: string[];

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@InputType(oneOfInput("AudiencePreviewSource"), { description: "What is previewed: exactly one field." })
export class AudiencePreviewSource {
  @Field(() => RuleInput, { nullable: true, description: "A rule as a tree." })
  rule?: RuleInput;

  @Field(() => String, { nullable: true, description: "A rule as text." })
  text?: string;

  @Field(() => String, {
    nullable: true,
    description: "Code of a saved audience: its published version, else its newest.",
  })
  audience?: string;
}

export const SubmitAudienceInput = stepInput("Submit", "A draft to hand in for approval.");
export const ApproveAudienceInput = stepInput("Approve", "A version to agree with.");
export const RejectAudienceInput = stepInput("Reject", "A version to send back to its draft.");
export const PublishAudienceInput = stepInput("Publish", "An approved version to make live.");
export const EndAudienceInput = stepInput("End", "A version to end for good.");

export const DraftAudiencePayload = versionPayload("draftAudience");
export const EditAudiencePayload = versionPayload("editAudience");
export const SubmitAudiencePayload = versionPayload("submitAudience");
export const ApproveAudiencePayload = versionPayload("approveAudience");
export const RejectAudiencePayload = versionPayload("rejectAudience");
export const PublishAudiencePayload = versionPayload("publishAudience");
export const EndAudiencePayload = versionPayload("endAudience");

@ObjectType({ description: "One uploaded line that names nobody.", simpleResolvers: true })
export class RefusedLine {
  @Field(() => Int, { description: "Which one, counted from 1." })
  line!: number;

  @Field(() => String, { description: "Why, for people." })
  message!: string;
}

@ObjectType({ description: "Answer of `uploadAudienceList`.", simpleResolvers: true })
export class UploadAudienceListPayload extends Payload {
  @Field(() => AudienceListType, { nullable: true, description: "The list, complete; null when refused." })
  list?: AudienceListType | null;

  @Field(() => [RefusedLine], { nullable: true, description: "What named nobody, the first 100; null when refused." })
  refusedLines?: RefusedLine[] | null;
}

/** The answer of every mutation that makes or moves a version. */
export interface AudienceVersionAnswer extends Payload {
  audience?: AudienceType | null;
  version?: AudienceVersionType | null;
}

function stepInput(verb: string, description: string): ClassType<AudienceStepFields> {
  @InputType(`${verb}AudienceInput`, { description })
  class StepInput extends AudienceStepFields {}
  return StepInput;
}

function versionPayload(mutation: string): ClassType<AudienceVersionAnswer> {
  const name = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Payload`;
  @ObjectType(name, { description: `Answer of \`${mutation}\`.`, simpleResolvers: true })
  class VersionPayload extends Payload implements AudienceVersionAnswer {
    @Field(() => AudienceType, { nullable: true, description: "The audience as it is now; null when refused." })
    audience?: AudienceType | null;

    @Field(() => AudienceVersionType, { nullable: true, description: "The version as it is now; null when refused." })
    version?: AudienceVersionType | null;
  }
  return VersionPayload;
}
