import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context";
import { readableScope } from "../graphql/authorize";
import { connection, pageRequest, PageArgs, type Connection } from "../graphql/connection";
import { rawId } from "../graphql/ids-in-filters";
import { registerNode } from "../graphql/node";
import { payload } from "../graphql/payload";
import { asPartner } from "../merchants/merchants.resolver";
import { PartnerType } from "../merchants/merchants.types";
import {
  ActorConnection,
  ActorType,
  DisableActorInput,
  DisableActorPayload,
  RegisterActorInput,
  RegisterActorPayload,
  type RegistrationInput,
} from "./actors.types";
import { ActorKindEnum, nameOfKind, nameOfScope, PartnerScopeEnum, scopeOfName, type ScopeName } from "./auth.enums";
import { actorById, pageOfActors, type ActorRow } from "./auth.queries";
import { allows } from "./core/policy";
import type { Registration } from "./core/registration";
import { disableActor } from "./disable-actor";
import { registerActor } from "./register-actor";

const asActor = (row: ActorRow) => row as unknown as ActorType;

registerNode("Actor", async (context, { id }) =>
  allows(context.actor, "actors") ? ((await actorById(context.database.app, id)) ?? null) : null,
);

@Resolver(() => ActorType)
export class ActorResolver {
  @Query(() => ActorConnection, { description: "Who may enter or might once, newest first." })
  async actors(@Args() args: PageArgs, @Ctx() context: RequestContext): Promise<Connection<ActorType>> {
    readableScope(context, "actors");
    const request = pageRequest(context, ["actors"], args, 1);
    const rows = await pageOfActors(context.database.app, request);
    return connection(request, rows, (row) => [row.actorId], asActor);
  }

  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() actor: ActorRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Actor", actor.actorId);
  }

  @FieldResolver(() => ActorKindEnum, { description: "What sort of caller it is." })
  kind(@Root() actor: ActorRow) {
    return nameOfKind(actor.kind);
  }

  @FieldResolver(() => [PartnerScopeEnum], { description: "What a partner's user may do; empty for others." })
  scopes(@Root() actor: ActorRow): ScopeName[] {
    return actor.scopes.map(nameOfScope);
  }

  @FieldResolver(() => PartnerType, { nullable: true, description: "The partner of a partner's user." })
  async partner(@Root() actor: ActorRow, @Ctx() context: RequestContext): Promise<PartnerType | null> {
    const row = actor.partnerId && (await context.loaders.partnerById.load(actor.partnerId));
    return row ? asPartner(row) : null;
  }

  @Mutation(() => RegisterActorPayload, {
    description:
      "Says whom a token's issuer and subject stand for. A disabled actor may be registered anew, a live one not.",
  })
  async registerActor(
    @Arg("input", () => RegisterActorInput, { description: "Who, and as what." }) input: RegisterActorInput,
    @Ctx() context: RequestContext,
  ): Promise<RegisterActorPayload> {
    const { as, ...rest } = input;
    const result = await registerActor(context, { ...rest, registration: registrationOf(context, as) });
    return payload(result, (actor) => ({ actor: asActor(actor) }));
  }

  @Mutation(() => DisableActorPayload, {
    description: "Keeps an actor out; the tokens it has open nothing any more after at most five seconds.",
  })
  async disableActor(
    @Arg("input", () => DisableActorInput, { description: "Whom." }) input: DisableActorInput,
    @Ctx() context: RequestContext,
  ): Promise<DisableActorPayload> {
    const result = await disableActor(context, {
      actorId: rawId(context, "Actor", input.id),
      reason: input.reason,
    });
    return payload(result, (actor) => ({ actor: asActor(actor) }));
  }
}

/** Of the input's fields exactly one is given: the schema says so and graphql-js enforces it. */
function registrationOf(context: RequestContext, input: RegistrationInput): Registration | undefined {
  const { staff, partner, member, service } = input;
  if (staff) return { kind: "staff", roles: staff.roles };
  if (partner) {
    const partnerId = rawId(context, "Partner", partner.partnerId);
    return { kind: "partner", partnerId, scopes: partner.scopes.map(scopeOfName) };
  }
  if (member) return { kind: "member", memberId: rawId(context, "Member", member) };
  return service ? { kind: "service" } : undefined;
}
