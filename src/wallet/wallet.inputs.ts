import { Field, ID, InputType } from "type-graphql";
import { DateTimeScalar, PointsScalar } from "../graphql/scalars";
import { MoneyInput } from "../graphql/value.types";
import type { LotKind } from "../ledger/core/bucket";
import type { Cause } from "../ledger/core/command";
import { PurchasingMember } from "../purchases/purchases.types";
import { CauseKindEnum, LotKindEnum } from "./transfers.types";

/** What all mutations that move value take. */
@InputType()
export abstract class MovementInput {
  @Field(() => String, {
    description:
      "1 to 200 characters, the caller's own, unique within the member for ever: the same again with the same input " +
      "answers the first result, with another input it is refused.",
  })
  idempotencyKey!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it happened; unless given now." })
  occurredAt?: Date | null;

  @Field(() => String, { nullable: true, description: "Why, 1 to 500 characters." })
  reason?: string | null;
}

@InputType()
export abstract class MemberMovementInput extends MovementInput {
  @Field(() => PurchasingMember, { description: "Whose value." })
  member!: PurchasingMember;

  @Field(() => String, {
    nullable: true,
    description: "The outside's own reference, 1 to 200 characters, unique in the whole alliance for ever.",
  })
  sourceReference?: string | null;
}

/** Where at a till. */
@InputType()
export abstract class TillMovementInput extends MemberMovementInput {
  @Field(() => ID, { description: "Id of the program." })
  programId!: string;

  @Field(() => ID, { nullable: true, description: "Id of the merchant; needed of partners." })
  merchantId?: string | null;

  @Field(() => ID, { nullable: true, description: "Id of the outlet, one of the merchant's." })
  outletId?: string | null;

  @Field(() => String, { nullable: true, description: "The till's own name of the shift, for its totals." })
  shift?: string | null;

  @Field(() => String, { nullable: true, description: "By which way, 1 to 200 characters." })
  channel?: string | null;
}

@InputType({ description: "Points for one line of a purchase." })
export class PointsOfLineInput {
  @Field(() => String, { nullable: true, description: "The line's own name, so that it can be reversed alone." })
  line?: string | null;

  @Field(() => PointsScalar, { description: "Points, more than 0." })
  amount!: bigint;
}

@InputType({ description: "Points to give." })
export class GrantPointsInput extends MemberMovementInput {
  @Field(() => ID, { description: "Id of the program." })
  programId!: string;

  @Field(() => PointsScalar, { description: "Points, more than 0." })
  amount!: bigint;

  @Field(() => LotKindEnum, { defaultValue: "BONUS", description: "What they are given for." })
  kind!: LotKind;

  @Field(() => CauseKindEnum, { defaultValue: "CAMPAIGN", description: "Why." })
  causeKind!: Cause["kind"];

  @Field(() => String, { nullable: true, description: "What exactly: the campaign's code. Unless given the key." })
  causeId?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "The first instant at which they have lapsed; unless given as the program's own points lapse.",
  })
  expiresAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Pending until then; unless given available at once." })
  pendingUntil?: Date | null;

  @Field(() => Boolean, { defaultValue: false, description: "Pending until `confirmPoints`." })
  needsConfirmation!: boolean;

  @Field(() => ID, { nullable: true, description: "Id of the partner that pays for them; unless given the issuer." })
  funderId?: string | null;
}

@InputType({ description: "Points to take." })
export class SpendPointsInput extends TillMovementInput {
  @Field(() => [PointsOfLineInput], { description: "How many, line by line; at least one line." })
  lines!: PointsOfLineInput[];
}

@InputType({ description: "Points to set aside." })
export class HoldPointsInput extends SpendPointsInput {
  @Field(() => DateTimeScalar, { description: "The first instant at which what is still held is given back." })
  expiresAt!: Date;
}

@InputType({ description: "A hold to capture." })
export class CaptureHoldInput extends MovementInput {
  @Field(() => ID, { description: "Id of the HOLD." })
  transferId!: string;

  @Field(() => PointsScalar, { description: "Points, more than 0 and at most what is held." })
  amount!: bigint;

  @Field(() => Boolean, { defaultValue: true, description: "Whether the rest is given back to the member." })
  final!: boolean;
}

@InputType({ description: "A hold to give back." })
export class VoidHoldInput extends MovementInput {
  @Field(() => ID, { description: "Id of the HOLD." })
  transferId!: string;
}

@InputType({ description: "Pending points to confirm." })
export class ConfirmPointsInput extends MovementInput {
  @Field(() => ID, { description: "Id of the EARN." })
  transferId!: string;
}

@InputType({ description: "A transfer to take back." })
export class ReverseTransferInput extends MovementInput {
  @Field(() => ID, { description: "Id of the transfer." })
  transferId!: string;

  @Field(() => PointsScalar, {
    nullable: true,
    description: "How much, in the transfer's own unit; unless given all that is not reversed yet.",
  })
  amount?: bigint | null;

  @Field(() => String, { nullable: true, description: "Only what was posted for this line." })
  line?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: "Earned points that are spent by now: take others of the member and tell the shortfall, or refuse.",
  })
  acceptShortfall!: boolean;
}

@InputType({ description: "Points to exchange." })
export class ConvertPointsInput extends MemberMovementInput {
  @Field(() => ID, { description: "Id of the program whose points are given." })
  programId!: string;

  @Field(() => ID, { description: "Id of the program whose points are got." })
  intoProgramId!: string;

  @Field(() => PointsScalar, { description: "Points that are given, more than 0." })
  amount!: bigint;

  @Field(() => PointsScalar, { description: "So many points of the target …" })
  numerator!: bigint;

  @Field(() => PointsScalar, { description: "… for so many of the source; it must come out whole." })
  denominator!: bigint;

  @Field(() => PointsScalar, {
    nullable: true,
    description: "Of the target's points, what the operator keeps; unless given none.",
  })
  fee?: bigint | null;
}

@InputType()
export abstract class MoveMoneyInput extends MemberMovementInput {
  @Field(() => MoneyInput, { description: "How much, more than 0." })
  amount!: MoneyInput;
}

@InputType({ description: "Money of a member to bring in." })
export class DepositMoneyInput extends MoveMoneyInput {}

@InputType({ description: "Money of a member to take out." })
export class WithdrawMoneyInput extends MoveMoneyInput {}
