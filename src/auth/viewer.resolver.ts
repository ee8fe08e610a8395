import { Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context";
import { forbidden } from "../graphql/errors";
import { MemberType } from "../members/members.types";
import { asPartner } from "../merchants/merchants.resolver";
import { PartnerType } from "../merchants/merchants.types";
import { ViewerType } from "./actors.types";
import { ActorKindEnum, nameOfKind, nameOfScope, PartnerScopeEnum, StaffRoleEnum, type ScopeName } from "./auth.enums";
import type { Actor, StaffRole } from "./core/actor";
import { reachOf } from "./core/policy";

type Caller = Exclude<Actor, { kind: "anonymous" }>;

@Resolver(() => ViewerType)
export class ViewerResolver {
  @Query(() => ViewerType, { nullable: true, description: "Who is calling; null for a caller without credentials." })
  viewer(@Ctx() { actor }: RequestContext): ViewerType | null {
    if (reachOf(actor, "viewer") === undefined) throw forbidden("viewer");
    return actor.kind === "anonymous" ? null : actor;
  }

  @FieldResolver(() => ActorKindEnum, { description: "What sort of caller it is." })
  kind(@Root() caller: Caller) {
    return nameOfKind(caller.kind);
  }

  @FieldResolver(() => [StaffRoleEnum], { description: "Roles of a person of the staff; empty for others." })
  roles(@Root() caller: Caller): StaffRole[] {
    return caller.kind === "staff" ? [...caller.roles] : [];
  }

  @FieldResolver(() => [PartnerScopeEnum], { description: "What a partner's user or key may do; empty for others." })
  scopes(@Root() caller: Caller): ScopeName[] {
    return caller.kind === "partner" ? [...caller.scopes].map(nameOfScope) : [];
  }

  @FieldResolver(() => PartnerType, { nullable: true, description: "The partner that a user or key belongs to." })
  async partner(@Root() caller: Caller, @Ctx() context: RequestContext): Promise<PartnerType | null> {
    if (caller.kind !== "partner") return null;
    const row = await context.loaders.partnerById.load(caller.partnerId);
    return row && asPartner(row);
  }

  @FieldResolver(() => MemberType, { nullable: true, description: "The member that a member's token stands for." })
  async member(@Root() caller: Caller, @Ctx() context: RequestContext): Promise<MemberType | null> {
    if (caller.kind !== "member") return null;
    const row = await context.loaders.memberById.load(caller.memberId);
    return row && (row as unknown as MemberType);
  }
}
