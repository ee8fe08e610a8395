import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import { allows, scopeOf } from "../auth/core/policy";
import type { RequestContext } from "../context";
import { readableScope } from "../graphql/authorize";
import { connection, PageArgs, pageRequest, type Connection } from "../graphql/connection";
import { idOrNobody } from "../graphql/ids-in-filters";
import { findNode, registerNode } from "../graphql/node";
import { payload } from "../graphql/payload";
import { DateTimeScalar } from "../graphql/scalars";
import { fromLocalisedText, LocalisedTextType } from "../graphql/value.types";
import { inLocale } from "../kernel/localised";
import { checkInstant } from "../matching/asked-moment";
import { asMember } from "../members/members.resolver";
import { MemberConnection, MemberType } from "../members/members.types";
import { asPartner } from "../merchants/merchants.resolver";
import { PartnerType } from "../merchants/merchants.types";
import { diffVersions } from "../publishing/publishing";
import { VersionChangeType } from "../publishing/publishing.types";
import { fromRuleInput, toRule } from "../rules/rules.view";
import { RuleType } from "../rules/rules.types";
import { registerTagUse } from "../tags/used-by";
import { audienceVersions, type AudienceVersion } from "./audience-versions";
import { AudiencePreviewSource } from "./audiences.inputs";
import { listById, type AudienceListRow, type AudienceRow } from "./audiences.queries";
import { audiencesInPage, audiencesUsingTag, isVisibleAudience } from "./audiences.snapshot";
import {
  AudienceConnection,
  AudienceListType,
  AudiencePreviewType,
  AudiencesArgs,
  AudienceType,
  AudienceUser,
  AudienceVersionType,
} from "./audiences.types";
import { isRuleHidden, ruleFor, toAudienceChange, toAudienceVersion } from "./audiences.view";
import { audienceMembersPage, mayListMembers } from "./audience-members-page";
import { hiddenFacts, mayShowRule } from "./hidden-facts";
import { previewAudience, type AudiencePreview } from "./preview-audience";
import { usesIn } from "./used-by";

/** Objects of the room are its rows; fields that need the caller or the content are resolved here. */
export const asAudience = (row: AudienceRow) => row as unknown as AudienceType;
export const asAudienceList = (row: AudienceListRow) => row as unknown as AudienceListType;

registerNode("Audience", (context, { id }) => context.loaders.audienceById.load(id));
registerTagUse(({ snapshot }, tagCode, reach) => {
  const found = audiencesUsingTag(snapshot, tagCode).filter((row) => isVisibleAudience(row, reach));
  return Promise.resolve(found.map(({ audienceId, code }) => ({ type: "Audience", id: audienceId, label: code })));
});
registerNode("AudienceList", async (context, { id }) => {
  const list = await listById(context.database.app, id);
  return list && allows(context.actor, "audience", { partnerId: list.partnerId }) ? list : null;
});

@Resolver(() => AudienceType)
export class AudienceResolver {
  @Query(() => AudienceType, {
    nullable: true,
    description: "One audience by its code; null where there is none or the caller may not see it.",
  })
  async audience(
    @Arg("code", () => String, { description: "What rules call it by." }) code: string,
    @Ctx() context: RequestContext,
  ): Promise<AudienceType | null> {
    readableScope(context, "audience");
    const known = context.services.catalogue.current.audiencesByCode.get(code);
    const row = known && (await context.loaders.audienceById.load(known.audienceId));
    return row ? asAudience(row) : null;
  }

  @Query(() => AudienceConnection, { description: "The audiences that the caller may see, oldest first." })
  audiences(@Args() { filter, ...args }: AudiencesArgs, @Ctx() context: RequestContext): Connection<AudienceType> {
    const reach = readableScope(context, "audiences");
    const request = pageRequest(context, ["audiences", filter], args, 1);
    const partnerId = idOrNobody(context, "Partner", filter?.partnerId);
    const rows = audiencesInPage(context.services.catalogue.current, { ...filter, partnerId }, reach, request);
    return connection(request, rows, (row) => [row.audienceId], asAudience);
  }

