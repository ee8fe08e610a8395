import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { scopeOf } from "../auth/core/policy";
import type { RequestContext } from "../context";
import { maySee, readableScope } from "../graphql/authorize";
import { connection, pageRequest, type Connection } from "../graphql/connection";
import { idOrNobody } from "../graphql/ids-in-filters";
import { findNode, NodeInterface } from "../graphql/node";
import { DateTimeScalar } from "../graphql/scalars";
import { fromLocalisedText, LocalisedTextType } from "../graphql/value.types";
import { inLocale } from "../kernel/localised";
import { memberResource } from "../members/member-resource";
import type { MemberRow } from "../members/members.queries";
import { MemberType } from "../members/members.types";
import { asPartner } from "../merchants/merchants.resolver";
import { PartnerType } from "../merchants/merchants.types";
import { showTagValue } from "./core/tag";
import { TagValueType } from "./tag-value.types";
import type { MemberTagRow, TagDefinitionRow } from "./tags.queries";
import { definitionsInPage } from "./tags.snapshot";
import { MemberTagType, TagDefinitionConnection, TagDefinitionsArgs, TagDefinitionType } from "./tags.types";
import { usesOfTag } from "./used-by";

/** Objects of the room are its rows; fields that need the caller are resolved here. */
export const asTagDefinition = (row: TagDefinitionRow) => row as unknown as TagDefinitionType;
export const asMemberTag = (row: MemberTagRow) => row as unknown as MemberTagType;

@Resolver(() => TagDefinitionType)
export class TagDefinitionResolver {
  @Query(() => TagDefinitionType, {
    nullable: true,
    description: "One tag definition by code; null where there is none or the caller may not see it.",
  })
  async tagDefinition(
    @Arg("code", () => String, { description: "Its code." }) code: string,
    @Ctx() context: RequestContext,
  ): Promise<TagDefinitionType | null> {
    readableScope(context, "tagDefinition");
    const row = await context.loaders.tagDefinitionByCode.load(code);
    return row && asTagDefinition(row);
  }

  @Query(() => TagDefinitionConnection, { description: "The tag catalogue, by code." })
  tagDefinitions(
    @Args() { filter, ...args }: TagDefinitionsArgs,
    @Ctx() context: RequestContext,
  ): Connection<TagDefinitionType> {
    const scope = readableScope(context, "tagDefinitions");
    const request = pageRequest(context, ["tagDefinitions", filter], args, 1);
    const sourcePartnerId = idOrNobody(context, "Partner", filter?.sourcePartnerId);
    const { current } = context.services.catalogue;
    const rows = definitionsInPage(current, { ...filter, sourcePartnerId }, scope, request);
    return connection(request, rows, (row) => [row.code], asTagDefinition);
  }

  @FieldResolver(() => String, { description: "Name in the caller's language." })
  name(@Root() definition: TagDefinitionRow, @Ctx() context: RequestContext): string {
    return inLocale(definition.name, context.locale);
  }

  @FieldResolver(() => LocalisedTextType, { description: "Name in every language." })
  nameTranslations(@Root() definition: TagDefinitionRow): LocalisedTextType {
    return fromLocalisedText(definition.name);
  }

  @FieldResolver(() => String, { description: "What it says and where it comes from, in the caller's language." })
  description(@Root() definition: TagDefinitionRow, @Ctx() context: RequestContext): string {
    return inLocale(definition.description, context.locale);
  }

  @FieldResolver(() => LocalisedTextType, { description: "What it says, in every language." })
  descriptionTranslations(@Root() definition: TagDefinitionRow): LocalisedTextType {
    return fromLocalisedText(definition.description);
  }

  @FieldResolver(() => PartnerType, { nullable: true, description: "The partner that supplies and alone writes it." })
  async source(@Root() definition: TagDefinitionRow, @Ctx() context: RequestContext): Promise<PartnerType | null> {
    const row = await context.loaders.partnerById.load(definition.sourcePartnerId);
    return row && asPartner(row);
  }

  @FieldResolver(() => [NodeInterface], {
    description: "What names the tag, such as offers in their audience, as far as the caller may see it.",
  })
  async usedBy(@Root() definition: TagDefinitionRow, @Ctx() context: RequestContext): Promise<object[]> {
    // Whom an offer is meant for is its merchant's business, also where the offer itself is published.
    const reach = scopeOf(context.actor, "Offer.unpublished");
    const uses = await usesOfTag({ db: context.database.app, snapshot: context.catalogue }, definition.code, reach);
    const nodes = await Promise.all(uses.map((use) => findNode(context, context.ids.seal(use.type, use.id))));
    return nodes.filter((node) => node !== null);
  }
}

/** What the room adds to a member. */
@Resolver(() => MemberType)
export class TagsOfMemberResolver {
  @FieldResolver(() => [MemberTagType], {
    nullable: true,
    description:
      "What is known about the member, by code; null where the caller may not see tags. Partners see the tags of which " +
      "they are the source, and public ones; sensitive ones are shown to the member, risk and audit alone.",
  })
  async tags(
    @Root() member: MemberRow,
    @Ctx() context: RequestContext,
    @Arg("codes", () => [String], { nullable: true, description: "Only these." }) codes?: string[] | null,
  ): Promise<MemberTagType[] | null> {
    if (!maySee(context, "Member.tags", memberResource(context, member))) return null;
    const tags = await context.loaders.tagsByMember.load(member.memberId);
    return tags.filter((tag) => !codes || codes.includes(tag.tagCode)).map(asMemberTag);
  }
}

@Resolver(() => MemberTagType)
export class MemberTagResolver {
  @FieldResolver(() => String, { description: "Code of its definition." })
  code(@Root() tag: MemberTagRow): string {
    return tag.tagCode;
  }

  @FieldResolver(() => String, { description: "Name of its definition in the caller's language." })
  name(@Root() tag: MemberTagRow, @Ctx() context: RequestContext): string {
    return inLocale(tag.definition.name, context.locale);
  }

  @FieldResolver(() => TagValueType, { description: "The value, in the field of its type." })
  value(@Root() tag: MemberTagRow): TagValueType {
    return showTagValue(tag.definition.type, tag.value);
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: "When the fact was true at its source, UTC; null for partners that are not the source.",
  })
  observedAt(@Root() tag: MemberTagRow, @Ctx() context: RequestContext): Date | null {
    return seesWhen(context, tag) ? tag.observedAt : null;
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: "When it came here, UTC; null for partners that are not the source.",
  })
  recordedAt(@Root() tag: MemberTagRow, @Ctx() context: RequestContext): Date | null {
    return seesWhen(context, tag) ? tag.recordedAt : null;
  }

  @FieldResolver(() => TagDefinitionType, {
    nullable: true,
    description: "Its definition; null for callers who may not read the tag catalogue, such as members.",
  })
  definition(@Root() tag: MemberTagRow, @Ctx() context: RequestContext): TagDefinitionType | null {
    if (scopeOf(context.actor, "tagDefinition").kind === "none") return null;
    return asTagDefinition(tag.definition);
  }
}

/** By an exact instant two partners that both see a public tag could find out whom they share. */
function seesWhen(context: RequestContext, { memberId, definition }: MemberTagRow): boolean {
  const resource = { memberId, partnerId: definition.sourcePartnerId };
  return maySee(context, "Member.tags", resource) || maySee(context, "setTags", resource);
}
