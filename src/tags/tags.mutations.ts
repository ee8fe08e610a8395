import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../context";
import { rawId } from "../graphql/ids-in-filters";
import { withoutAbsent, withoutNull } from "../graphql/input";
import { payload } from "../graphql/payload";
import { toLocalisedText } from "../graphql/value.types";
import { asMember } from "../members/members.resolver";
import type { WantedTag } from "./check-tag";
import { clearTags } from "./clear-tags";
import { createTagDefinition } from "./create-tag-definition";
import { setTags } from "./set-tags";
import { setTagsInBulk } from "./set-tags-in-bulk";
import { asTagDefinition } from "./tags.resolver";
import {
  ClearTagsInput,
  ClearTagsPayload,
  CreateTagDefinitionInput,
  CreateTagDefinitionPayload,
  SetTagsInBulkInput,
  SetTagsInBulkPayload,
  SetTagsInput,
  SetTagsPayload,
  UpdateTagDefinitionInput,
  UpdateTagDefinitionPayload,
  type TagInput,
} from "./tags.types";
import { updateTagDefinition } from "./update-tag-definition";

@Resolver()
export class TagMutations {
  @Mutation(() => CreateTagDefinitionPayload, { description: "Says what can be said about members." })
  async createTagDefinition(
    @Arg("input", () => CreateTagDefinitionInput, { description: "The definition." }) input: CreateTagDefinitionInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateTagDefinitionPayload> {
    const result = await createTagDefinition(context, {
      ...input,
      name: toLocalisedText(input.name),
      description: toLocalisedText(input.description),
      choices: input.choices ?? [],
      unit: input.unit ?? null,
      sourcePartnerId: rawId(context, "Partner", input.sourcePartnerId),
    });
    return payload(result, (definition) => ({ tagDefinition: asTagDefinition(definition) }));
  }

  @Mutation(() => UpdateTagDefinitionPayload, {
    description: "Changes a tag definition. Choices can be added, and taken away while nothing uses them.",
  })
  async updateTagDefinition(
    @Arg("input", () => UpdateTagDefinitionInput, { description: "The change." }) input: UpdateTagDefinitionInput,
    @Ctx() context: RequestContext,
  ): Promise<UpdateTagDefinitionPayload> {
    const { code, revision, name, description, unit, reason, ...rest } = input;
    const result = await updateTagDefinition(context, {
      ...withoutNull(rest),
      ...withoutAbsent({ unit }),
      ...(name ? { name: toLocalisedText(name) } : {}),
      ...(description ? { description: toLocalisedText(description) } : {}),
      code,
      revision,
      reason: reason ?? null,
    });
    return payload(result, (definition) => ({ tagDefinition: asTagDefinition(definition) }));
  }

  @Mutation(() => SetTagsPayload, {
    description:
      "Sets tags of one member, all or none. A value observed before the one that is known changes nothing. Partners set " +
      "the tags of which they are the source, on their own members.",
  })
  async setTags(
    @Arg("input", () => SetTagsInput, { description: "Member and tags." }) input: SetTagsInput,
    @Ctx() context: RequestContext,
  ): Promise<SetTagsPayload> {
    const memberId = rawId(context, "Member", input.memberId);
    const result = await setTags(context, { memberId, tags: input.tags.map(wantedTag) });
    return payload(result, (member) => ({ member: asMember(member) }));
  }

  @Mutation(() => ClearTagsPayload, { description: "Makes tags of one member unknown again, all or none." })
  async clearTags(
    @Arg("input", () => ClearTagsInput, { description: "Member and codes." }) input: ClearTagsInput,
    @Ctx() context: RequestContext,
  ): Promise<ClearTagsPayload> {
    const memberId = rawId(context, "Member", input.memberId);
    const result = await clearTags(context, { memberId, codes: input.codes });
    return payload(result, (member) => ({ member: asMember(member) }));
  }

  @Mutation(() => SetTagsInBulkPayload, {
    description: "Sets tags of many members, each item by itself: the good ones are written though others are refused.",
  })
  async setTagsInBulk(
    @Arg("input", () => SetTagsInBulkInput, { description: "Members and tags." }) input: SetTagsInBulkInput,
    @Ctx() context: RequestContext,
  ): Promise<SetTagsInBulkPayload> {
    const items = input.items.map((item) => {
      return { ...wantedTag(item), memberId: rawId(context, "Member", item.memberId) };
    });
    const result = await setTagsInBulk(context, items);
    if (!result.ok) return payload(result, () => ({}));
    const { refusals, ...counts } = result.value;
    const refused = payload({ ok: false, refusals }, () => ({}));
    return { ...counts, ...refused };
  }
}

function wantedTag({ code, value, observedAt }: TagInput): WantedTag {
  return { code, value, observedAt: observedAt ?? null };
}
