import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionType, PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { NodeInterface } from "../graphql/node";
import { DateScalar, DateTimeScalar } from "../graphql/scalars";
import { TagValueInput } from "../tags/tag-value.types";
import type { Locale } from "../kernel/localised";
import type { ConsentPurpose, MemberStatus } from "./core/member";

export const MemberStatusEnum = graphqlEnum<MemberStatus>("MemberStatus", "Where a member stands.", {
  ACTIVE: "Takes part.",
  CLOSED: "Takes part no more; final.",
  MERGED: "Answers as the member it was merged into; never shown as a member of its own.",
});

export const ConsentPurposeEnum = graphqlEnum<ConsentPurpose>(
  "ConsentPurpose",
  "What a member can permit a partner to do with its data.",
  {
    MARKETING: "Be addressed with offers.",
    PROFILING: "Be sorted into audiences by its tags and history.",
    DATA_SHARING: "Have data passed on to the partner.",
    ANALYTICS: "Be counted in reports, never by name.",
  },
);

@ObjectType("Member", {
  description:
    "A person with one identity in the alliance. Partners see the members that have a live identity with them, and of " +
    "each only what concerns them; ids are different for every partner.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class MemberType extends NodeInterface {
  @Field(() => MemberStatusEnum, { description: "Where it stands." })
  status!: MemberStatus;

  @Field(() => String, { description: "The language it is addressed in: `en` or `zh-CN`." })
  locale!: Locale;

  @Field(() => Int, { description: "Counts changes; `updateMember` names the one it was made from." })
  revision!: number;

  memberId!: string;
  enrolledBy!: string;
}

@ObjectType("Identity", {
  description: "A partner's own number for a member. Partners see their own alone.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class IdentityType extends NodeInterface {
  @Field(() => String, { description: "The partner's number: card, account or loyalty number." })
  number!: string;

  @Field(() => DateTimeScalar, { description: "When it was linked, UTC." })
  linkedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was unlinked, UTC; null while it is live." })
  unlinkedAt!: Date | null;

  identityId!: string;
  memberId!: string;
  partnerId!: string;
}

@ObjectType("Consent", {
  description: "The member's latest answer to one purpose of one partner. Earlier ones are kept for the record.",
  simpleResolvers: true,
})
export class ConsentType {
  @Field(() => ConsentPurposeEnum, { description: "What it is about." })
  purpose!: ConsentPurpose;

  @Field(() => Boolean, { description: "True: permitted. False: refused or withdrawn." })
  granted!: boolean;

  @Field(() => Int, { description: "1 for the first answer to this purpose of this partner, and so on." })
  version!: number;

  @Field(() => String, { description: "Which wording the member saw: a version name of the partner's text." })
  wording!: string;

  @Field(() => DateTimeScalar, { description: "When the answer was recorded, UTC." })
  recordedAt!: Date;

  partnerId!: string;
}

@ObjectType("MaskedProfile", {
  description:
    "Who the member is, masked: enough to recognise, not enough to learn. In clear for the member itself, and by " +
    "`unmaskProfile`.",
  simpleResolvers: true,
})
export class MaskedProfileType {
  @Field(() => String, { nullable: true, description: "`M*** L**`; null where unknown." })
  displayName!: string | null;

  @Field(() => String, { nullable: true, description: "`m***@example.org`; null where unknown." })
  email!: string | null;

  @Field(() => String, { nullable: true, description: "The last two digits: `***21`; null where unknown." })
  phone!: string | null;

  @Field(() => Boolean, { description: "True where the birth date is known; the date itself is not shown." })
  hasBirthDate!: boolean;
}

@ObjectType("Profile", {
  description: "Who the member is, in clear. Every look is in the audit log.",
  simpleResolvers: true,
})
export class ProfileType {
  @Field(() => String, { nullable: true, description: "Name as the member wishes to be addressed." })
  displayName!: string | null;

  @Field(() => String, { nullable: true, description: "Mail address, lower case." })
  email!: string | null;

  @Field(() => String, { nullable: true, description: "Phone in international form: `+8613800138000`." })
  phone!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Birth date, a calendar day without zone." })
  birthDate!: string | null;
}

export const MemberConnection = connectionType(MemberType, "Member");

@InputType({ description: "A tag that members must have, with this value where one is given." })
export class MemberTagFilterInput {
  @Field(() => String, { description: "Code of a tag definition that the caller may see." })
  code!: string;

  @Field(() => TagValueInput, { nullable: true, description: "The exact value; absent: any." })
  value?: TagValueInput | null;
}

@InputType({ description: "Which members; what is absent does not restrict." })
export class MemberFilterInput {
  @Field(() => ID, { nullable: true, description: "Id of a partner at which the member has a live identity." })
  partnerId?: string | null;

  @Field(() => MemberStatusEnum, { nullable: true, description: "ACTIVE or CLOSED; merged ones are never listed." })
  status?: MemberStatus | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "`joinedAt`, as the caller sees it, at this instant or later.",
  })
  joinedFrom?: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "`joinedAt`, as the caller sees it, before this instant.",
  })
  joinedBefore?: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Exactly a mail address, a phone in international form, or a partner's number. Mail and phone find nothing for " +
      "callers who may not see profiles; partners find their own numbers only.",
  })
  search?: string | null;

  @Field(() => MemberTagFilterInput, { nullable: true, description: "A tag that the members must have." })
  tag?: MemberTagFilterInput | null;
}

@ArgsType()
export class MembersArgs extends PageArgs {
  @Field(() => MemberFilterInput, { nullable: true, description: "Which members." })
  filter?: MemberFilterInput | null;
}
