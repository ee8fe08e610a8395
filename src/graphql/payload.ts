import { Field, ObjectType } from "type-graphql";
import { refusalCodes, type RefusalCode } from "../kernel/refusal-codes";
import type { Refusal, Result } from "../kernel/result";
import { graphqlEnum } from "./enum";

export const UserErrorCode = graphqlEnum("UserErrorCode", "Why a mutation was refused. Stable.", refusalCodes);

@ObjectType({
  description: "Why a mutation was refused, or one of several reasons. Nothing was changed when there is one.",
  simpleResolvers: true,
})
export class UserError {
  @Field(() => UserErrorCode, { description: "The stable code to decide by." })
  code!: RefusalCode;

  @Field(() => String, { description: "For people, in English: names the thing, its value and what was expected." })
  message!: string;

  @Field(() => [String], { nullable: true, description: 'Where in the input the blame lies: `["input", "amount"]`.' })
  path!: readonly string[] | null;
}

/** What every payload has. Payload types extend it; it is no type of the schema itself (schema.ts, `orphanedTypes`). */
@ObjectType({ simpleResolvers: true })
export abstract class Payload {
  @Field(() => [UserError], { description: "Empty when the mutation was done; else nothing was changed." })
  userErrors!: UserError[];
}

/** The payload of a use case's result: what it made, or its refusals. The one place where refusals become GraphQL. */
export function payload<Value, Fields extends object>(
  result: Result<Value>,
  fields: (value: Value) => Fields,
): Fields & Payload {
  if (result.ok) return { ...fields(result.value), userErrors: [] };
  return { userErrors: result.refusals.map(toUserError) } as unknown as Fields & Payload;
}

function toUserError(refusal: Refusal): UserError {
  return { code: refusal.code, message: refusal.message, path: refusal.path ?? null };
}
