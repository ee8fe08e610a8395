import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionType, PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { Payload } from "../graphql/payload";
import { DateTimeScalar } from "../graphql/scalars";
import { LocalisedTextInput } from "../graphql/value.types";
import { MemberType } from "../members/members.types";
import type { Sensitivity, TagStatus, TagType } from "./core/tag";
import { TagValueInput } from "./tag-value.types";

export const TagTypeEnum = graphqlEnum<TagType>("TagType", "What values a tag has.", {
  BOOLEAN: "True or false.",
  ENUM: "One of the definition's choices.",
  NUMBER: "A decimal number of at most 15 digits, in the definition's unit.",
  DATE: "A calendar day without zone.",
  SET: "Any of the definition's choices, also none.",
});

export const SensitivityEnum = graphqlEnum<Sensitivity>("Sensitivity", "How carefully a tag is shown.", {
  PUBLIC: "Every partner of a member sees it.",
  INTERNAL: "Of the partners only its source sees it.",
  PERSONAL: "As INTERNAL, and it says something about the person.",
  SENSITIVE: "Withheld from everyone but the member, risk and audit; its source writes it without reading it.",
});

export const TagStatusEnum = graphqlEnum<TagStatus>("TagStatus", "Whether a tag is written.", {
  ACTIVE: "Is written.",
  RETIRED: "Is written no more; values that are there stay.",
});

@ObjectType("TagDefinition", {
  description: "What can be said about a member. Partners see the tags of which they are the source, and public ones.",
  simpleResolvers: true,
})
export class TagDefinitionType {
  @Field(() => String, { description: "Stable, lower snake case: `monthly_spend`. Rules name tags by it." })
  code!: string;

  @Field(() => TagTypeEnum, { description: "What values it has; never changes." })
  type!: TagType;

  @Field(() => [String], { description: "The allowed choices of an ENUM or SET, in order; empty for other types." })
  choices!: readonly string[];

  @Field(() => String, { nullable: true, description: "Unit of a NUMBER, for people: `years`, `CNY`." })
  unit!: string | null;

  @Field(() => SensitivityEnum, { description: "How carefully its values are shown." })
  sensitivity!: Sensitivity;

  @Field(() => TagStatusEnum, { description: "Whether it is written." })
  status!: TagStatus;

  @Field(() => Int, { description: "Counts changes; `updateTagDefinition` names the one it was made from." })
  revision!: number;

  @Field(() => DateTimeScalar, { description: "When it was created, UTC." })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: "When it was last changed, UTC." })
  updatedAt!: Date;

  sourcePartnerId!: string;
}

@ObjectType("MemberTag", { description: "One fact about a member. What is unknown has no tag.", simpleResolvers: true })
export class MemberTagType {
  tagCode!: string;
}

export const TagDefinitionConnection = connectionType(TagDefinitionType, "TagDefinition");

@InputType({ description: "Which tag definitions; what is absent does not restrict." })
export class TagDefinitionFilterInput {
  @Field(() => TagTypeEnum, { nullable: true, description: "What values it has." })
  type?: TagType | null;

  @Field(() => TagStatusEnum, { nullable: true, description: "Whether it is written." })
  status?: TagStatus | null;

  @Field(() => SensitivityEnum, { nullable: true, description: "How carefully it is shown." })
  sensitivity?: Sensitivity | null;

  @Field(() => ID, { nullable: true, description: "Id of the partner that supplies it." })
  sourcePartnerId?: string | null;

  @Field(() => String, { nullable: true, description: "Part of the code, case ignored." })
  search?: string | null;
}

@ArgsType()
export class TagDefinitionsArgs extends PageArgs {
  @Field(() => TagDefinitionFilterInput, { nullable: true, description: "Which definitions." })
  filter?: TagDefinitionFilterInput | null;
}

@InputType({ description: "A new tag definition." })
export class CreateTagDefinitionInput {
  @Field(() => String, { description: "1 to 63 lower-case letters, digits and underscores; never changes." })
  code!: string;

  @Field(() => LocalisedTextInput, { description: "Name, at most 200 characters." })
  name!: LocalisedTextInput;

  @Field(() => LocalisedTextInput, { description: "What it says and where it comes from, at most 2,000 characters." })
  description!: LocalisedTextInput;

  @Field(() => TagTypeEnum, { description: "What values it has; never changes." })
  type!: TagType;

  @Field(() => [String], { nullable: true, description: "For ENUM and SET: 1 to 1,000 choices, all different." })
  choices?: string[] | null;

