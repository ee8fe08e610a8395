import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../context";
import { rawId } from "../graphql/ids-in-filters";
import { withoutAbsent, withoutNull } from "../graphql/input";
import { payload } from "../graphql/payload";
import { createLinkCode } from "./create-link-code";
import { enrollMember } from "./enroll-member";
import { linkIdentity } from "./link-identity";
import {
  CreateLinkCodeInput,
  CreateLinkCodePayload,
  EnrollMemberInput,
  EnrollMemberPayload,
  LinkIdentityInput,
  LinkIdentityPayload,
  MergeMembersInput,
  MergeMembersPayload,
  RecordConsentInput,
  RecordConsentPayload,
  UnlinkIdentityInput,
  UnlinkIdentityPayload,
  UnmaskProfileInput,
  UnmaskProfilePayload,
  UpdateMemberInput,
  UpdateMemberPayload,
} from "./members.inputs";
import { asConsent, asIdentity, asMember } from "./members.resolver";
import { mergeMembers } from "./merge-members";
import { recordConsent } from "./record-consent";
import { unlinkIdentity } from "./unlink-identity";
import { unmaskProfile } from "./unmask-profile";
import { updateMember } from "./update-member";

@Resolver()
export class MemberMutations {
  @Mutation(() => EnrollMemberPayload, {
    description:
      "Makes a member of a person that a partner brings. A number that belongs to a member already is refused with " +
      "IDENTITY_TAKEN, also when the same request is repeated: ask `memberByIdentity` whose it is.",
  })
  async enrollMember(
    @Arg("input", () => EnrollMemberInput, { description: "The person." }) input: EnrollMemberInput,
    @Ctx() context: RequestContext,
  ): Promise<EnrollMemberPayload> {
    const result = await enrollMember(context, {
      partnerId: rawId(context, "Partner", input.partnerId),
      number: input.number,
      joinedAt: input.joinedAt ?? null,
      locale: input.locale,
      profile: input.profile ? withoutAbsent(input.profile) : null,
    });
    return payload(result, (member) => ({ member: asMember(member) }));
  }

  @Mutation(() => UpdateMemberPayload, { description: "Changes a member's language or profile, or closes it." })
  async updateMember(
    @Arg("input", () => UpdateMemberInput, { description: "The change." }) input: UpdateMemberInput,
    @Ctx() context: RequestContext,
  ): Promise<UpdateMemberPayload> {
    const { id, revision, reason, profile, locale, status } = input;
    const result = await updateMember(context, {
      ...withoutNull({ locale, status }),
      ...(profile ? { profile: withoutAbsent(profile) } : {}),
      memberId: rawId(context, "Member", id),
      revision,
      reason: reason ?? null,
    });
    return payload(result, (member) => ({ member: asMember(member) }));
  }

  @Mutation(() => CreateLinkCodePayload, {
    description:
      "Makes a code by which the member lets a partner link its own number to it, within ten minutes. For members: an " +
      "app shows it, the partner's till or site reads it.",
  })
  async createLinkCode(
    @Arg("input", () => CreateLinkCodeInput, { description: "The member." }) input: CreateLinkCodeInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateLinkCodePayload> {
    const { actor } = context;
    const self = actor.kind === "member" ? actor.memberId : rawId(context, "Member", "");
    const result = await createLinkCode(context, input.memberId ? rawId(context, "Member", input.memberId) : self);
    return payload(result, (created) => ({ ...created }));
  }

  @Mutation(() => LinkIdentityPayload, {
    description:
      "Gives a member a number at one more partner; a member has at most one number of its own at each. A partner names " +
      "a member that it does not have yet by the member's own code.",
  })
  async linkIdentity(
    @Arg("input", () => LinkIdentityInput, { description: "Member and number." }) input: LinkIdentityInput,
    @Ctx() context: RequestContext,
  ): Promise<LinkIdentityPayload> {
    const { id, code } = input.member;
    const result = await linkIdentity(context, {
      ...(typeof code === "string" ? { code } : { memberId: rawId(context, "Member", id ?? "") }),
      partnerId: rawId(context, "Partner", input.partnerId),
      number: input.number,
    });
    return payload(result, ({ member, identity }) => ({ member: asMember(member), identity: asIdentity(identity) }));
  }

  @Mutation(() => UnlinkIdentityPayload, {
    description: "Takes a number from its member; it is free for another one then. The last one cannot be taken.",
  })
  async unlinkIdentity(
    @Arg("input", () => UnlinkIdentityInput, { description: "The identity." }) input: UnlinkIdentityInput,
    @Ctx() context: RequestContext,
  ): Promise<UnlinkIdentityPayload> {
    const reference = context.ids.openAs("Identity", input.identityId);
    const nobody = rawId(context, "Identity", "");
    const result = await unlinkIdentity(context, {
      memberId: reference?.memberId ?? nobody,
      identityId: reference?.id ?? nobody,
      reason: input.reason ?? null,
    });
    return payload(result, ({ identity }) => ({ identity: asIdentity(identity) }));
  }

  @Mutation(() => RecordConsentPayload, {
    description: "Records what a member answered to one purpose of one partner. The latest answer counts.",
  })
  async recordConsent(
    @Arg("input", () => RecordConsentInput, { description: "The answer." }) input: RecordConsentInput,
    @Ctx() context: RequestContext,
  ): Promise<RecordConsentPayload> {
    const result = await recordConsent(context, {
      ...input,
      memberId: rawId(context, "Member", input.memberId),
      partnerId: rawId(context, "Partner", input.partnerId),
    });
    return payload(result, ({ member, consent }) => ({ member: asMember(member), consent: asConsent(consent) }));
  }

  @Mutation(() => MergeMembersPayload, {
    description:
      "Makes two members one. The source closes; its id and its numbers answer as the target from then on, which has " +
      "its identities, its newer consents and its newer tags. Nothing of the source is rewritten. Cannot be undone.",
  })
  async mergeMembers(
    @Arg("input", () => MergeMembersInput, { description: "The two." }) input: MergeMembersInput,
    @Ctx() context: RequestContext,
  ): Promise<MergeMembersPayload> {
    const result = await mergeMembers(context, {
      sourceId: rawId(context, "Member", input.sourceId),
      targetId: rawId(context, "Member", input.targetId),
      reason: input.reason,
    });
    return payload(result, (member) => ({ member: asMember(member) }));
  }

  @Mutation(() => UnmaskProfilePayload, {
    description: "Shows a member's profile in clear. Who looked, and why, stands in the member's audit log.",
  })
  async unmaskProfile(
    @Arg("input", () => UnmaskProfileInput, { description: "Whose, and why." }) input: UnmaskProfileInput,
    @Ctx() context: RequestContext,
  ): Promise<UnmaskProfilePayload> {
    const result = await unmaskProfile(context, {
      memberId: rawId(context, "Member", input.memberId),
      reason: input.reason,
    });
    return payload(result, (profile) => ({ profile }));
  }
}
