import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context";
import { maySee } from "../graphql/authorize";
import { connection, PageArgs, pageRequest, type Connection } from "../graphql/connection";
import { rawId } from "../graphql/ids-in-filters";
import { registerNode } from "../graphql/node";
import { payload } from "../graphql/payload";
import { scopeOf } from "../auth/core/policy";
import { nobody } from "../kernel/ids";
import type { Owned } from "../members/history";
import { memberResource } from "../members/member-resource";
import type { MemberRow } from "../members/members.queries";
import { MemberType } from "../members/members.types";
import { activateOffer } from "./activate-offer";
import { deliveryState, type DeliveryState } from "./core/offer";
import { deliverOffer } from "./deliver-offer";
import { activationsByKeys, deliveriesByKeys, type ActivationRow, type DeliveryRow } from "./deliveries.queries";
import {
  ActivateOfferInput,
  ActivateOfferPayload,
  DeliveriesArgs,
  DeliverOfferInput,
  DeliverOfferPayload,
  DeliveryStateEnum,
  MarkOfferViewedInput,
  MarkOfferViewedPayload,
  OfferActivationConnection,
  OfferActivationType,
  OfferDeliveryConnection,
  OfferDeliveryType,
  OfferProgressType,
} from "./deliveries.types";
import { shownProgress } from "./deliveries.view";
import { markOfferViewed } from "./mark-offer-viewed";
import { asOffer, versionOf } from "./offers.resolver";
import { OfferContentType, OfferType } from "./offers.types";
import { toOfferContent } from "./offers.view";

export const asDelivery = (row: Owned<DeliveryRow>) => row as unknown as OfferDeliveryType;
export const asActivation = (row: Owned<ActivationRow>) => row as unknown as OfferActivationType;

/** Who may see the member, and of it the deliveries, as the member's own field does. */
registerNode("OfferDelivery", async (context, { memberId, id }) => {
  const member = memberId ? await context.loaders.memberById.load(memberId) : null;
  if (!memberId || !member || !maySee(context, "Member.offerDeliveries", memberResource(context, member))) return null;
  const reach = scopeOf(context.actor, "Member.offerDeliveries");
  const [row] = await deliveriesByKeys(context.database.app, [{ memberId, id }], reach);
  return row ? { ...row, ownerId: member.memberId } : null;
});

registerNode("OfferActivation", async (context, { memberId, id }) => {
  const member = memberId ? await context.loaders.memberById.load(memberId) : null;
  if (!memberId || !member || !maySee(context, "Member.activations", memberResource(context, member))) return null;
  const reach = scopeOf(context.actor, "Member.activations");
  const [row] = await activationsByKeys(context.database.app, [{ memberId, id }], reach);
  return row ? { ...row, ownerId: member.memberId } : null;
});

