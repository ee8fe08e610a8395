import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../context";
import { idOrNobody } from "../graphql/ids-in-filters";
import { payload } from "../graphql/payload";
import { newId, nobody } from "../kernel/ids";
import { refuse } from "../kernel/result";
import { checkEntitlement } from "./check-entitlement";
import { claimBenefit } from "./claim-benefit";
import {
  CheckEntitlementInput,
  ClaimBenefitInput,
  CompleteRedemptionInput,
  ConfirmRedemptionInput,
  IssueRedemptionCodeInput,
  RedeemEntitlementInput,
  ReleaseRedemptionInput,
  ReverseRedemptionInput,
  type StepInput,
  UploadRedemptionsInput,
  type UseInput,
} from "./entitlements.inputs";
import { issueRedemptionCode } from "./issue-redemption-code";
import { redeemEntitlement, type EntitlementToUse } from "./redeem-entitlement";
import {
  CheckEntitlementPayload,
  checkPayload,
  ClaimBenefitPayload,
  CompleteRedemptionPayload,
  ConfirmRedemptionPayload,
  IssueRedemptionCodePayload,
  RedeemEntitlementPayload,
  ReleaseRedemptionPayload,
  ReverseRedemptionPayload,
  steppedPayload,
  uploadedPayload,
  UploadRedemptionsPayload,
  usedPayload,
} from "./redemption-payloads";
import {
  completeRedemption,
  confirmRedemption,
  releaseRedemption,
  reverseRedemption,
  type RedemptionToStep,
} from "./step-redemption";
import { uploadRedemptions } from "./upload-redemptions";

/** Everything that uses an entitlement. */
@Resolver()
export class RedemptionMutations {
  @Mutation(() => IssueRedemptionCodePayload, {
    description: "A short one-time code that the member shows at a till. It is good for five minutes.",
  })
  async issueRedemptionCode(
    @Arg("input", () => IssueRedemptionCodeInput, { description: "What for." }) input: IssueRedemptionCodeInput,
    @Ctx() context: RequestContext,
  ): Promise<IssueRedemptionCodePayload> {
    const result = await issueRedemptionCode(context, {
      ...entitlementNamed(context, input.entitlementId),
      outletId: idOrNobody(context, "Outlet", input.outletId),
      redemptionId: idOrNobody(context, "Redemption", input.redemptionId),
    });
    return payload(result, (issued) => issued);
  }

  @Mutation(() => CheckEntitlementPayload, {
    description:
      "Whether an entitlement may be used here and now, and every reason against it. With `reserve` the answer is a " +
      "promise: quota and stock are set aside until its time is over, and redeeming cannot fail for want of them.",
  })
  async checkEntitlement(
    @Arg("input", () => CheckEntitlementInput, { description: "Which use." }) input: CheckEntitlementInput,
    @Ctx() context: RequestContext,
  ): Promise<CheckEntitlementPayload> {
    const { reserve, reserveMinutes, idempotencyKey } = input;
    if (reserve && !idempotencyKey) {
      const message = "idempotencyKey is missing, expected one with reserve.";
      return checkPayload(refuse("INVALID_INPUT", message, ["input", "idempotencyKey"]));
    }
    const use = useAsked(context, { ...input, idempotencyKey: idempotencyKey ?? newId() });
    return checkPayload(await checkEntitlement(context, { ...use, reserveMinutes: reserve ? reserveMinutes : null }));
  }

  @Mutation(() => ClaimBenefitPayload, {
    description:
      "Takes what a supplier hands out: a code of its pool, or what a call to it brings. It stays reserved until " +
      "`confirmRedemption`, `completeRedemption` or `releaseRedemption` tells the outcome, for a week at most.",
  })
  async claimBenefit(
    @Arg("input", () => ClaimBenefitInput, { description: "What." }) input: ClaimBenefitInput,
    @Ctx() context: RequestContext,
  ): Promise<ClaimBenefitPayload> {
    return usedPayload(await claimBenefit(context, { ...input, ...entitlementNamed(context, input.entitlementId) }));
  }

