import { Field, Int, ObjectType } from "type-graphql";
import { connectionType } from "../graphql/connection";
import { MemberType } from "../members/members.types";

@ObjectType("MatchScore", {
  description:
    "What a match is ranked by: four parts, each 0 to 1000 times its weight. docs/configuration.md has the formula.",
  simpleResolvers: true,
})
export class MatchScoreType {
  @Field(() => Int, { description: "The sum of the parts." })
  total!: number;

  @Field(() => Int, { description: "Of the priority that its author declared." })
  priority!: number;

  @Field(() => Int, { description: "Of what the member gets by it." })
  value!: number;

  @Field(() => Int, { description: "Of how lately it was published." })
  freshness!: number;

  @Field(() => Int, { description: "Of what the member did with it before." })
  response!: number;
}

@ObjectType("MatchReason", {
  description: "One condition that is met and on which the match rests.",
  simpleResolvers: true,
})
export class MatchReasonType {
  @Field(() => String, { description: "The fact that it asks for: `member.tiers`, `context.scene`." })
  fact!: string;

  @Field(() => String, { description: "The condition in the caller's language: `Age: at least 18 years`." })
  text!: string;
}

@ObjectType("Match", { description: "What matches a member in a moment.", simpleResolvers: true })
export class MatchType {
  @Field(() => Int, { description: "Its place, counted from 1 over all pages." })
  rank!: number;
}

export const MatchConnection = connectionType(MatchType, "Match");

@ObjectType("MemberMatches", { description: "What matches one of several members.", simpleResolvers: true })
export class MemberMatchesType {
  @Field(() => MemberType, { description: "The member." })
  member!: MemberType;

  @Field(() => [MatchType], { description: "Best first." })
  matches!: readonly MatchType[];
}
