import { ArgsType, Field, Int, ObjectType } from "type-graphql";
import { connectionType, PageArgs } from "../graphql/connection";
import { DateTimeScalar, PointsScalar } from "../graphql/scalars";
import type { LotKind } from "../ledger/core/bucket";
import type { Cause } from "../ledger/core/command";
import { CauseKindEnum, LotKindEnum } from "./transfers.types";

@ObjectType("Lot", {
  description:
    "Points that were issued together and lapse together. What was issued and is neither available, held nor pending was " +
    "spent, sent, taken back or lapsed.",
  simpleResolvers: true,
})
export class LotType {
  @Field(() => Int, { description: "1, 2, 3 … within the member, over all programs; entries name lots by it." })
  lotNo!: number;

  @Field(() => LotKindEnum, { description: "What they were given for." })
  kind!: LotKind;

  @Field(() => PointsScalar, { description: "How many points were issued." })
  issued!: bigint;

  @Field(() => PointsScalar, { description: "Points of them that can be spent, unless they have lapsed by now." })
  available!: bigint;

  @Field(() => PointsScalar, { description: "Points of them that are set aside." })
  held!: bigint;

  @Field(() => PointsScalar, { description: "Points of them that wait." })
  pending!: bigint;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "The first instant at which they have lapsed, UTC; null: never.",
  })
  expiresAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When pending points become available, UTC; null where they do not wait, or wait to be confirmed.",
  })
  pendingUntil!: Date | null;

  @Field(() => String, { nullable: true, description: "By which rate or rule they were earned; null where by none." })
  terms!: string | null;

  @Field(() => CauseKindEnum, { description: "Why they were issued." })
  causeKind!: Cause["kind"];

  @Field(() => DateTimeScalar, { description: "When they were issued, UTC." })
  issuedAt!: Date;

  memberId!: string;
  sequence!: bigint;
}

export const LotConnection = connectionType(LotType, "Lot");

@ArgsType()
export class LotsArgs extends PageArgs {
  @Field(() => Boolean, {
    nullable: true,
    description: "Only lots in which something is left, or with false only those in which nothing is.",
  })
  open?: boolean | null;
}
