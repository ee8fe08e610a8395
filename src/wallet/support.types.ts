import { Field, ID, InputType, ObjectType } from "type-graphql";
import { connectionType } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { NodeInterface } from "../graphql/node";
import { Payload } from "../graphql/payload";
import { DateTimeScalar, PointsScalar } from "../graphql/scalars";
import { IdentityNumberInput, PurchasingMember } from "../purchases/purchases.types";
import type { AdjustmentState } from "./core/adjustment";
import { MemberMovementInput, MovementInput } from "./wallet.inputs";

export const AdjustmentStateEnum = graphqlEnum<AdjustmentState>("AdjustmentState", "How far a correction is.", {
  REQUESTED: "It waits for a second person; nothing has moved.",
  APPROVED: "It has moved.",
  REJECTED: "It was turned down.",
});

@ObjectType("AdjustmentRequest", {
  description: "A correction of a balance, which another person than who asked for it approves.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class AdjustmentRequestType extends NodeInterface {
  @Field(() => PointsScalar, { description: "Points: more for the member where positive, less where negative." })
  amount!: bigint;

  @Field(() => String, { description: "Why." })
  reason!: string;

  @Field(() => AdjustmentStateEnum, { description: "How far it is." })
  state!: AdjustmentState;

  @Field(() => String, { description: "Who asked for it." })
  requestedBy!: string;

  @Field(() => DateTimeScalar, { description: "When, UTC." })
  requestedAt!: Date;

  @Field(() => String, { nullable: true, description: "Who decided; null while it waits." })
  decidedBy!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When, UTC; null while it waits." })
  decidedAt!: Date | null;

  memberId!: string;
  programId!: string;
  requestId!: string;
}

export const AdjustmentRequestConnection = connectionType(AdjustmentRequestType, "AdjustmentRequest");

@InputType({ description: "A correction to ask for." })
export class RequestAdjustmentInput {
  @Field(() => PurchasingMember, { description: "Whose balance." })
  member!: PurchasingMember;

  @Field(() => ID, { description: "Id of the program." })
  programId!: string;

  @Field(() => PointsScalar, { description: "Points: more where positive, less where negative; not 0." })
  amount!: bigint;

  @Field(() => String, { description: "Why, 1 to 500 characters." })
  reason!: string;
}

@InputType({ description: "A correction to agree with." })
export class ApproveAdjustmentInput {
  @Field(() => ID, { description: "Id of the request." })
  requestId!: string;
}

@InputType({ description: "A correction to turn down." })
export class RejectAdjustmentInput {
  @Field(() => ID, { description: "Id of the request." })
  requestId!: string;
}

@ObjectType({ description: "Answer of `requestAdjustment`.", simpleResolvers: true })
export class RequestAdjustmentPayload extends Payload {
  @Field(() => AdjustmentRequestType, { nullable: true, description: "The request; null when refused." })
  request?: AdjustmentRequestType | null;
}

@ObjectType({ description: "Answer of `rejectAdjustment`.", simpleResolvers: true })
export class RejectAdjustmentPayload extends Payload {
  @Field(() => AdjustmentRequestType, { nullable: true, description: "The request; null when refused." })
  request?: AdjustmentRequestType | null;
}

@InputType({ description: "Points that support gives a member, to make up for something." })
export class GrantGoodwillInput extends MovementInput {
  @Field(() => PurchasingMember, { description: "Who gets them." })
  member!: PurchasingMember;

  @Field(() => ID, { description: "Id of the program." })
  programId!: string;

  @Field(() => PointsScalar, { description: "Points, 1 to 2,000; at most 5,000 a member, program and month." })
  amount!: bigint;

  @Field(() => String, { description: "What for, 1 to 500 characters." })
  declare reason: string;
}

@InputType({ description: "Goodwill to take back." })
export class UndoGoodwillInput extends MovementInput {
  @Field(() => ID, { description: "Id of the transfer that gave it." })
  transferId!: string;

  @Field(() => String, { description: "Why, 1 to 500 characters." })
  declare reason: string;
}

@InputType({ description: "Points to send to another member." })
export class TransferPointsInput extends MemberMovementInput {
  @Field(() => IdentityNumberInput, { description: "Who gets them, by a number that a partner knows that member by." })
  receiver!: IdentityNumberInput;

  @Field(() => ID, { description: "Id of the program; it must let members send points." })
  programId!: string;

  @Field(() => PointsScalar, { description: "Points, more than 0." })
  amount!: bigint;
}

@ObjectType("CashAccount", { description: "A member's own money in the alliance.", simpleResolvers: true })
export class CashAccountType {
  @Field(() => String, { description: "ISO 4217 code." })
  currency!: string;

  @Field(() => PointsScalar, { description: "Minor units that the member can take out or spend." })
  availableMinor!: bigint;

  @Field(() => DateTimeScalar, { description: "When the first money came in, UTC." })
  openedAt!: Date;
}

@ObjectType("ExpiringPoints", { description: "Points that lapse together.", simpleResolvers: true })
export class ExpiringPointsType {
  @Field(() => PointsScalar, { description: "How many that can be spent now." })
  points!: bigint;

  @Field(() => DateTimeScalar, { description: "The first instant at which they have lapsed, UTC." })
  expiresAt!: Date;
}

@ObjectType("TillTotal", { description: "What moved at an outlet in one unit.", simpleResolvers: true })
export class TillTotalType {
  @Field(() => String, { nullable: true, description: "The till's own name of the shift; null where none was said." })
  shift!: string | null;

  @Field(() => PointsScalar, { description: "Points that purchases and grants gave there." })
  earned!: bigint;

  @Field(() => PointsScalar, { description: "Points that were spent or captured there." })
  spent!: bigint;

  @Field(() => PointsScalar, { description: "Points of both that were reversed there." })
  reversed!: bigint;

  @Field(() => PointsScalar, { description: "How many transfers that were." })
  transfers!: bigint;

  programId!: string;
}