  @Mutation(() => RedeemEntitlementPayload, {
    description:
      "Records a use at a merchant: reserved and completed at once, or the reservation that the code stands for.",
  })
  async redeemEntitlement(
    @Arg("input", () => RedeemEntitlementInput, { description: "Which use." }) input: RedeemEntitlementInput,
    @Ctx() context: RequestContext,
  ): Promise<RedeemEntitlementPayload> {
    return usedPayload(await redeemEntitlement(context, useAsked(context, input)));
  }

  @Mutation(() => UploadRedemptionsPayload, {
    description:
      "Uses that a terminal kept while it was offline: each line is judged by itself, at the time at which it occurred, " +
      "the earliest first. All may be sent again.",
  })
  async uploadRedemptions(
    @Arg("input", () => UploadRedemptionsInput, { description: "The uses." }) input: UploadRedemptionsInput,
    @Ctx() context: RequestContext,
  ): Promise<UploadRedemptionsPayload> {
    const lines = input.lines.map((line) => useAsked(context, line));
    return uploadedPayload(await uploadRedemptions(context, lines));
  }

  @Mutation(() => ConfirmRedemptionPayload, { description: "Takes what is reserved: it lapses no more." })
  async confirmRedemption(
    @Arg("input", () => ConfirmRedemptionInput, { description: "Which." }) input: ConfirmRedemptionInput,
    @Ctx() context: RequestContext,
  ): Promise<ConfirmRedemptionPayload> {
    return steppedPayload(await confirmRedemption(context, stepAsked(context, input)));
  }

  @Mutation(() => CompleteRedemptionPayload, {
    description: "The service was given: what its funders owe the supplier is recorded.",
  })
  async completeRedemption(
    @Arg("input", () => CompleteRedemptionInput, { description: "Which." }) input: CompleteRedemptionInput,
    @Ctx() context: RequestContext,
  ): Promise<CompleteRedemptionPayload> {
    return steppedPayload(await completeRedemption(context, stepAsked(context, input)));
  }

  @Mutation(() => ReleaseRedemptionPayload, {
    description: "Gives up what was not completed: quota and stock are as if it had never been.",
  })
  async releaseRedemption(
    @Arg("input", () => ReleaseRedemptionInput, { description: "Which." }) input: ReleaseRedemptionInput,
    @Ctx() context: RequestContext,
  ): Promise<ReleaseRedemptionPayload> {
    return steppedPayload(await releaseRedemption(context, stepAsked(context, input)));
  }

  @Mutation(() => ReverseRedemptionPayload, {
    description:
      "Takes a completed redemption back: its quota returns to the period in which it was used, and so does its stock.",
  })
  async reverseRedemption(
    @Arg("input", () => ReverseRedemptionInput, { description: "Which." }) input: ReverseRedemptionInput,
    @Ctx() context: RequestContext,
  ): Promise<ReverseRedemptionPayload> {
    return steppedPayload(await reverseRedemption(context, stepAsked(context, input)));
  }
}

function entitlementNamed({ ids }: RequestContext, globalId: string) {
  const opened = ids.openAs("Entitlement", globalId);
  return { memberId: opened?.memberId ?? nobody, entitlementId: opened?.id ?? nobody };
}

function useAsked(context: RequestContext, input: UseInput & { readonly idempotencyKey: string }): EntitlementToUse {
  const { entitlement, units, guests, occurredAt, idempotencyKey } = input;
  const { memberId, entitlementId } = entitlementNamed(context, entitlement.id ?? "");
  return {
    by: entitlement.code !== undefined ? { code: entitlement.code } : { member: { memberId }, entitlementId },
    merchantId: idOrNobody(context, "Merchant", input.merchantId),
    outletId: idOrNobody(context, "Outlet", input.outletId),
    ...{ units, guests, occurredAt: occurredAt ?? null, idempotencyKey },
  };
}

function stepAsked({ ids }: RequestContext, { redemptionId, ...step }: StepInput): RedemptionToStep {
  const opened = ids.openAs("Redemption", redemptionId);
  return { memberId: opened?.memberId ?? nobody, redemptionId: opened?.id ?? nobody, ...step };
}
