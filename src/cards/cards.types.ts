import { Field, Int, ObjectType } from "type-graphql";
import { graphqlEnum } from "../graphql/enum";
import { NodeInterface } from "../graphql/node";
import { DateScalar, DateTimeScalar, PointsScalar } from "../graphql/scalars";
import { MoneyType } from "../graphql/value.types";
import { PackagedBenefitType, RightsPackageContentType, RightsPackageType } from "../packages/packages.types";
import type { CardState, ElectionState, ElectionWay, SwapState } from "./core/card";

export const CardStateEnum = graphqlEnum<CardState>("CardState", "Where a card stands.", {
  ACTIVE: "Its rights can be used.",
  FROZEN: "Its rights rest until it is unfrozen.",
  CLOSED: "Over for good, with its rights.",
});

export const ElectionWayEnum = graphqlEnum<ElectionWay>("ElectionWay", "How a package came to fill a place.", {
  CHOSEN: "The member chose it.",
  DEFAULT: "By default, since the member had not chosen.",
  FIXED: "The slot always holds it.",
  TIER: "By the tier that the member held.",
  SWAP: "It took another one's place by a swap.",
});

export const ElectionStateEnum = graphqlEnum<ElectionState>("ElectionState", "Where an election stands.", {
  ACTIVE: "It fills its place; of a cycle that is over it did to the end.",
  REPLACED: "Another choice took its place within the election window.",
  SWAPPED: "It was swapped for another package.",
  ENDED: "It ended with the card or its product.",
});

export const SwapStateEnum = graphqlEnum<SwapState>("SwapState", "Where a swap stands.", {
  QUOTED: "Promised, and not made.",
  PAYING: "Points are set aside for it.",
  SWAPPED: "Made.",
  VOID: "It came to nothing, and what was set aside is given back.",
});

export const CardCycleChoice = graphqlEnum<"CURRENT" | "NEXT">("CardCycleChoice", "Which cycle of a card.", {
  CURRENT: "The one that holds this moment.",
  NEXT: "The one that follows.",
});

@ObjectType("CardYear", { description: "One cycle of a card, half-open.", simpleResolvers: true })
export class CardYearType {
  @Field(() => Int, { description: "1 is the one in which the card was opened." })
  number!: number;

  @Field(() => DateScalar, { description: "Its first day, in the card's zone." })
  firstDay!: string;

  @Field(() => DateTimeScalar, { description: "Its first instant." })
  from!: Date;

  @Field(() => DateTimeScalar, { description: "The first instant of the next one." })
  to!: Date;
}

@ObjectType("Election", {
  description: "A package in a place of a slot, for one cycle of a card.",
  implements: NodeInterface,
})
export class ElectionType extends NodeInterface {
  @Field(() => String, { description: "Code of the slot." })
  slotCode!: string;

  @Field(() => Int, { description: "Which of the slot's places, from 1 on." })
  place!: number;

  @Field(() => DateScalar, { description: "First day of the cycle, in the card's zone." })
  cycleFirstDay!: string;

  @Field(() => Int, { description: "The version of the package whose terms were granted." })
  packageVersion!: number;

  @Field(() => ElectionWayEnum, { description: "How it came there." })
  way!: ElectionWay;

  @Field(() => ElectionStateEnum, { description: "Where it stands." })
  state!: ElectionState;

  @Field(() => DateTimeScalar, { description: "When it was chosen, or filled by itself." })
  chosenAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it ended; null while it is active." })
  endedAt!: Date | null;

  @Field(() => RightsPackageType, { nullable: true, description: "The package as it is today." })
  package!: RightsPackageType | null;

  @Field(() => RightsPackageContentType, { description: "What the version says that was granted." })
  terms!: RightsPackageContentType;
}

@ObjectType("CardSlot", { description: "A slot of a card in one cycle.", simpleResolvers: true })
export class CardSlotType {
  @Field(() => String, { description: "Code, stable within the product." })
  code!: string;

  @Field(() => String, { description: "Name in the caller's language." })
  name!: string;

  @Field(() => Int, { nullable: true, description: "How many packages the member picks; null where it picks none." })
  picks!: number | null;

  @Field(() => DateTimeScalar, { description: "From when on it may be chosen for the cycle." })
  opensAt!: Date;

  @Field(() => DateTimeScalar, { description: "The first instant at which it may not any more, but by a swap." })
  closesAt!: Date;

  @Field(() => [RightsPackageType], { description: "The packages to pick from; empty where it picks none." })
  offered!: readonly RightsPackageType[];

  @Field(() => [ElectionType], { description: "What fills it." })
  elections!: readonly ElectionType[];
}

@ObjectType("Card", {
  description: "A member's card: an instance of a product, whatever plastic stands for it.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class CardType extends NodeInterface {
  @Field(() => CardStateEnum, { description: "Where it stands." })
  state!: CardState;

  @Field(() => DateScalar, { description: "The day on which its cycles begin, in its zone." })
  openedOn!: string;

  @Field(() => String, { description: "IANA zone in which its days, cycles and periods are counted." })
  timeZone!: string;

  @Field(() => DateTimeScalar, { description: "When it was registered here." })
  registeredAt!: Date;

  @Field(() => DateTimeScalar, { description: "Since when it is in its state." })
  stateSince!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "From when on it has the next product; null: no change waits.",
  })
  nextProductFrom!: Date | null;
}

@ObjectType("LostBenefit", { description: "What a swap ends of a benefit.", simpleResolvers: true })
export class LostBenefitType {
  @Field(() => String, { description: "Code of the benefit." })
  benefitCode!: string;

  @Field(() => Int, { description: "How often its quota counts." })
  quantity!: number;

  @Field(() => Int, { description: "Units of it that were used in this cycle." })
  usedUnits!: number;
}

@ObjectType("SwapQuote", {
  description: "What a swap costs, loses and gains, promised for a time.",
  implements: NodeInterface,
})
export class SwapQuoteType extends NodeInterface {
  @Field(() => SwapStateEnum, { description: "Where it stands." })
  state!: SwapState;

  @Field(() => DateTimeScalar, { description: "The first instant at which it is honoured no more." })
  honouredUntil!: Date;

  @Field(() => MoneyType, { description: "What the old package still counts for." })
  credit!: MoneyType;

  @Field(() => MoneyType, { description: "What the new one counts for in what is left of the cycle." })
  target!: MoneyType;

  @Field(() => MoneyType, { description: "What is to be paid for the difference, never below zero." })
  difference!: MoneyType;

  @Field(() => MoneyType, { description: "What of the credit is lost, where the new package counts for less." })
  forfeited!: MoneyType;

  @Field(() => MoneyType, { description: "The policy's fee." })
  fee!: MoneyType;

  @Field(() => MoneyType, { description: "Difference and fee." })
  due!: MoneyType;

  @Field(() => PointsScalar, { nullable: true, description: "The same in points; null where the slot takes none." })
  duePoints!: bigint | null;

  @Field(() => Int, { description: "Units of the old package that were used." })
  usedUnits!: number;

  @Field(() => Int, { description: "Swaps of the slot that are left in this cycle after this one." })
  swapsLeft!: number;

  @Field(() => Boolean, { description: "Whether the old package could be chosen again in this cycle." })
  canSwapBack!: boolean;

  @Field(() => DateTimeScalar, { description: "When the window closes in which the swap is allowed." })
  windowClosesAt!: Date;

  @Field(() => [LostBenefitType], { description: "What ends." })
  lost!: readonly LostBenefitType[];

  @Field(() => [PackagedBenefitType], { description: "What comes in its place." })
  gained!: readonly PackagedBenefitType[];
}
