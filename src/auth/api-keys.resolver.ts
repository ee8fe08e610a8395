import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context";
import { readableScope } from "../graphql/authorize";
import { connection, pageRequest, type Connection } from "../graphql/connection";
import { idOrNobody } from "../graphql/ids-in-filters";
import { payload } from "../graphql/payload";
import { asPartner } from "../merchants/merchants.resolver";
import { PartnerType } from "../merchants/merchants.types";
import {
  ApiKeyConnection,
  ApiKeysArgs,
  ApiKeyStateEnum,
  ApiKeyType,
  CreateApiKeyInput,
  CreateApiKeyPayload,
  RevokeApiKeyInput,
  RevokeApiKeyPayload,
  RotateApiKeyInput,
  RotateApiKeyPayload,
} from "./api-keys.types";
import { nameOfScope, PartnerScopeEnum, scopeOfName, type ScopeName } from "./auth.enums";
import { pageOfApiKeys, type ApiKeyRow } from "./auth.queries";
import { defaultLifeDays, keyStateAt, plusDays, type KeyState } from "./core/api-key";
import { createApiKey } from "./create-api-key";
import { revokeApiKey } from "./revoke-api-key";
import { rotateApiKey } from "./rotate-api-key";

const asKey = (row: ApiKeyRow) => row as unknown as ApiKeyType;

@Resolver(() => ApiKeyType)
export class ApiKeyResolver {
  @Query(() => ApiKeyConnection, { description: "API keys, newest first. A partner's user sees its partner's." })
  async apiKeys(
    @Args() { partnerId, ...args }: ApiKeysArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<ApiKeyType>> {
    const scope = readableScope(context, "apiKeys");
    const request = pageRequest(context, ["apiKeys", partnerId], args, 2);
    const wanted = idOrNobody(context, "Partner", partnerId);
    const own = scope.kind === "partner" ? scope.partnerId : wanted;
    const rows = wanted !== null && wanted !== own ? [] : await pageOfApiKeys(context.database.vault, own, request);
    return connection(request, rows, (row) => [row.createdAt.toISOString(), row.prefix], asKey);
  }

  @FieldResolver(() => ApiKeyStateEnum, { description: "Whether it opens the door now." })
  state(@Root() key: ApiKeyRow, @Ctx() context: RequestContext): KeyState {
    return keyStateAt(context.now, key);
  }

  @FieldResolver(() => [PartnerScopeEnum], { description: "What it may do." })
  scopes(@Root() key: ApiKeyRow): ScopeName[] {
    return key.scopes.map(nameOfScope);
  }

  @FieldResolver(() => PartnerType, { nullable: true, description: "The partner it calls for." })
  async partner(@Root() key: ApiKeyRow, @Ctx() context: RequestContext): Promise<PartnerType | null> {
    const row = await context.loaders.partnerById.load(key.partnerId);
    return row && asPartner(row);
  }

  @Mutation(() => CreateApiKeyPayload, { description: "Makes an API key of a partner. Its secret is shown only here." })
  async createApiKey(
    @Arg("input", () => CreateApiKeyInput, { description: "The key." }) input: CreateApiKeyInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateApiKeyPayload> {
    const { actor } = context;
    const ownPartner = actor.kind === "partner" ? actor.partnerId : null;
    const result = await createApiKey(context, {
      partnerId: idOrNobody(context, "Partner", input.partnerId) ?? ownPartner,
      name: input.name,
      scopes: input.scopes.map(scopeOfName),
      expiresAt: input.expiresAt ?? plusDays(context.now, defaultLifeDays),
    });
    return payload(result, ({ apiKey, secret }) => ({ apiKey: asKey(apiKey), secret }));
  }

  @Mutation(() => RotateApiKeyPayload, {
    description: "Makes a second key in place of a first. Both live until the first is revoked or expires.",
  })
  async rotateApiKey(
    @Arg("input", () => RotateApiKeyInput, { description: "Which key." }) input: RotateApiKeyInput,
    @Ctx() context: RequestContext,
  ): Promise<RotateApiKeyPayload> {
    const result = await rotateApiKey(context, input);
    return payload(result, ({ apiKey, secret }) => ({ apiKey: asKey(apiKey), secret }));
  }

  @Mutation(() => RevokeApiKeyPayload, {
    description: "Ends a key for good; it opens nothing any more after at most five seconds.",
  })
  async revokeApiKey(
    @Arg("input", () => RevokeApiKeyInput, { description: "Which key." }) input: RevokeApiKeyInput,
    @Ctx() context: RequestContext,
  ): Promise<RevokeApiKeyPayload> {
    const result = await revokeApiKey(context, input);
    return payload(result, (apiKey) => ({ apiKey: asKey(apiKey) }));
  }
}
