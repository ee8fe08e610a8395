import { Field, Float, InputType, Int } from "type-graphql";
import { oneOfInput } from "../graphql/one-of";

@InputType(oneOfInput("RuleValueInput"), { description: "What a fact is compared with: exactly one field." })
export class RuleValueInput {
  @Field(() => Boolean, { nullable: true, description: "For a BOOLEAN." })
  boolean?: boolean;

  @Field(() => Float, { nullable: true, description: "For a NUMBER, in the fact's unit." })
  number?: number;

  @Field(() => String, {
    nullable: true,
    description: "For an ENUM one of its choices, for a DATE a calendar day: `2026-06-01`.",
  })
  text?: string;
}

@InputType({ description: "A fact that has to be known." })
export class RuleHasInput {
  @Field(() => String, { description: "Name of the fact: `car_owner`, `member.age`." })
  fact!: string;
}

@InputType({ description: "A fact and the one value it must have." })
export class RuleEqualsInput {
  @Field(() => String, { description: "Name of a BOOLEAN, ENUM, NUMBER or DATE." })
  fact!: string;

  @Field(() => RuleValueInput, { description: "The value." })
  value!: RuleValueInput;
}

@InputType({ description: "A fact and choices of which one is enough." })
export class RuleChoicesInput {
  @Field(() => String, { description: "Name of an ENUM for `oneOf`, of a SET for `contains`." })
  fact!: string;

  @Field(() => [String], { description: "At least one, in any order." })
  choices!: string[];
}

@InputType({ description: "A NUMBER and the ends it lies between; one may be absent, and each is given one way." })
export class RuleBetweenInput {
  @Field(() => String, { description: "Name of a NUMBER." })
  fact!: string;

  @Field(() => Float, { nullable: true, description: "The smallest number that is enough." })
  atLeast?: number | null;

  @Field(() => Float, { nullable: true, description: "What the number must be greater than." })
  above?: number | null;

  @Field(() => Float, { nullable: true, description: "The largest number that is allowed." })
  atMost?: number | null;

  @Field(() => Float, { nullable: true, description: "What the number must be smaller than." })
  below?: number | null;
}

@InputType({ description: "A DATE or INSTANT and the ends it lies between; one may be absent." })
export class RuleDateBetweenInput {
  @Field(() => String, { description: "Name of a DATE or INSTANT." })
  fact!: string;

  @Field(() => String, {
    nullable: true,
    description: "The first day (`2026-06-01`), or the first instant (`2026-06-01T00:00:00+08:00`).",
  })
  from?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The last day, which still counts; of an INSTANT the first one that does not count any more.",
  })
  to?: string | null;
}

@InputType({ description: "A DATE and a number of days before the day of the moment." })
export class RuleDaysInput {
  @Field(() => String, { description: "Name of a DATE." })
  fact!: string;

  @Field(() => Int, { description: "Days; 0 is today." })
  days!: number;
}

@InputType({ description: "A saved audience." })
export class RuleAudienceInput {
  @Field(() => String, { description: "Its code." })
  code!: string;
}

@InputType(oneOfInput("RuleInput"), {
  description:
    "A rule as a tree: exactly one field. A leaf on a fact that is not known is false, and its `not` is true. What " +
    "`Rule.tree` answers can be given back as it is.",
})
export class RuleInput {
  @Field(() => [RuleInput], { nullable: true, description: "Every one of them holds; at least one." })
  all?: RuleInput[];

  @Field(() => [RuleInput], { nullable: true, description: "At least one of them holds." })
  any?: RuleInput[];

  @Field(() => RuleInput, { nullable: true, description: "It does not hold." })
  not?: RuleInput;

  @Field(() => RuleHasInput, { nullable: true, description: "The fact is known, whatever its value." })
  has?: RuleHasInput;

  @Field(() => RuleEqualsInput, { nullable: true, description: "The fact has this value." })
  equals?: RuleEqualsInput;

  @Field(() => RuleChoicesInput, { nullable: true, description: "The ENUM is one of these choices." })
  oneOf?: RuleChoicesInput;

  @Field(() => RuleBetweenInput, { nullable: true, description: "The NUMBER lies between the ends." })
  between?: RuleBetweenInput;

  @Field(() => RuleDateBetweenInput, { nullable: true, description: "The DATE or INSTANT lies between the ends." })
  dateBetween?: RuleDateBetweenInput;

  @Field(() => RuleDaysInput, { nullable: true, description: "The DATE is today or at most so many days ago." })
  withinLast?: RuleDaysInput;

  @Field(() => RuleDaysInput, {
    nullable: true,
    description:
      "The DATE is known and more than so many days ago; of an unknown one `not withinLast` holds, this does not.",
  })
  notWithinLast?: RuleDaysInput;

  @Field(() => RuleChoicesInput, { nullable: true, description: "The SET holds at least one of these choices." })
  contains?: RuleChoicesInput;

  @Field(() => RuleAudienceInput, { nullable: true, description: "The member belongs to the saved audience." })
  audience?: RuleAudienceInput;
}