@Resolver(() => MemberType)
export class MemberOffersResolver {
  @FieldResolver(() => OfferDeliveryConnection, {
    nullable: true,
    description:
      "The offers that reached the member, newest first; for partners those of their own merchants. Null where the " +
      "caller may not see them.",
  })
  async offerDeliveries(
    @Root() member: MemberRow,
    @Args() { state, ...args }: DeliveriesArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<OfferDeliveryType> | null> {
    if (!maySee(context, "Member.offerDeliveries", memberResource(context, member))) return null;
    const page = pageRequest(context, ["Member.offerDeliveries", member.memberId, state], args, 2);
    const filter = { state, now: context.now };
    const rows = await context.loaders.deliveriesOfMember.load({ ownerId: member.memberId, args: { filter, page } });
    return connection(page, rows, (row) => [row.deliveredAt.toISOString(), row.deliveryId], asDelivery);
  }

  @FieldResolver(() => OfferActivationConnection, {
    nullable: true,
    description:
      "The offers that the member took up, newest first; for partners those of their own merchants. Null where the " +
      "caller may not see them.",
  })
  async activations(
    @Root() member: MemberRow,
    @Args() args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<OfferActivationType> | null> {
    if (!maySee(context, "Member.activations", memberResource(context, member))) return null;
    const page = pageRequest(context, ["Member.activations", member.memberId], args, 2);
    const rows = await context.loaders.activationsOfMember.load({ ownerId: member.memberId, args: page });
    return connection(page, rows, (row) => [row.activatedAt.toISOString(), row.activationId], asActivation);
  }
}

@Resolver(() => OfferDeliveryType)
export class OfferDeliveryResolver {
  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() delivery: Owned<DeliveryRow>, @Ctx() context: RequestContext): string {
    return context.ids.seal("OfferDelivery", delivery.deliveryId, delivery.memberId);
  }

  @FieldResolver(() => DeliveryStateEnum, { description: "Where it stands now." })
  state(@Root() delivery: Owned<DeliveryRow>, @Ctx() context: RequestContext): DeliveryState {
    return deliveryState(delivery, context.now);
  }

  @FieldResolver(() => OfferType, { nullable: true, description: "The offer as it is today." })
  async offer(@Root() delivery: Owned<DeliveryRow>, @Ctx() context: RequestContext): Promise<OfferType | null> {
    const row = await context.loaders.offerById.load(delivery.offerId);
    return row && asOffer(row);
  }

  @FieldResolver(() => OfferContentType, { description: "What the version says that it pins." })
  async terms(@Root() delivery: Owned<DeliveryRow>, @Ctx() context: RequestContext): Promise<OfferContentType> {
    const { content } = await versionOf(context, delivery.offerId, delivery.offerVersion);
    return toOfferContent(content, context, false);
  }

  @FieldResolver(() => OfferProgressType, {
    nullable: true,
    description: "How far the member is with it; null for INFORMATIONAL, which nothing completes.",
  })
  async progress(
    @Root() delivery: Owned<DeliveryRow>,
    @Ctx() context: RequestContext,
  ): Promise<OfferProgressType | null> {
    if (delivery.kind === "INFORMATIONAL") return null;
    return shownProgress(delivery, await context.loaders.progressOfDelivery.load(delivery));
  }
}

@Resolver(() => OfferActivationType)
export class OfferActivationResolver {
  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() activation: ActivationRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("OfferActivation", activation.activationId, activation.memberId);
  }

  @FieldResolver(() => OfferType, { nullable: true, description: "The offer as it is today." })
  async offer(@Root() activation: ActivationRow, @Ctx() context: RequestContext): Promise<OfferType | null> {
    const row = await context.loaders.offerById.load(activation.offerId);
    return row && asOffer(row);
  }

  @FieldResolver(() => OfferContentType, { description: "What the version says that it pins." })
  async terms(@Root() activation: ActivationRow, @Ctx() context: RequestContext): Promise<OfferContentType> {
    const { content } = await versionOf(context, activation.offerId, activation.offerVersion);
    return toOfferContent(content, context, false);
  }
}

@Resolver()
export class DeliveryMutations {
  @Mutation(() => DeliverOfferPayload, { description: "Brings a published offer to a member, now." })
  async deliverOffer(
    @Arg("input", () => DeliverOfferInput, { description: "The offer and the member." }) input: DeliverOfferInput,
    @Ctx() context: RequestContext,
  ): Promise<DeliverOfferPayload> {
    const result = await deliverOffer(context, {
      offerId: rawId(context, "Offer", input.offerId),
      memberId: rawId(context, "Member", input.memberId),
      channel: input.channel ?? null,
      sourceReference: input.sourceReference,
    });
    return payload(result, (row) => ({ delivery: asDelivery(row) }));
  }

  @Mutation(() => MarkOfferViewedPayload, {
    description: "Notes that the member saw a delivery; the first time counts.",
  })
  async markOfferViewed(
    @Arg("input", () => MarkOfferViewedInput, { description: "The delivery." }) input: MarkOfferViewedInput,
    @Ctx() context: RequestContext,
  ): Promise<MarkOfferViewedPayload> {
    const reference = context.ids.openAs("OfferDelivery", input.deliveryId);
    const result = await markOfferViewed(context, {
      memberId: reference?.memberId ?? nobody,
      deliveryId: reference?.id ?? nobody,
    });
    return payload(result, (row) => ({ delivery: asDelivery(row) }));
  }

  @Mutation(() => ActivateOfferPayload, {
    description: "A member takes an offer up, which pins its version; once more answers the first activation.",
  })
  async activateOffer(
    @Arg("input", () => ActivateOfferInput, { description: "The offer." }) input: ActivateOfferInput,
    @Ctx() context: RequestContext,
  ): Promise<ActivateOfferPayload> {
    const { actor } = context;
    const self = actor.kind === "member" ? actor.memberId : nobody;
    const result = await activateOffer(context, {
      offerId: rawId(context, "Offer", input.offerId),
      memberId: input.memberId ? rawId(context, "Member", input.memberId) : self,
    });
    return payload(result, (row) => ({ activation: asActivation(row) }));
  }
}
