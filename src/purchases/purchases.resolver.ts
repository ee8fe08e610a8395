import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from "type-graphql";
import { scopeOf } from "../auth/core/policy";
import type { RequestContext } from "../context";
import { maySee } from "../graphql/authorize";
import { connection, pageRequest, type Connection } from "../graphql/connection";
import { badInput } from "../graphql/errors";
import { idOrNobody, rawId } from "../graphql/ids-in-filters";
import { registerNode } from "../graphql/node";
import { payload } from "../graphql/payload";
import { MoneyType } from "../graphql/value.types";
import { minorUnits } from "../kernel/money";
import type { Owned } from "../members/history";
import { earnForPurchase, type EarnedPoints } from "../earning/earn-for-purchase";
import { asProgram } from "../programs/programs.resolver";
import { memberResource } from "../members/member-resource";
import type { MemberRow } from "../members/members.queries";
import { asMember } from "../members/members.resolver";
import { MemberType } from "../members/members.types";
import type { MerchantRow } from "../merchants/merchants.queries";
import { asMerchant, asOutlet } from "../merchants/merchants.resolver";
import { MerchantType, OutletType } from "../merchants/merchants.types";
import { asDelivery } from "../offers/deliveries.resolver";
import { OfferDeliveryType } from "../offers/deliveries.types";
import { rewardsAtMerchant } from "../offers/offers.queries";
import { loyaltyFigures, minimumGroup } from "./core/loyalty";
import { purchasesByKeys, spendAtMerchant, type PurchaseRow } from "./purchases.queries";
import {
  EarnedPointsType,
  LoyaltyArgs,
  MerchantLoyaltyType,
  PurchaseConnection,
  PurchasesArgs,
  PurchaseType,
  RecordPurchaseInput,
  RecordPurchasePayload,
} from "./purchases.types";
import { purchasingMember } from "./purchasing-member";
import { recordPurchase } from "./record-purchase";

export const asPurchase = (row: Owned<PurchaseRow>) => row as unknown as PurchaseType;

/** Who may see the member, and of it the purchases, as the member's own field does. */
registerNode("Purchase", async (context, { memberId, id }) => {
  const member = memberId ? await context.loaders.memberById.load(memberId) : null;
  if (!memberId || !member || !maySee(context, "Member.purchases", memberResource(context, member))) return null;
  const reach = scopeOf(context.actor, "Member.purchases");
  const [row] = await purchasesByKeys(context.database.app, [{ memberId, id }], reach);
  return row ? { ...row, ownerId: member.memberId } : null;
});

@Resolver(() => MemberType)
export class MemberPurchasesResolver {
  @FieldResolver(() => PurchaseConnection, {
    nullable: true,
    description:
      "What the member bought, newest first; for partners at their own merchants. Null where the caller may not see it.",
  })
  async purchases(
    @Root() member: MemberRow,
    @Args() { filter, ...args }: PurchasesArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<PurchaseType> | null> {
    if (!maySee(context, "Member.purchases", memberResource(context, member))) return null;
    const page = pageRequest(context, ["Member.purchases", member.memberId, filter], args, 2);
    const asked = { ...filter, merchantId: idOrNobody(context, "Merchant", filter?.merchantId) };
    const { purchasesOfMember } = context.loaders;
    const rows = await purchasesOfMember.load({ ownerId: member.memberId, args: { filter: asked, page } });
    return connection(page, rows, (row) => [row.occurredAt.toISOString(), row.purchaseId], asPurchase);
  }
}

@Resolver(() => MerchantType)
export class MerchantLoyaltyResolver {
  @FieldResolver(() => MerchantLoyaltyType, {
    nullable: true,
    description:
      "What its members did in a window; null where the caller is neither the merchant's own partner nor staff of the " +
      "operator.",
  })
  async loyalty(
    @Root() merchant: MerchantRow,
    @Args() { from, to }: LoyaltyArgs,
    @Ctx() context: RequestContext,
  ): Promise<MerchantLoyaltyType | null> {
    if (!maySee(context, "Merchant.loyalty", { partnerId: merchant.partnerId })) return null;
    if (from >= to) throw badInput(`to is ${to.toISOString()}, expected an instant after from, ${from.toISOString()}.`);
    const { app } = context.database;
    const { members, byCurrency } = await spendAtMerchant(app, merchant.merchantId, from, to);
    const rewards = await rewardsAtMerchant(app, merchant.merchantId, from, to);
    return { from, to, minimumGroup, ...loyaltyFigures(members, byCurrency, rewards) };
  }
}

@Resolver(() => PurchaseType)
export class PurchaseResolver {
  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() purchase: PurchaseRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Purchase", purchase.purchaseId, purchase.memberId);
  }

