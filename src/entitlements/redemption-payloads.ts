import { Field, Int, ObjectType } from "type-graphql";
import { Payload, payload, UserError } from "../graphql/payload";
import { DateTimeScalar } from "../graphql/scalars";
import type { Result } from "../kernel/result";
import type { CheckedEntitlement } from "./check-entitlement";
import { asEntitlement, asRedemption } from "./entitlements.resolver";
import { EntitlementType, QuotaStandingType, RedemptionType, UseRefusalType } from "./entitlements.types";
import type { SteppedRedemption } from "./step-redemption";
import type { UsedEntitlement } from "./use-entitlement";

@ObjectType("EntitlementCheck", {
  description: "Whether an entitlement may be used, by the judgement by which it is then redeemed.",
  simpleResolvers: true,
})
export class EntitlementCheckType {
  @Field(() => Boolean, { description: "Whether nothing stands in the way." })
  isUsable!: boolean;

  @Field(() => [UseRefusalType], { description: "What stands in the way, all of it; empty where nothing does." })
  refusals!: readonly UseRefusalType[];

  @Field(() => EntitlementType, { description: "The entitlement." })
  entitlement!: EntitlementType;

  @Field(() => Int, { description: "Units that the use takes, guests' among them." })
  units!: number;

  @Field(() => QuotaStandingType, { description: "Where the quota stands, with the reservation in it." })
  quota!: QuotaStandingType;

  @Field(() => Int, {
    nullable: true,
    description: "Units of the stock that all members share which are left; null where it has none.",
  })
  stockLeft!: number | null;

  @Field(() => RedemptionType, {
    nullable: true,
    description: "What was set aside; null where it was not asked for, or something stands in the way.",
  })
  reservation!: RedemptionType | null;
}

@ObjectType({ description: "Answer of `checkEntitlement`.", simpleResolvers: true })
export class CheckEntitlementPayload extends Payload {
  @Field(() => EntitlementCheckType, { nullable: true, description: "The answer; null when it was asked wrongly." })
  check?: EntitlementCheckType | null;
}

@ObjectType({ description: "Answer of `issueRedemptionCode`.", simpleResolvers: true })
export class IssueRedemptionCodePayload extends Payload {
  @Field(() => String, { nullable: true, description: "The code, ten letters and digits; nobody can read it again." })
  code?: string | null;

  @Field(() => String, { nullable: true, description: "The same as the text of a QR code." })
  qrPayload?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "The first instant at which it is not good, UTC." })
  expiresAt?: Date | null;
}

@ObjectType()
abstract class RedemptionPayload extends Payload {
  @Field(() => RedemptionType, { nullable: true, description: "The redemption; null when refused." })
  redemption?: RedemptionType | null;
}

@ObjectType()
abstract class UsePayload extends RedemptionPayload {
  @Field(() => Boolean, {
    nullable: true,
    description: "Whether the key was used before, and this is what it came to; null when refused.",
  })
  isRepeated?: boolean | null;
}

@ObjectType({ description: "Answer of `redeemEntitlement`.", simpleResolvers: true })
export class RedeemEntitlementPayload extends UsePayload {}

@ObjectType({ description: "Answer of `claimBenefit`.", simpleResolvers: true })
export class ClaimBenefitPayload extends UsePayload {}

@ObjectType({ description: "Answer of `confirmRedemption`.", simpleResolvers: true })
export class ConfirmRedemptionPayload extends RedemptionPayload {}

@ObjectType({ description: "Answer of `completeRedemption`.", simpleResolvers: true })
export class CompleteRedemptionPayload extends RedemptionPayload {}

@ObjectType({ description: "Answer of `releaseRedemption`.", simpleResolvers: true })
export class ReleaseRedemptionPayload extends RedemptionPayload {}

@ObjectType({ description: "Answer of `reverseRedemption`.", simpleResolvers: true })
export class ReverseRedemptionPayload extends RedemptionPayload {}

@ObjectType("UploadedRedemption", { description: "What became of one line.", simpleResolvers: true })
export class UploadedRedemptionType {
  @Field(() => RedemptionType, { nullable: true, description: "The redemption; null when the line was refused." })
  redemption!: RedemptionType | null;

  @Field(() => Boolean, { description: "Whether its key was used before, and this is what it came to." })
  isRepeated!: boolean;

  @Field(() => [UserError], { description: "Why the line was refused; empty where it was not." })
  refusals!: UserError[];
}

@ObjectType({ description: "Answer of `uploadRedemptions`.", simpleResolvers: true })
export class UploadRedemptionsPayload extends Payload {
  @Field(() => [UploadedRedemptionType], {
    nullable: true,
    description: "What became of each line, in the order in which they were sent; null when all were refused.",
  })
  lines?: UploadedRedemptionType[] | null;
}

export function usedPayload(result: Result<UsedEntitlement>) {
  return payload(result, ({ redemption, isRepeated }) => ({ redemption: asRedemption(redemption), isRepeated }));
}

export function steppedPayload(result: Result<SteppedRedemption>) {
  return payload(result, ({ redemption }) => ({ redemption: asRedemption(redemption) }));
}

export function checkPayload(result: Result<CheckedEntitlement>): CheckEntitlementPayload {
  return payload(result, ({ entitlement, reservation, ...check }) => ({
    check: {
      ...check,
      isUsable: check.refusals.length === 0,
      entitlement: asEntitlement(entitlement),
      reservation: reservation && asRedemption(reservation.redemption),
    },
  }));
}

export function uploadedPayload(result: Result<readonly Result<UsedEntitlement>[]>): UploadRedemptionsPayload {
  return payload(result, (lines) => ({
    lines: lines.map((line) => {
      const { userErrors, redemption, isRepeated } = usedPayload(line);
      return { redemption: redemption ?? null, isRepeated: isRepeated ?? false, refusals: userErrors };
    }),
  }));
}
