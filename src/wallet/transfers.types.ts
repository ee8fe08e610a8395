import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionType, PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { NodeInterface } from "../graphql/node";
import { DateTimeScalar, PointsScalar } from "../graphql/scalars";
import type { Bucket, LotKind } from "../ledger/core/bucket";
import type { Cause, LedgerCommandName } from "../ledger/core/command";

export const TransferKindEnum = graphqlEnum<LedgerCommandName>("TransferKind", "What a transfer did.", {
  EARN: "Gave points.",
  SPEND: "Took points.",
  HOLD: "Set points aside.",
  CAPTURE: "Took points that were set aside.",
  VOID: "Gave points back that were set aside.",
  REVERSE: "Took an earlier transfer back, whole or in part.",
  EXPIRE: "Let points lapse.",
  RELEASE: "Made pending points available.",
  CONVERT: "Exchanged points of one program for points of another.",
  DEPOSIT: "Brought money in.",
  WITHDRAW: "Took money out.",
  TRANSFER_OUT: "Sent points to another member.",
  TRANSFER_IN: "Received points from another member.",
  ADJUST: "Corrected a balance, approved by a second person.",
});

export const CauseKindEnum = graphqlEnum<Cause["kind"]>("CauseKind", "Why value moved.", {
  PURCHASE: "A purchase earned it.",
  PURCHASE_REFUND: "A purchase was refunded.",
  OFFER: "An offer was completed.",
  OPENING: "The member brought it when the program joined.",
  GOODWILL: "Support gave it.",
  ADJUSTMENT: "Two people corrected a balance.",
  CHECKOUT: "It was spent at a checkout.",
  REWARD: "A reward was redeemed.",
  EXCHANGE: "Points were exchanged.",
  DONATION: "It was donated.",
  MEMBER_TRANSFER: "A member sent it to another.",
  MERGE: "A member was merged into another.",
  EXPIRY: "It lapsed.",
  BENEFIT: "A benefit gave or took it.",
  CAMPAIGN: "A campaign gave it.",
  IMPORT: "An import brought it.",
  MANUAL: "Somebody did it by hand.",
});

export const BucketEnum = graphqlEnum<Bucket>("LedgerBucket", "Where value rests inside the ledger.", {
  AVAILABLE: "The member's points that can be spent.",
  HELD: "The member's points that are set aside.",
  PENDING: "The member's points that wait.",
  CASH: "The member's money.",
  ISSUER_LIABILITY: "What issuers owe for points that are out.",
  MERCHANT_PAYABLE: "What is owed to the merchant.",
  OPERATOR_INCOME: "What the operator keeps.",
  BREAKAGE: "Points that lapsed unused.",
  EXCHANGE_CLEARING: "Between the two legs of an exchange.",
  TRANSFER_CLEARING: "Between two members.",
  EXTERNAL_CLEARING: "Outside of the alliance.",
  ADJUSTMENT: "Corrections.",
});

export const LotKindEnum = graphqlEnum<LotKind>("PointsKind", "What points were given for.", {
  BASE: "For spending.",
  BONUS: "On top of that.",
});

@ObjectType("LedgerEntry", {
  description: "A leg of a transfer: so much left one bucket and came to another. All legs together come to nothing.",
  simpleResolvers: true,
})
export class LedgerEntryType {
  @Field(() => Int, { description: "1, 2, 3 … within the transfer." })
  entryNo!: number;

  @Field(() => BucketEnum, { description: "The bucket that it left." })
  debit!: Bucket;

  @Field(() => BucketEnum, { description: "The bucket that it came to." })
  credit!: Bucket;

  @Field(() => PointsScalar, { description: "Points, or minor units where `currency` is set; more than 0." })
  amount!: bigint;

  @Field(() => String, { nullable: true, description: "ISO 4217 code where it is money; null for points." })
  currency!: string | null;

  @Field(() => Int, { nullable: true, description: "The number of the member's lot that it concerns." })
  lotNo!: number | null;

  @Field(() => String, { nullable: true, description: "The line of the purchase that it is for." })
  line!: string | null;

  @Field(() => PointsScalar, {
    description: "What the member had available in this unit after the whole transfer: the running balance.",
  })
  availableAfter!: bigint;

  programId!: string | null;
}

@ObjectType("Transfer", {
  description:
    "One balanced movement of a member's value. Partners see those of programs they issue and at their own merchants.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class TransferType extends NodeInterface {
  @Field(() => TransferKindEnum, { description: "What it did." })
  command!: LedgerCommandName;

  @Field(() => PointsScalar, { description: "What moved: points of `program`, or minor units of money." })
  amount!: bigint;

  @Field(() => PointsScalar, { description: "Of a reversal: points that it should have taken back and could not." })
  shortfall!: bigint;

  @Field(() => CauseKindEnum, { description: "Why it moved." })
  causeKind!: Cause["kind"];

  @Field(() => String, { nullable: true, description: "The till's own name of the shift." })
  shift!: string | null;

  @Field(() => String, { nullable: true, description: "By which way." })
  channel!: string | null;

  @Field(() => String, { nullable: true, description: "The outside's own reference, unique in the alliance." })
  sourceReference!: string | null;

  @Field(() => String, { nullable: true, description: "Why, where somebody said." })
  reason!: string | null;

  @Field(() => DateTimeScalar, { description: "When it happened in the world, UTC." })
  occurredAt!: Date;

  @Field(() => DateTimeScalar, { description: "When it was recorded here, UTC." })
  recordedAt!: Date;

  memberId!: string;
  programId!: string | null;
  merchantId!: string | null;
  outletId!: string | null;
  refersTo!: bigint | null;
  causeId!: string;
  actor!: string;
}

export const TransferConnection = connectionType(TransferType, "Transfer");

@InputType({ description: "Which transfers; what is absent does not restrict." })
export class TransferFilterInput {
  @Field(() => ID, { nullable: true, description: "Id of the program." })
  programId?: string | null;

  @Field(() => ID, { nullable: true, description: "Id of the merchant." })
  merchantId?: string | null;

  @Field(() => [TransferKindEnum], { nullable: true, description: "What they did: one of these." })
  commands?: LedgerCommandName[] | null;

  @Field(() => [CauseKindEnum], { nullable: true, description: "Why: one of these." })
  causes?: Cause["kind"][] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Recorded at this instant or later." })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Recorded before this instant." })
  before?: Date | null;
}

@ArgsType()
export class TransfersArgs extends PageArgs {
  @Field(() => TransferFilterInput, { nullable: true, description: "Which transfers." })
  filter?: TransferFilterInput | null;
}
