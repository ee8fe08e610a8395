import { ArgsType, Field, ID, InputType, ObjectType } from "type-graphql";
import { connectionType, PageArgs } from "../graphql/connection";
import { graphqlEnum } from "../graphql/enum";
import { Payload } from "../graphql/payload";
import { DateTimeScalar } from "../graphql/scalars";
import { PartnerScopeEnum, type ScopeName } from "./auth.enums";
import type { KeyState } from "./core/api-key";

export const ApiKeyStateEnum = graphqlEnum<KeyState>("ApiKeyState", "Whether a key opens the door.", {
  LIVE: "Opens it.",
  EXPIRED: "Its time is over.",
  REVOKED: "It was revoked; final.",
});

@ObjectType("ApiKey", {
  description:
    "A key with which a partner's server calls, as `Authorization: ApiKey prefix.secret` or `X-Api-Key`. The secret is shown once and not kept.",
  simpleResolvers: true,
})
export class ApiKeyType {
  @Field(() => String, { description: "The part before the dot, by which the key is known: `alk_3f9c2a7b1d4e`." })
  prefix!: string;

  @Field(() => String, { description: "What the key is for, as its maker wrote." })
  name!: string;

  @Field(() => DateTimeScalar, { description: "When it was made, UTC." })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: "The first instant at which it no longer opens, UTC." })
  expiresAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was revoked, UTC; null while it was not." })
  revokedAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it was last used, UTC, exact to a minute; null where it never was.",
  })
  lastUsedAt!: Date | null;

  @Field(() => String, { nullable: true, description: "Prefix of the key it was rotated from." })
  rotatedFrom!: string | null;
}

export const ApiKeyConnection = connectionType(ApiKeyType, "ApiKey");

@ArgsType()
export class ApiKeysArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: "Id of the partner; absent: of all the caller may see." })
  partnerId?: string | null;
}

@InputType({ description: "A new API key of a partner." })
export class CreateApiKeyInput {
  @Field(() => ID, { nullable: true, description: "Id of the partner; a partner's user may leave out its own." })
  partnerId?: string | null;

  @Field(() => String, { description: "What the key is for, 1 to 100 characters." })
  name!: string;

  @Field(() => [PartnerScopeEnum], {
    description: "What it may do, at least one; a partner's user gives only its own.",
  })
  scopes!: ScopeName[];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "The first instant at which it no longer opens, at most 366 days ahead; absent: in 90 days.",
  })
  expiresAt?: Date | null;
}

@InputType({ description: "Which key to replace." })
export class RotateApiKeyInput {
  @Field(() => String, { description: "Prefix of the key to replace; it lives on until it is revoked or expires." })
  prefix!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "Expiry of the new key, at most 366 days ahead; absent: it lives as long as the old one was made for.",
  })
  expiresAt?: Date | null;
}

@InputType({ description: "Which key to end." })
export class RevokeApiKeyInput {
  @Field(() => String, { description: "Prefix of the key." })
  prefix!: string;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@ObjectType({ description: "Answer of `createApiKey`.", simpleResolvers: true })
export class CreateApiKeyPayload extends Payload {
  @Field(() => ApiKeyType, { nullable: true, description: "The new key; null when refused." })
  apiKey?: ApiKeyType | null;

  @Field(() => String, { nullable: true, description: "`prefix.secret`, shown only here; null when refused." })
  secret?: string | null;
}

@ObjectType({ description: "Answer of `rotateApiKey`.", simpleResolvers: true })
export class RotateApiKeyPayload extends Payload {
  @Field(() => ApiKeyType, { nullable: true, description: "The second key; null when refused." })
  apiKey?: ApiKeyType | null;

  @Field(() => String, { nullable: true, description: "`prefix.secret`, shown only here; null when refused." })
  secret?: string | null;
}

@ObjectType({ description: "Answer of `revokeApiKey`.", simpleResolvers: true })
export class RevokeApiKeyPayload extends Payload {
  @Field(() => ApiKeyType, { nullable: true, description: "The key as it is now; null when refused." })
  apiKey?: ApiKeyType | null;
}
