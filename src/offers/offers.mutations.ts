import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../context";
import { rawId } from "../graphql/ids-in-filters";
import { payload } from "../graphql/payload";
import type { Result } from "../kernel/result";
import { draftOffer, type OfferTarget } from "./draft-offer";
import { editOffer } from "./edit-offer";
import {
  approveOffer,
  endOffer,
  pauseOffer,
  publishOffer,
  rejectOffer,
  resumeOffer,
  scheduleOffer,
  submitOffer,
  type MoveOffer,
} from "./move-offer";
import type { OfferVersion } from "./offer-versions";
import {
  ApproveOfferInput,
  ApproveOfferPayload,
  DraftOfferInput,
  DraftOfferPayload,
  EditOfferInput,
  EditOfferPayload,
  EndOfferInput,
  EndOfferPayload,
  PauseOfferInput,
  PauseOfferPayload,
  PublishOfferInput,
  PublishOfferPayload,
  RejectOfferInput,
  RejectOfferPayload,
  ResumeOfferInput,
  ResumeOfferPayload,
  ReturnOfferInput,
  ReturnOfferPayload,
  ScheduleOfferInput,
  ScheduleOfferPayload,
  SubmitOfferInput,
  SubmitOfferPayload,
  type DraftOfferTarget,
  type OfferStepFields,
  type OfferVersionAnswer,
} from "./offers.inputs";
import { offerById } from "./offers.queries";
import { asOffer } from "./offers.resolver";
import { fromContentInput, toOfferVersion } from "./offers.view";
import { returnOffer } from "./return-offer";

@Resolver()
export class OfferMutations {
  @Mutation(() => DraftOfferPayload, { description: "Starts a new offer, or the next version of one, as a draft." })
  async draftOffer(
    @Arg("input", () => DraftOfferInput, { description: "The draft." }) input: DraftOfferInput,
    @Ctx() context: RequestContext,
  ): Promise<OfferVersionAnswer> {
    const { content, reason } = input;
    const draft = { target: offerTarget(context, input.target), content: fromContentInput(content), reason };
    return answer(context, await draftOffer(context, draft));
  }

  @Mutation(() => EditOfferPayload, {
    description: "Replaces the content of a draft. The caller becomes one of its editors and may not approve it.",
  })
  async editOffer(
    @Arg("input", () => EditOfferInput, { description: "The draft and its new content." }) input: EditOfferInput,
    @Ctx() context: RequestContext,
  ): Promise<OfferVersionAnswer> {
    const offerId = rawId(context, "Offer", input.offerId);
    return answer(context, await editOffer(context, { ...input, offerId, content: fromContentInput(input.content) }));
  }

  @Mutation(() => SubmitOfferPayload, { description: "Hands a draft in for approval." })
  async submitOffer(
    @Arg("input", () => SubmitOfferInput, { description: "The draft." }) input: OfferStepFields,
    @Ctx() context: RequestContext,
  ): Promise<OfferVersionAnswer> {
    return step(context, input, submitOffer);
  }

  @Mutation(() => ApproveOfferPayload, {
    description: "Agrees with a version in review: by a second person, who never edited it.",
  })
  async approveOffer(
    @Arg("input", () => ApproveOfferInput, { description: "The version." }) input: OfferStepFields,
    @Ctx() context: RequestContext,
  ): Promise<OfferVersionAnswer> {
    return step(context, input, approveOffer);
  }

  @Mutation(() => RejectOfferPayload, { description: "Sends a version back to its draft, before it is published." })
  async rejectOffer(
    @Arg("input", () => RejectOfferInput, { description: "The version." }) input: OfferStepFields,
    @Ctx() context: RequestContext,
  ): Promise<OfferVersionAnswer> {
    return step(context, input, rejectOffer);
  }

  @Mutation(() => PublishOfferPayload, {
    description: "Makes an approved version live now; the live one before it ends in the same moment.",
  })
  async publishOffer(
    @Arg("input", () => PublishOfferInput, { description: "The version." }) input: OfferStepFields,
    @Ctx() context: RequestContext,
  ): Promise<OfferVersionAnswer> {
    return step(context, input, publishOffer);
  }

  @Mutation(() => ScheduleOfferPayload, {
    description: "Lets an approved version go live by itself; once more to change the time.",
  })
  async scheduleOffer(
    @Arg("input", () => ScheduleOfferInput, { description: "The version and the time." }) input: ScheduleOfferInput,
    @Ctx() context: RequestContext,
  ): Promise<OfferVersionAnswer> {
    return step(context, input, scheduleOffer);
  }

  @Mutation(() => PauseOfferPayload, {
    description: "Stops a live offer at once: it is neither delivered nor activated until it is resumed.",
  })
  async pauseOffer(
    @Arg("input", () => PauseOfferInput, { description: "The version." }) input: OfferStepFields,
    @Ctx() context: RequestContext,
  ): Promise<OfferVersionAnswer> {
    return step(context, input, pauseOffer);
  }

  @Mutation(() => ResumeOfferPayload, { description: "Makes a paused offer live again." })
  async resumeOffer(
    @Arg("input", () => ResumeOfferInput, { description: "The version." }) input: OfferStepFields,
    @Ctx() context: RequestContext,
  ): Promise<OfferVersionAnswer> {
    return step(context, input, resumeOffer);
  }

  @Mutation(() => EndOfferPayload, {
    description: "Ends a version for good. What was delivered under it can still be completed.",
  })
  async endOffer(
    @Arg("input", () => EndOfferInput, { description: "The version." }) input: OfferStepFields,
    @Ctx() context: RequestContext,
  ): Promise<OfferVersionAnswer> {
    return step(context, input, endOffer);
  }

  @Mutation(() => ReturnOfferPayload, {
    description: "Makes a new draft from the content of an earlier version, to be approved like any other.",
  })
  async returnOffer(
    @Arg("input", () => ReturnOfferInput, { description: "The earlier version." }) input: ReturnOfferInput,
    @Ctx() context: RequestContext,
  ): Promise<OfferVersionAnswer> {
    return answer(context, await returnOffer(context, { ...input, offerId: rawId(context, "Offer", input.offerId) }));
  }
}

async function step<Input extends OfferStepFields>(
  context: RequestContext,
  input: Input,
  move: MoveOffer<Input>,
): Promise<OfferVersionAnswer> {
  return answer(context, await move(context, { ...input, offerId: rawId(context, "Offer", input.offerId) }));
}

/** Who may move a version may see all of it. */
async function answer(context: RequestContext, result: Result<OfferVersion>): Promise<OfferVersionAnswer> {
  if (!result.ok) return payload(result, () => ({}));
  const offer = await offerById(context.database.app, result.value.itemId);
  if (!offer) throw new Error(`offer ${result.value.itemId} moved but is not there`);
  return payload(result, (version) => ({ offer: asOffer(offer), version: toOfferVersion(version, context, true) }));
}

function offerTarget(context: RequestContext, { newOffer, offerId }: DraftOfferTarget): OfferTarget {
  if (newOffer) return { merchantId: rawId(context, "Merchant", newOffer.merchantId), code: newOffer.code };
  return { offerId: rawId(context, "Offer", offerId ?? "") };
}
