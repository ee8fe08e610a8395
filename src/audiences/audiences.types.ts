import { ArgsType, createUnionType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionType, PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { NodeInterface } from "../graphql/node";
import { UserError } from "../graphql/payload";
import { DateTimeScalar } from "../graphql/scalars";
import { LocalisedTextType } from "../graphql/value.types";
import type { VersionState as State } from "../kernel/lifecycle";
import type { LocalisedText } from "../kernel/localised";
import { MemberType } from "../members/members.types";
import { OfferType } from "../offers/offers.types";
import { VersionFields, VersionState } from "../publishing/publishing.types";
import { RuleType } from "../rules/rules.types";
import type { AudienceKind } from "./core/audience";

export const AudienceKindEnum = graphqlEnum<AudienceKind>("AudienceKind", "By what members belong to an audience.", {
  RULE: "By a rule, always by what is known of them now.",
  LIST: "By a list that was uploaded.",
});

@ObjectType("AudienceList", {
  description: "A list of members that was uploaded. Once complete it never changes.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class AudienceListType extends NodeInterface {
  @Field(() => Int, { description: "Members on it, each counted once; zero until it is complete." })
  memberCount!: number;

  @Field(() => Int, { description: "Uploaded lines that named nobody." })
  refusedCount!: number;

  @Field(() => DateTimeScalar, { description: "When its upload began." })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When its upload ended; null where it did not." })
  completedAt!: Date | null;
}

@ObjectType("AudienceContent", {
  description: "What one version of an audience says: a rule or a list. A published one never changes.",
  simpleResolvers: true,
})
export class AudienceContentType {
  @Field(() => String, { description: "Name in the caller's language." })
  name!: string;

  @Field(() => LocalisedTextType, { description: "Name in every language." })
  nameTranslations!: LocalisedTextType;

  @Field(() => String, { nullable: true, description: "Description in the caller's language." })
  description!: string | null;

  @Field(() => LocalisedTextType, { nullable: true, description: "Description in every language." })
  descriptionTranslations!: LocalisedTextType | null;

  @Field(() => RuleType, {
    nullable: true,
    description:
      "Who belongs to it; null where that is a list, and where the caller may not see it. Which null it is says " +
      "`isRuleHidden`.",
  })
  rule!: RuleType | null;

  @Field(() => Boolean, {
    description:
      "True where it has a rule that asks for what the caller may not read, such as sensitive tags: whoever approves it " +
      "would agree to what it cannot see, and leaves it to somebody who can.",
  })
  isRuleHidden!: boolean;

  @Field(() => ID, { nullable: true, description: "Id of the list of its members; null where that is a rule." })
  listId!: string | null;
}

@ObjectType("Audience", {
  description:
    "A saved set of members, by a rule or a list, which rules name by its code. What it says is that of its leading " +
    "version: the live one, else the last that was live, else the newest. Seen by the operator and its own partner.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class AudienceType extends NodeInterface {
  @Field(() => String, { description: "What rules call it by; unique within the alliance." })
  code!: string;

  @Field(() => AudienceKindEnum, { description: "By what members belong to the leading version." })
  kind!: AudienceKind;

  @Field(() => VersionState, { description: "Where the leading version stands." })
  state!: State;

  @Field(() => Int, { description: "Number of the leading version." })
  version!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When the leading version went live; null where none ever did.",
  })
  publishedAt!: Date | null;

  @Field(() => DateTimeScalar, { description: "When the audience was first drafted." })
  createdAt!: Date;

  audienceId!: string;
  partnerId!: string | null;
  name!: LocalisedText;
}

@ObjectType("AudienceVersion", {
  description: "One version of an audience with its place in the lifecycle.",
  simpleResolvers: true,
})
export class AudienceVersionType extends VersionFields {
  @Field(() => AudienceContentType, { description: "What it says." })
  content!: AudienceContentType;
}

export const AudienceConnection = connectionType(AudienceType, "Audience");

export const AudienceUser = createUnionType({
  name: "AudienceUser",
  description: "What can name an audience in its rule.",
  types: () => [AudienceType, OfferType] as const,
  resolveType: (value: object) => ("audienceId" in value ? AudienceType : OfferType),
});

@ObjectType("AudienceFunnelStep", {
  description:
    "What one condition does: one part of the rule's outermost `all`, or the whole rule. Counts are null where they are " +
    "withheld from a partner.",
  simpleResolvers: true,
})
export class AudienceFunnelStepType {
  @Field(() => RuleType, { description: "The condition." })
  condition!: RuleType;

  @Field(() => Int, { nullable: true, description: "Who remains after this condition and all before it." })
  remaining!: number | null;

  @Field(() => Int, { nullable: true, description: "Whom it removes of all that were considered, taken alone." })
  removedAlone!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: "Whom only this condition keeps out: they fulfil all the others, and would come in without it.",
  })
  missedOnlyThis!: number | null;
}

@ObjectType("AudienceOverlap", { description: "Whom two audiences share.", simpleResolvers: true })
export class AudienceOverlapType {
  @Field(() => AudienceType, { description: "The saved audience." })
  audience!: AudienceType;

  @Field(() => Int, { nullable: true, description: "Members in both; null where it is withheld." })
  count!: number | null;
}

@ObjectType("AudiencePreview", {
  description:
    "Whom a rule finds. Members who are not active, or refused a partner to be sorted into audiences or to be addressed, " +
    "are in none. Everything is null where the question was refused.",
  simpleResolvers: true,
})
export class AudiencePreviewType {
  @Field(() => [UserError], { description: "Why the question was refused; else empty." })
  userErrors!: UserError[];

  @Field(() => RuleType, { nullable: true, description: "The rule that was evaluated." })
  rule!: RuleType | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "Every change that was made before this instant is in the numbers.",
  })
  asOf!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "The moment at which ages, windows of days and counters were resolved.",
  })
  at!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: "How far each count may be from the truth, at random; null where they are exact.",
  })
  accuracy!: number | null;

  @Field(() => Int, { nullable: true, description: "Members; null where fewer than a partner may be told of." })
  count!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: "Members that could have been found: active, the caller's own, and without a refusal.",
  })
  considered!: number | null;

  @Field(() => [AudienceFunnelStepType], { nullable: true, description: "What each condition does, in their order." })
  funnel!: AudienceFunnelStepType[] | null;

  @Field(() => [AudienceOverlapType], { nullable: true, description: "Whom it shares with saved audiences." })
  overlaps!: AudienceOverlapType[] | null;

  @Field(() => [MemberType], {
    nullable: true,
    description: "Some of the members, as the caller sees members; null for who may not see who is in an audience.",
  })
  sample!: MemberType[] | null;
}

@InputType({ description: "Which audiences; what is absent does not restrict." })
export class AudienceFilterInput {
  @Field(() => VersionState, { nullable: true, description: "Where the leading version stands." })
  state?: State | null;

  @Field(() => ID, { nullable: true, description: "Id of the partner whose they are." })
  partnerId?: string | null;

  @Field(() => String, { nullable: true, description: "Part of the name in any language, case ignored." })
  search?: string | null;
}

@ArgsType()
export class AudiencesArgs extends PageArgs {
  @Field(() => AudienceFilterInput, { nullable: true, description: "Which audiences." })
  filter?: AudienceFilterInput | null;
}