  @Field(() => String, { nullable: true, description: "For a NUMBER: its unit, at most 50 characters." })
  unit?: string | null;

  @Field(() => ID, { description: "Id of the partner that supplies it; never changes." })
  sourcePartnerId!: string;

  @Field(() => SensitivityEnum, { description: "How carefully its values are shown." })
  sensitivity!: Sensitivity;
}

@InputType({ description: "A change of a tag definition; what is absent stays as it is." })
export class UpdateTagDefinitionInput {
  @Field(() => String, { description: "Code of the definition." })
  code!: string;

  @Field(() => Int, { description: "The revision the change was made from." })
  revision!: number;

  @Field(() => LocalisedTextInput, { nullable: true, description: "Name, at most 200 characters." })
  name?: LocalisedTextInput | null;

  @Field(() => LocalisedTextInput, { nullable: true, description: "What it says, at most 2,000 characters." })
  description?: LocalisedTextInput | null;

  @Field(() => [String], {
    nullable: true,
    description: "All choices, in order. One that is in use cannot be left out.",
  })
  choices?: string[] | null;

  @Field(() => String, { nullable: true, description: "Unit of a NUMBER; null takes it away." })
  unit?: string | null;

  @Field(() => SensitivityEnum, { nullable: true, description: "Only the operator may make it less careful." })
  sensitivity?: Sensitivity | null;

  @Field(() => TagStatusEnum, { nullable: true, description: "RETIRED: written no more." })
  status?: TagStatus | null;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@InputType({ description: "One tag to set." })
export class TagInput {
  @Field(() => String, { description: "Code of a tag definition." })
  code!: string;

  @Field(() => TagValueInput, { description: "The value, of the tag's type." })
  value!: TagValueInput;

  @Field(() => DateTimeScalar, { nullable: true, description: "When the fact was true at its source; absent: now." })
  observedAt?: Date | null;
}

@InputType({ description: "Tags to set on a member." })
export class SetTagsInput {
  @Field(() => ID, { description: "Id of the member." })
  memberId!: string;

  @Field(() => [TagInput], { description: "At most 500, each tag once." })
  tags!: TagInput[];
}

@InputType({ description: "Tags to make unknown again." })
export class ClearTagsInput {
  @Field(() => ID, { description: "Id of the member." })
  memberId!: string;

  @Field(() => [String], { description: "Codes of tag definitions, at most 500." })
  codes!: string[];
}

@InputType({ description: "One tag to set on one member." })
export class MemberTagInput extends TagInput {
  @Field(() => ID, { description: "Id of the member." })
  memberId!: string;
}

@InputType({ description: "Tags to set on many members." })
export class SetTagsInBulkInput {
  @Field(() => [MemberTagInput], { description: "At most 5,000." })
  items!: MemberTagInput[];
}

@ObjectType({ description: "Answer of `createTagDefinition`.", simpleResolvers: true })
export class CreateTagDefinitionPayload extends Payload {
  @Field(() => TagDefinitionType, { nullable: true, description: "The new definition; null when refused." })
  tagDefinition?: TagDefinitionType | null;
}

@ObjectType({ description: "Answer of `updateTagDefinition`.", simpleResolvers: true })
export class UpdateTagDefinitionPayload extends Payload {
  @Field(() => TagDefinitionType, { nullable: true, description: "The definition as it is now; null when refused." })
  tagDefinition?: TagDefinitionType | null;
}

@ObjectType({ description: "Answer of `setTags`.", simpleResolvers: true })
export class SetTagsPayload extends Payload {
  @Field(() => MemberType, { nullable: true, description: "The member; null when refused." })
  member?: MemberType | null;
}

@ObjectType({ description: "Answer of `clearTags`.", simpleResolvers: true })
export class ClearTagsPayload extends Payload {
  @Field(() => MemberType, { nullable: true, description: "The member; null when refused." })
  member?: MemberType | null;
}

@ObjectType({
  description:
    "Answer of `setTagsInBulk`. Each item stands by itself: `userErrors` tell by their path which were refused " +
    '(`["input", "items", "17"]`), and the others were written all the same.',
  simpleResolvers: true,
})
export class SetTagsInBulkPayload extends Payload {
  @Field(() => Int, { nullable: true, description: "How many tags were written; null when the whole was refused." })
  written?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: "How many good items changed nothing, since a later value is known; null when the whole was refused.",
  })
  outdated?: number | null;
}
