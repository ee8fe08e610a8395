import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { oneOfInput } from "../graphql/one-of";
import { Payload } from "../graphql/payload";
import { DateScalar, DateTimeScalar } from "../graphql/scalars";
import type { ConsentPurpose, MemberStatus } from "./core/member";
import {
  ConsentPurposeEnum,
  ConsentType,
  IdentityType,
  MemberStatusEnum,
  MemberType,
  ProfileType,
} from "./members.types";

@InputType({ description: "Who the member is. What is absent stays as it is, null takes it away." })
export class ProfileInput {
  @Field(() => String, {
    nullable: true,
    description: "Name as the member wishes to be addressed, at most 200 characters.",
  })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: "Mail address; kept in lower case." })
  email?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Phone in international form, `+86 138 0013 8000`; spaces, dots, hyphens and brackets are dropped.",
  })
  phone?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Birth date, since 1900." })
  birthDate?: string | null;
}

@InputType({ description: "A person that a partner brings." })
export class EnrollMemberInput {
  @Field(() => ID, { description: "Id of the partner." })
  partnerId!: string;

  @Field(() => String, { description: "The partner's number for the person, 1 to 64 characters; case counts." })
  number!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: "When the member joined the partner; absent: now." })
  joinedAt?: Date | null;

  @Field(() => String, { description: "The language to address the member in: `en` or `zh-CN`." })
  locale!: string;

  @Field(() => ProfileInput, { nullable: true, description: "Who the member is, as far as known." })
  profile?: ProfileInput | null;
}

@InputType({ description: "A change of a member; what is absent stays as it is." })
export class UpdateMemberInput {
  @Field(() => ID, { description: "Id of the member." })
  id!: string;

  @Field(() => Int, { description: "The revision the change was made from." })
  revision!: number;

  @Field(() => String, { nullable: true, description: "The language to address the member in: `en` or `zh-CN`." })
  locale?: string | null;

  @Field(() => MemberStatusEnum, {
    nullable: true,
    description: "CLOSED, which is final. For the operator and the member itself.",
  })
  status?: MemberStatus | null;

  @Field(() => ProfileInput, {
    nullable: true,
    description: "Who the member is. For the operator, the partner that enrolled the member, and the member itself.",
  })
  profile?: ProfileInput | null;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@InputType({ description: "Who lets a partner link its number." })
export class CreateLinkCodeInput {
  @Field(() => ID, { nullable: true, description: "Id of the member; absent: the caller." })
  memberId?: string | null;
}

@InputType(oneOfInput("LinkingMember"), { description: "Whose number it is." })
export class LinkingMember {
  @Field(() => ID, { nullable: true, description: "Id of the member." })
  id?: string;

  @Field(() => String, {
    nullable: true,
    description:
      "A code of `createLinkCode`, which the member handed over: also for partners that do not know it yet. Refused with " +
      "LINK_CODE_EXPIRED or LINK_CODE_INVALID.",
  })
  code?: string;
}

@InputType({ description: "One more partner's number for a member." })
export class LinkIdentityInput {
  @Field(() => LinkingMember, { description: "Whose number it is." })
  member!: LinkingMember;

  @Field(() => ID, { description: "Id of the partner." })
  partnerId!: string;

  @Field(() => String, { description: "The partner's number, 1 to 64 characters; case counts." })
  number!: string;
}

@InputType({ description: "A number to take from its member." })
export class UnlinkIdentityInput {
  @Field(() => ID, { description: "Id of the identity." })
  identityId!: string;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@InputType({ description: "A member's answer to one purpose of one partner." })
export class RecordConsentInput {
  @Field(() => ID, { description: "Id of the member." })
  memberId!: string;

  @Field(() => ID, { description: "Id of the partner that asked." })
  partnerId!: string;

  @Field(() => ConsentPurposeEnum, { description: "What was asked." })
  purpose!: ConsentPurpose;

  @Field(() => Boolean, { description: "True: permitted. False: refused or withdrawn." })
  granted!: boolean;

  @Field(() => String, { description: "Which wording the member saw, 1 to 200 characters." })
  wording!: string;
}

@InputType({ description: "Two members that are one person." })
export class MergeMembersInput {
  @Field(() => ID, { description: "The member that closes and answers as the other from then on." })
  sourceId!: string;

  @Field(() => ID, {
    description: "The member that stays. One that was merged itself stands for the end of its chain.",
  })
  targetId!: string;

  @Field(() => String, { description: "Why they are one person, 1 to 500 characters, for the audit log." })
  reason!: string;
}

@InputType({ description: "A look at a member's profile in clear." })
export class UnmaskProfileInput {
  @Field(() => ID, { description: "Id of the member." })
  memberId!: string;

  @Field(() => String, { description: "Why the caller must know, 1 to 500 characters, for the member's audit log." })
  reason!: string;
}

@ObjectType({ description: "Answer of `enrollMember`.", simpleResolvers: true })
export class EnrollMemberPayload extends Payload {
  @Field(() => MemberType, { nullable: true, description: "The new member; null when refused." })
  member?: MemberType | null;
}

@ObjectType({ description: "Answer of `updateMember`.", simpleResolvers: true })
export class UpdateMemberPayload extends Payload {
  @Field(() => MemberType, { nullable: true, description: "The member as it is now; null when refused." })
  member?: MemberType | null;
}

@ObjectType({ description: "Answer of `createLinkCode`.", simpleResolvers: true })
export class CreateLinkCodePayload extends Payload {
  @Field(() => String, { nullable: true, description: "70 url-safe characters; null when refused." })
  code?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "The first instant at which it is no longer good, UTC: ten minutes on; null when refused.",
  })
  expiresAt?: Date | null;
}

@ObjectType({ description: "Answer of `linkIdentity`.", simpleResolvers: true })
export class LinkIdentityPayload extends Payload {
  @Field(() => MemberType, { nullable: true, description: "The member; null when refused." })
  member?: MemberType | null;

  @Field(() => IdentityType, { nullable: true, description: "The new identity; null when refused." })
  identity?: IdentityType | null;
}

@ObjectType({ description: "Answer of `unlinkIdentity`.", simpleResolvers: true })
export class UnlinkIdentityPayload extends Payload {
  @Field(() => IdentityType, { nullable: true, description: "The identity as it was; null when refused." })
  identity?: IdentityType | null;
}

@ObjectType({ description: "Answer of `recordConsent`.", simpleResolvers: true })
export class RecordConsentPayload extends Payload {
  @Field(() => MemberType, { nullable: true, description: "The member; null when refused." })
  member?: MemberType | null;

  @Field(() => ConsentType, { nullable: true, description: "The answer, which counts from now on; null when refused." })
  consent?: ConsentType | null;
}

@ObjectType({ description: "Answer of `mergeMembers`.", simpleResolvers: true })
export class MergeMembersPayload extends Payload {
  @Field(() => MemberType, { nullable: true, description: "The member that answers for both; null when refused." })
  member?: MemberType | null;
}

@ObjectType({ description: "Answer of `unmaskProfile`.", simpleResolvers: true })
export class UnmaskProfilePayload extends Payload {
  @Field(() => ProfileType, { nullable: true, description: "The profile in clear; null when refused." })
  profile?: ProfileType | null;
}
