import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../context";
import { idOrNobody, rawId } from "../graphql/ids-in-filters";
import { payload } from "../graphql/payload";
import { refuse, type Result } from "../kernel/result";
import type { AudienceVersion } from "./audience-versions";
import {
  ApproveAudienceInput,
  ApproveAudiencePayload,
  DraftAudienceInput,
  DraftAudiencePayload,
  EditAudienceInput,
  EditAudiencePayload,
  EndAudienceInput,
  EndAudiencePayload,
  PublishAudienceInput,
  PublishAudiencePayload,
  RejectAudienceInput,
  RejectAudiencePayload,
  SubmitAudienceInput,
  SubmitAudiencePayload,
  UploadAudienceListInput,
  UploadAudienceListPayload,
  type AudienceStepFields,
  type AudienceVersionAnswer,
  type DraftAudienceTarget,
  type RefusedLine,
} from "./audiences.inputs";
import { audienceById } from "./audiences.queries";
import { asAudience, asAudienceList } from "./audiences.resolver";
import { fromContentInput, toAudienceVersion } from "./audiences.view";
import { draftAudience, type AudienceTarget } from "./draft-audience";
import { editAudience } from "./edit-audience";
import {
  approveAudience,
  endAudience,
  publishAudience,
  rejectAudience,
  submitAudience,
  type MoveAudience,
} from "./move-audience";
import { uploadAudienceList } from "./upload-list";

const mostNumbers = 5_000;
const mostRefusedLines = 100;

@Resolver()
export class AudienceMutations {
  @Mutation(() => DraftAudiencePayload, {
    description: "Starts a new audience, or the next version of one, as a draft.",
  })
  async draftAudience(
    @Arg("input", () => DraftAudienceInput, { description: "The draft." }) input: DraftAudienceInput,
    @Ctx() context: RequestContext,
  ): Promise<AudienceVersionAnswer> {
    const { reason } = input;
    const draft = { target: audienceTarget(context, input.target), reason };
    return answer(
      context,
      await draftAudience(context, { ...draft, content: fromContentInput(context, input.content) }),
    );
  }

  @Mutation(() => EditAudiencePayload, {
    description: "Replaces the content of a draft. The caller becomes one of its editors and may not approve it.",
  })
  async editAudience(
    @Arg("input", () => EditAudienceInput, { description: "The draft and its new content." }) input: EditAudienceInput,
    @Ctx() context: RequestContext,
  ): Promise<AudienceVersionAnswer> {
    const audienceId = rawId(context, "Audience", input.audienceId);
    const content = fromContentInput(context, input.content);
    return answer(context, await editAudience(context, { ...input, audienceId, content }));
  }

  @Mutation(() => SubmitAudiencePayload, { description: "Hands a draft in for approval." })
  async submitAudience(
    @Arg("input", () => SubmitAudienceInput, { description: "The draft." }) input: AudienceStepFields,
    @Ctx() context: RequestContext,
  ): Promise<AudienceVersionAnswer> {
    return step(context, input, submitAudience);
  }

  @Mutation(() => ApproveAudiencePayload, {
    description: "Agrees with a version in review: by a second person, who never edited it.",
  })
  async approveAudience(
    @Arg("input", () => ApproveAudienceInput, { description: "The version." }) input: AudienceStepFields,
    @Ctx() context: RequestContext,
  ): Promise<AudienceVersionAnswer> {
    return step(context, input, approveAudience);
  }

  @Mutation(() => RejectAudiencePayload, { description: "Sends a version back to its draft, before it is published." })
  async rejectAudience(
    @Arg("input", () => RejectAudienceInput, { description: "The version." }) input: AudienceStepFields,
    @Ctx() context: RequestContext,
  ): Promise<AudienceVersionAnswer> {
    return step(context, input, rejectAudience);
  }

  @Mutation(() => PublishAudiencePayload, {
    description:
      "Makes an approved version live now; the live one before it ends in the same moment. Whatever names the audience " +
      "means the new version at once.",
  })
  async publishAudience(
    @Arg("input", () => PublishAudienceInput, { description: "The version." }) input: AudienceStepFields,
    @Ctx() context: RequestContext,
  ): Promise<AudienceVersionAnswer> {
    return step(context, input, publishAudience);
  }

  @Mutation(() => EndAudiencePayload, {
    description: "Ends a version for good; the live one only where nothing names the audience.",
  })
  async endAudience(
    @Arg("input", () => EndAudienceInput, { description: "The version." }) input: AudienceStepFields,
    @Ctx() context: RequestContext,
  ): Promise<AudienceVersionAnswer> {
    return step(context, input, endAudience);
  }

  @Mutation(() => UploadAudienceListPayload, {
    description:
      "Makes a list of the members behind a partner's numbers, for an audience to rest on. What names nobody is told and " +
      "left out.",
  })
  async uploadAudienceList(
    @Arg("input", () => UploadAudienceListInput, { description: "The numbers." }) input: UploadAudienceListInput,
    @Ctx() context: RequestContext,
  ): Promise<UploadAudienceListPayload> {
    const { numbers, reason } = input;
    if (numbers.length > mostNumbers) {
      const message = `numbers has ${numbers.length} entries, expected at most ${mostNumbers}.`;
      return payload(refuse("TOO_MANY", message, ["input", "numbers"]), () => ({}));
    }
    const refusedLines: RefusedLine[] = [];
    const uploaded = await uploadAudienceList(context, {
      partnerId: partnerOf(context, input.partnerId) ?? "",
      batches: [numbers.map((number, place) => ({ line: place + 1, number }))],
      reason,
      onRefused: (line, message) => {
        if (refusedLines.length < mostRefusedLines) refusedLines.push({ line, message });
      },
    });
    return payload(uploaded, (list) => ({ list: asAudienceList(list), refusedLines }));
  }
}

async function step(
  context: RequestContext,
  input: AudienceStepFields,
  move: MoveAudience,
): Promise<AudienceVersionAnswer> {
  return answer(context, await move(context, { ...input, audienceId: rawId(context, "Audience", input.audienceId) }));
}

async function answer(context: RequestContext, result: Result<AudienceVersion>): Promise<AudienceVersionAnswer> {
  if (!result.ok) return payload(result, () => ({}));
  const audience = await audienceById(context.database.app, result.value.itemId);
  if (!audience) throw new Error(`audience ${result.value.itemId} moved but is not there`);
  return payload(result, (version) => ({
    audience: asAudience(audience),
    version: toAudienceVersion(version, context),
  }));
}

function audienceTarget(context: RequestContext, { newAudience, audienceId }: DraftAudienceTarget): AudienceTarget {
  if (!newAudience) return { audienceId: rawId(context, "Audience", audienceId ?? "") };
  return { partnerId: partnerOf(context, newAudience.partnerId), code: newAudience.code };
}

/** A partner that does not say whose thing it is means its own. */
function partnerOf(context: RequestContext, partnerId: string | null | undefined): string | null {
  const { actor } = context;
  return idOrNobody(context, "Partner", partnerId) ?? (actor.kind === "partner" ? actor.partnerId : null);
}