  @FieldResolver(() => MoneyType, { description: "What was paid." })
  amount(@Root() { amountMinor, currency }: PurchaseRow): MoneyType {
    return { amountMinor, currency };
  }

  @FieldResolver(() => MerchantType, { nullable: true, description: "Where it was bought." })
  async merchant(@Root() purchase: PurchaseRow, @Ctx() context: RequestContext): Promise<MerchantType | null> {
    const row = await context.loaders.merchantById.load(purchase.merchantId);
    return row && asMerchant(row);
  }

  @FieldResolver(() => OutletType, { nullable: true, description: "At which outlet; null where it is not said." })
  async outlet(@Root() purchase: PurchaseRow, @Ctx() context: RequestContext): Promise<OutletType | null> {
    const row = purchase.outletId ? await context.loaders.outletById.load(purchase.outletId) : null;
    return row && asOutlet(row);
  }

  @FieldResolver(() => [OfferDeliveryType], {
    nullable: true,
    description:
      "The deliveries that recording it completed, oldest first; null where the caller may not see the member's " +
      "deliveries.",
  })
  async completedDeliveries(
    @Root() { ownerId, purchaseId }: Owned<PurchaseRow>,
    @Ctx() context: RequestContext,
  ): Promise<OfferDeliveryType[] | null> {
    if (scopeOf(context.actor, "Member.offerDeliveries").kind === "none") return null;
    const rows = await context.loaders.deliveriesCompletedWith.load({ ownerId, purchaseId });
    return rows.map(asDelivery);
  }

  @FieldResolver(() => [EarnedPointsType], {
    nullable: true,
    description:
      "What it earned when it was recorded and what gave it, base points first; points that were taken back since are " +
      "in it. Empty where it earned nothing; null where the caller may not see the member's transfers.",
  })
  async earned(
    @Root() { ownerId, purchaseId }: Owned<PurchaseRow>,
    @Ctx() context: RequestContext,
  ): Promise<EarnedPointsType[] | null> {
    if (scopeOf(context.actor, "Member.transfers").kind === "none") return null;
    const earned = await context.loaders.earnedByPurchase.load({ ownerId, purchaseId });
    return earned.map((each) => asEarned(context, each));
  }
}

function asEarned({ services }: RequestContext, { programId, kind, terms, ...earned }: EarnedPoints): EarnedPointsType {
  const program = services.catalogue.current.programs.get(programId);
  return { ...earned, isBonus: kind === "BONUS", because: terms, program: program ? asProgram(program) : null };
}

@Resolver()
export class PurchaseMutations {
  @Mutation(() => RecordPurchasePayload, {
    description: "Records what a member bought, and completes the offers that this completes.",
  })
  async recordPurchase(
    @Arg("input", () => RecordPurchaseInput, { description: "The purchase." }) input: RecordPurchaseInput,
    @Ctx() context: RequestContext,
  ): Promise<RecordPurchasePayload> {
    const result = await recordPurchase(context, {
      member: purchasingMember(context, input.member),
      merchantId: rawId(context, "Merchant", input.merchantId),
      outletId: idOrNobody(context, "Outlet", input.outletId),
      channel: input.channel,
      amount: { amountMinor: minorUnits(input.amount.amountMinor), currency: input.amount.currency },
      quantity: input.quantity ?? null,
      occurredAt: input.occurredAt,
      sourceReference: input.sourceReference,
      lines: input.lines.map(({ line, amountMinor, attributes }) => ({
        ...{ line, amountMinor, attributes: attributes.map(({ name, value }) => ({ name, value })) },
      })),
    });
    const earned = result.ok ? await earnForPurchase(context, result.value.purchase) : [];
    const member = result.ok ? await context.loaders.memberById.load(result.value.ownerId) : null;
    return payload(result, ({ purchase, completed, ownerId }) => ({
      purchase: asPurchase({ ...purchase, ownerId }),
      completedDeliveries: completed.map((row) => asDelivery({ ...row, ownerId })),
      earned: earned.map((each) => asEarned(context, each)),
      member: member && asMember(member),
    }));
  }
}
