import { ArgsType, Field, InputType } from "type-graphql";
import type { Scene } from "../facts/core/context-facts";
import { PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { DateTimeScalar } from "../graphql/scalars";
import { MoneyInput } from "../graphql/value.types";
import type { PurchaseChannel } from "../purchases/core/purchase";
import { PurchaseChannelEnum } from "../purchases/purchases.types";
import type { RuledKind } from "../rules/ruled-things";

export const SceneEnum = graphqlEnum<Scene>("Scene", "What sort of situation a request comes from.", {
  fuel: "At a filling station.",
  dining: "In a restaurant or café.",
  airport: "At an airport.",
  grocery: "Buying groceries.",
  travel: "On a journey, or planning one.",
  hotel: "In a hotel.",
  shopping: "Shopping.",
  health: "In a pharmacy or at a doctor's.",
  sport: "Doing sports.",
  entertainment: "At the cinema, a concert, a game.",
  insurance: "About an insurance.",
  car: "About the car: washing, parking, repair.",
  online: "In an app or on a web site.",
  other: "None of these.",
});

export const MatchKindEnum = graphqlEnum<RuledKind>("MatchKind", "What can match a member.", {
  OFFER: "An offer of a merchant.",
});

/** An input of its own, and arguments beside others: in both the words are the same. */
@ArgsType()
@InputType({ description: "A moment as rules ask about it. What is not given is not known." })
export class MomentInput {
  @Field(() => SceneEnum, { nullable: true, description: "What sort of situation it is." })
  scene?: Scene | null;

  @Field(() => PurchaseChannelEnum, { nullable: true, description: "By which way is or would be bought." })
  channel?: PurchaseChannel | null;

  @Field(() => String, { nullable: true, description: "Code of the merchant." })
  merchant?: string | null;

  @Field(() => String, { nullable: true, description: "Code of the outlet, within the merchant." })
  outlet?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Code of the category; that of the merchant where it is not given.",
  })
  category?: string | null;

  @Field(() => String, { nullable: true, description: "City, as rules name it." })
  city?: string | null;

  @Field(() => MoneyInput, { nullable: true, description: "What is or would be paid." })
  amount?: MoneyInput | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "Another instant than now, UTC or with offset, at most 400 days away: what would match then, by what is known of " +
      "the member now. For staff and services alone.",
  })
  at?: Date | null;
}

/** Beside those of the moment. */
@ArgsType()
export class MatchesArgs extends PageArgs {
  @Field(() => [MatchKindEnum], { nullable: true, description: "Only these kinds; all where it is not given." })
  kinds?: RuledKind[] | null;
}