  @Query(() => AudiencePreviewType, {
    nullable: true,
    description:
      "Whom a rule finds, while it is being written: how many, where the others are lost, whom it shares with saved " +
      "audiences. Changes of members made before the question are in the numbers (`asOf`). A rule that asks for what " +
      "only a request tells, such as a scene, is refused. Partners are told of their own members, in numbers with noise, " +
      "and refused what rests on facts that they may not read.",
  })
  async previewAudience(
    @Arg("source", () => AudiencePreviewSource, { description: "The rule." }) source: AudiencePreviewSource,
    @Ctx() context: RequestContext,
    @Arg("at", () => DateTimeScalar, {
      nullable: true,
      description:
        "The moment at which ages, windows of days and counters are resolved, at most 400 days away; absent: now.",
    })
    at?: Date | null,
    @Arg("overlapWith", () => [String], {
      nullable: true,
      description: "Codes of published audiences to compare with, at most 20; absent: the first that there are.",
    })
    overlapWith?: string[] | null,
  ): Promise<AudiencePreviewType> {
    readableScope(context, "previewAudience");
    const { rule, text, audience } = source;
    if (at) checkInstant(at, context.now);
    const written = audience === undefined ? { tree: rule && fromRuleInput(rule), text } : null;
    const result = await previewAudience(context, {
      ...{ rule: written, code: audience ?? null, at: at ?? context.now, overlapWith: overlapWith ?? null },
    });
    const shown = result.ok ? await toPreview(context, result.value, audience !== undefined) : refusedPreview;
    return { ...shown, ...payload(result, () => ({})) };
  }

  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() audience: AudienceRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Audience", audience.audienceId);
  }

  @FieldResolver(() => String, { description: "Name in the caller's language." })
  name(@Root() audience: AudienceRow, @Ctx() context: RequestContext): string {
    return inLocale(audience.name, context.locale);
  }

  @FieldResolver(() => LocalisedTextType, { description: "Name in every language." })
  nameTranslations(@Root() audience: AudienceRow): LocalisedTextType {
    return fromLocalisedText(audience.name);
  }

  @FieldResolver(() => String, { nullable: true, description: "Description in the caller's language." })
  async description(@Root() audience: AudienceRow, @Ctx() context: RequestContext): Promise<string | null> {
    const { description } = (await leading(context, audience)).content;
    return description && inLocale(description, context.locale);
  }

  @FieldResolver(() => RuleType, {
    nullable: true,
    description:
      "Who belongs to it by the leading version; null where that is a list, or a rule over what the caller may not read " +
      "(`isRuleHidden`).",
  })
  async rule(@Root() audience: AudienceRow, @Ctx() context: RequestContext): Promise<RuleType | null> {
    return ruleFor((await leading(context, audience)).content, context);
  }

  @FieldResolver(() => Boolean, {
    description: "True where the leading version has a rule that the caller may not read.",
  })
  async isRuleHidden(@Root() audience: AudienceRow, @Ctx() context: RequestContext): Promise<boolean> {
    return isRuleHidden((await leading(context, audience)).content, context);
  }

  @FieldResolver(() => PartnerType, {
    nullable: true,
    description: "The partner whose it is and of whose members; null for the operator's, of all members.",
  })
  async partner(@Root() { partnerId }: AudienceRow, @Ctx() context: RequestContext): Promise<PartnerType | null> {
    const row = partnerId === null ? null : await context.loaders.partnerById.load(partnerId);
    return row && asPartner(row);
  }

  @FieldResolver(() => [AudienceVersionType], { description: "All its versions, oldest first." })
  async versions(@Root() audience: AudienceRow, @Ctx() context: RequestContext): Promise<AudienceVersionType[]> {
    return (await versionsOf(context, audience)).map((version) => toAudienceVersion(version, context));
  }

  @FieldResolver(() => [VersionChangeType], {
    nullable: true,
    description: "In which places two versions differ, by path; null where one does not exist.",
  })
  async versionDiff(
    @Arg("from", () => Int, { description: "Number of the earlier version." }) from: number,
    @Arg("to", () => Int, { description: "Number of the later version." }) to: number,
    @Root() audience: AudienceRow,
    @Ctx() context: RequestContext,
  ): Promise<VersionChangeType[] | null> {
    const versions = await versionsOf(context, audience);
    const [before, after] = [from, to].map((number) => versions.find((version) => version.version === number));
    if (!before || !after) return null;
    const contents = [before.content, after.content];
    return diffVersions(audienceVersions, before, after).map((change) => toAudienceChange(change, context, contents));
  }

  @FieldResolver(() => [AudienceUser], {
    description: "Whatever the caller may see that names it in a version which is not ended.",
  })
  async usedBy(@Root() { code }: AudienceRow, @Ctx() context: RequestContext): Promise<object[]> {
    const uses = usesIn(context.services.catalogue.current, code, scopeOf(context.actor, "Offer.unpublished"));
    const nodes = await Promise.all(uses.map((use) => findNode(context, context.ids.seal(use.type, use.id))));
    return nodes.filter((node) => node !== null);
  }

  @FieldResolver(() => MemberConnection, {
    nullable: true,
    description:
      "Who is in the published version now, in no order that means anything; a page shows members as they are when it " +
      "is asked. Null where the caller may not see who is in it, nothing is published, it asks for what only a request " +
      "tells, or a partner's has fewer members than the minimum group or rests on facts that it may not read.",
  })
  async members(
    @Root() audience: AudienceRow,
    @Args() args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<MemberType> | null> {
    if (!mayListMembers(context.actor, audience)) return null;
    const page = pageRequest(context, ["Audience.members", audience.audienceId], args, 2);
    const listed = await audienceMembersPage(context, audience, page);
    if (!listed) return null;
    const rows = await Promise.all(listed.map(({ memberId }) => context.loaders.memberById.load(memberId)));
    const placed = listed.flatMap(({ chunk, position }, place) => {
      const row = rows[place];
      return row ? [{ row, keyset: [String(chunk), String(position)] }] : [];
    });
    return connection(
      page,
      placed,
      ({ keyset }) => keyset,
      ({ row }) => asMember(row),
    );
  }
}

