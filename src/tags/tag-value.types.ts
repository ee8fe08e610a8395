import { Field, Float, InputType, ObjectType } from "type-graphql";
import { oneOfInput } from "../graphql/one-of";
import { DateScalar } from "../graphql/scalars";

@InputType(oneOfInput("TagValueInput"), { description: "A tag's value: exactly one field, the one of the tag's type." })
export class TagValueInput {
  @Field(() => Boolean, { nullable: true, description: "For a BOOLEAN." })
  boolean?: boolean | null;

  @Field(() => String, { nullable: true, description: "For an ENUM: one of the definition's choices." })
  choice?: string | null;

  @Field(() => Float, { nullable: true, description: "For a NUMBER, in the definition's unit; at most 15 digits." })
  number?: number | null;

  @Field(() => DateScalar, { nullable: true, description: "For a DATE: a calendar day without zone." })
  date?: string | null;

  @Field(() => [String], { nullable: true, description: "For a SET: any of the definition's choices, in any order." })
  set?: string[] | null;
}

@ObjectType("TagValue", {
  description: "A tag's value: exactly one field is not null, the one of the tag's type.",
  simpleResolvers: true,
})
export class TagValueType {
  @Field(() => Boolean, { nullable: true, description: "Of a BOOLEAN." })
  boolean!: boolean | null;

  @Field(() => String, { nullable: true, description: "Of an ENUM: one of the definition's choices." })
  choice!: string | null;

  @Field(() => Float, { nullable: true, description: "Of a NUMBER, in the definition's unit." })
  number!: number | null;

  @Field(() => DateScalar, { nullable: true, description: "Of a DATE: a calendar day without zone." })
  date!: string | null;

  @Field(() => [String], { nullable: true, description: "Of a SET: choices in alphabetical order, each once." })
  set!: readonly string[] | null;
}
