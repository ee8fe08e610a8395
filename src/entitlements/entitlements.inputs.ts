import { Field, ID, InputType, Int } from "type-graphql";
import { oneOfInput } from "../graphql/one-of";
import { DateTimeScalar } from "../graphql/scalars";

@InputType(oneOfInput("EntitlementShown"), { description: "Which entitlement." })
export class EntitlementShown {
  @Field(() => String, {
    nullable: true,
    description: "The member's one-time code, typed or as its QR payload. Whoever shows one lets the merchant in.",
  })
  code?: string;

  @Field(() => ID, { nullable: true, description: "Id of the entitlement, of a member that the caller knows." })
  id?: string;
}

/** What every use takes. */
@InputType()
export abstract class UseInput {
  @Field(() => EntitlementShown, { description: "Which entitlement." })
  entitlement!: EntitlementShown;

  @Field(() => ID, { nullable: true, description: "Id of the merchant at which it is used; needed of partners." })
  merchantId?: string | null;

  @Field(() => ID, { nullable: true, description: "Id of the outlet, one of the merchant's." })
  outletId?: string | null;

  @Field(() => Int, { defaultValue: 1, description: "Units, 1 to 1000." })
  units!: number;

  @Field(() => Int, { defaultValue: 0, description: "Guests of an access; each takes a unit more." })
  guests!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it was used, UTC, at most 90 days ago: it is judged at this instant. Absent: now.",
  })
  occurredAt?: Date | null;
}

const keyDescription =
  "1 to 200 characters, the caller's own, unique within the member for ever: the same again with the same input answers " +
  "the first result, with another input it is refused.";

@InputType({ description: "A use to record." })
export class RedeemEntitlementInput extends UseInput {
  @Field(() => String, { description: keyDescription })
  idempotencyKey!: string;
}

@InputType({ description: "Uses that a terminal kept while it was offline." })
export class UploadRedemptionsInput {
  @Field(() => [RedeemEntitlementInput], { description: "The uses, at most 200." })
  lines!: RedeemEntitlementInput[];
}

@InputType({ description: "A use to ask about." })
export class CheckEntitlementInput extends UseInput {
  @Field(() => Boolean, {
    defaultValue: false,
    description: "Whether quota and stock are set aside, so that the answer is a promise.",
  })
  reserve!: boolean;

  @Field(() => Int, { defaultValue: 10, description: "For how many minutes, 1 to 1440." })
  reserveMinutes!: number;

  @Field(() => String, { nullable: true, description: `Needed with \`reserve\`. ${keyDescription}` })
  idempotencyKey?: string | null;
}

@InputType({ description: "A benefit to claim." })
export class ClaimBenefitInput {
  @Field(() => ID, { description: "Id of the entitlement." })
  entitlementId!: string;

  @Field(() => Int, { defaultValue: 1, description: "Units, 1 to 1000." })
  units!: number;

  @Field(() => String, { description: keyDescription })
  idempotencyKey!: string;
}

@InputType({ description: "What a one-time code is to be good for." })
export class IssueRedemptionCodeInput {
  @Field(() => ID, { description: "Id of the entitlement." })
  entitlementId!: string;

  @Field(() => ID, { nullable: true, description: "Id of the outlet at which alone it is good; absent: at any." })
  outletId?: string | null;

  @Field(() => ID, { nullable: true, description: "Id of a reservation of it, which the code then completes." })
  redemptionId?: string | null;
}

/** What every step takes. Each leads to one state, so that once more changes nothing. */
@InputType()
export abstract class StepInput {
  @Field(() => ID, { description: "Id of the redemption." })
  redemptionId!: string;

  @Field(() => String, { nullable: true, description: "Why, 1 to 500 characters." })
  reason?: string | null;
}

@InputType()
abstract class SupplierStepInput extends StepInput {
  @Field(() => String, {
    nullable: true,
    description: "The supplier's name for what it gave, 1 to 500 characters. One redemption has one.",
  })
  supplierReference?: string | null;
}

@InputType({ description: "A reservation to confirm." })
export class ConfirmRedemptionInput extends SupplierStepInput {}

@InputType({ description: "A redemption to complete." })
export class CompleteRedemptionInput extends SupplierStepInput {}

@InputType({ description: "A redemption to give up." })
export class ReleaseRedemptionInput extends StepInput {}

@InputType({ description: "A redemption to take back." })
export class ReverseRedemptionInput extends StepInput {}