@Resolver(() => AudienceListType)
export class AudienceListResolver {
  @FieldResolver(() => ID, { description: "Global id: what an audience's content names." })
  id(@Root() list: AudienceListRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("AudienceList", list.listId);
  }

  @FieldResolver(() => PartnerType, { nullable: true, description: "The partner whose numbers were uploaded." })
  async partner(@Root() { partnerId }: AudienceListRow, @Ctx() context: RequestContext): Promise<PartnerType | null> {
    const row = await context.loaders.partnerById.load(partnerId);
    return row && asPartner(row);
  }
}

const refusedPreview = {
  ...{ rule: null, asOf: null, at: null, accuracy: null, count: null, considered: null },
  ...{ funnel: null, overlaps: null, sample: null },
};

type ShownPreview = Omit<AudiencePreviewType, "userErrors">;

/** Of a saved rule over what the caller may not read the numbers are told, and not what it says. */
async function toPreview(context: RequestContext, preview: AudiencePreview, isSaved: boolean): Promise<ShownPreview> {
  const { asOf, at, accuracy, count, considered, rule, sample } = preview;
  const { current } = context.services.catalogue;
  const isShown = !isSaved || (mayShowRule(context, rule) && hiddenFacts(context, current, rule).length === 0);
  const rows = sample && (await Promise.all(sample.map((id) => context.loaders.memberById.load(id))));
  return {
    ...{ asOf, at, accuracy, count, considered },
    rule: isShown ? toRule(rule) : null,
    funnel: isShown ? preview.funnel.map((step) => ({ ...step, condition: toRule(step.condition) })) : null,
    overlaps: preview.overlaps.map((overlap) => ({ ...overlap, audience: asAudience(overlap.audience) })),
    sample: rows && rows.flatMap((row) => (row ? [asMember(row)] : [])),
  };
}

async function leading(context: RequestContext, audience: AudienceRow): Promise<AudienceVersion> {
  const found = (await versionsOf(context, audience)).find((each) => each.version === audience.version);
  if (!found) throw new Error(`audience ${audience.audienceId} has no version ${audience.version}`);
  return found;
}

async function versionsOf(context: RequestContext, audience: AudienceRow): Promise<readonly AudienceVersion[]> {
  return (await context.loaders.versionsOfAudience.load(audience.audienceId)) ?? [];
}
