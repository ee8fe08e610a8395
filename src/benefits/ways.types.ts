import { createUnionType, Field, InputType, Int, ObjectType } from "type-graphql";
import { graphqlEnum } from "../graphql/enum";
import { oneOfInput } from "../graphql/one-of";
import { PointsScalar } from "../graphql/scalars";
import { MoneyInput, MoneyType } from "../graphql/value.types";
import type { ObtainWay } from "./core/benefit";

type Earned = Extract<ObtainWay, { way: "EARNED" }>;

export const EarnedMeasureEnum = graphqlEnum<Earned["measure"]>("EarnedMeasure", "What is added up towards a mark.", {
  SPEND: "What the member bought.",
  ASSETS: "What the member holds at the bank, as the bank reports it.",
});

export const EarnedPeriodEnum = graphqlEnum<Earned["per"]>("EarnedPeriod", "Over which time it is added up.", {
  MONTH: "A calendar month.",
  QUARTER: "A calendar quarter.",
  YEAR: "A calendar year.",
});

export const OnReversalEnum = graphqlEnum<Earned["onReversal"]>(
  "OnReversal",
  "What a refund that brings the sum below the mark does to what was granted.",
  { SUSPEND: "It rests until the mark is reached again.", KEEP: "It stays." },
);

@ObjectType("ObtainByEarning", { description: "Obtained when what is added up reaches a mark.", simpleResolvers: true })
export class ObtainByEarningType {
  @Field(() => EarnedMeasureEnum, { description: "What is added up." })
  measure!: Earned["measure"];

  @Field(() => MoneyType, { description: "The mark." })
  mark!: MoneyType;

  @Field(() => EarnedPeriodEnum, { description: "Over which time." })
  per!: Earned["per"];

  @Field(() => OnReversalEnum, { description: "What a later refund does." })
  onReversal!: Earned["onReversal"];
}

@ObjectType("ObtainByPoints", { description: "Redeemed with points.", simpleResolvers: true })
export class ObtainByPointsType {
  @Field(() => String, { description: "Code of the program." })
  programCode!: string;

  @Field(() => PointsScalar, { description: "How many." })
  points!: bigint;
}

@ObjectType("ObtainByPurchase", { description: "Bought, at once or in instalments.", simpleResolvers: true })
export class ObtainByPurchaseType {
  @Field(() => MoneyType, { description: "The price of all instalments together." })
  price!: MoneyType;

  @Field(() => Int, { description: "How many: the first is due at once, the others a month apart." })
  instalments!: number;

  @Field(() => Int, { description: "The missed instalment with which it rests: 2 forgives the first." })
  suspendedAtMissed!: number;
}

@ObjectType("ObtainByExchange", {
  description: "Exchanged for unused units of another benefit.",
  simpleResolvers: true,
})
export class ObtainByExchangeType {
  @Field(() => String, { description: "Code of the benefit that is given." })
  fromBenefitCode!: string;

  @Field(() => Int, { description: "So many units of it …" })
  give!: number;

  @Field(() => Int, { description: "… become so many of this one." })
  get!: number;

  @Field(() => Int, { nullable: true, description: "Units of this one for all exchanges; null: no limit." })
  stock!: number | null;
}

const namesOfWays: Readonly<Record<ObtainWay["way"], string>> = {
  EARNED: "ObtainByEarning",
  REDEEMED: "ObtainByPoints",
  BOUGHT: "ObtainByPurchase",
  EXCHANGED: "ObtainByExchange",
};

export const ObtainWayUnion = createUnionType({
  name: "ObtainWay",
  description: "A way to obtain a benefit beside an election.",
  types: () => [ObtainByEarningType, ObtainByPointsType, ObtainByPurchaseType, ObtainByExchangeType] as const,
  resolveType: (way) => namesOfWays[(way as unknown as ObtainWay).way],
});

@InputType({ description: "Obtained when what is added up reaches a mark." })
export class ObtainByEarningInput {
  @Field(() => EarnedMeasureEnum, { description: "What is added up." })
  measure!: Earned["measure"];

  @Field(() => MoneyInput, { description: "The mark." })
  mark!: MoneyInput;

  @Field(() => EarnedPeriodEnum, { description: "Over which time." })
  per!: Earned["per"];

  @Field(() => OnReversalEnum, { defaultValue: "SUSPEND", description: "What a later refund does." })
  onReversal!: Earned["onReversal"];
}

@InputType({ description: "Redeemed with points." })
export class ObtainByPointsInput {
  @Field(() => String, { description: "Code of the program." })
  programCode!: string;

  @Field(() => PointsScalar, { description: "How many, more than 0." })
  points!: bigint;
}

@InputType({ description: "Bought, at once or in instalments." })
export class ObtainByPurchaseInput {
  @Field(() => MoneyInput, { description: "The price of all instalments together." })
  price!: MoneyInput;

  @Field(() => Int, { defaultValue: 1, description: "How many: the first is due at once, the others a month apart." })
  instalments!: number;

  @Field(() => Int, {
    defaultValue: 2,
    description: "The missed instalment with which it rests: 2 forgives the first.",
  })
  suspendedAtMissed!: number;
}

@InputType({ description: "Exchanged for unused units of another benefit." })
export class ObtainByExchangeInput {
  @Field(() => String, { description: "Code of the benefit that is given." })
  fromBenefitCode!: string;

  @Field(() => Int, { description: "So many units of it …" })
  give!: number;

  @Field(() => Int, { description: "… become so many of this one." })
  get!: number;

  @Field(() => Int, { nullable: true, description: "Units of this one for all exchanges; absent: no limit." })
  stock?: number | null;
}

@InputType(oneOfInput("ObtainWayInput"), { description: "A way to obtain a benefit beside an election." })
export class ObtainWayInput {
  @Field(() => ObtainByEarningInput, { nullable: true, description: "By reaching a mark." })
  earned?: ObtainByEarningInput;

  @Field(() => ObtainByPointsInput, { nullable: true, description: "With points." })
  redeemed?: ObtainByPointsInput;

  @Field(() => ObtainByPurchaseInput, { nullable: true, description: "For money." })
  bought?: ObtainByPurchaseInput;

  @Field(() => ObtainByExchangeInput, { nullable: true, description: "For another benefit." })
  exchanged?: ObtainByExchangeInput;
}
