import { Args, Ctx, FieldResolver, ID, Resolver, Root } from "type-graphql";
import { BenefitCategoryEnum } from "../benefits/benefits.types";
import { quotaOf, type BenefitCategory } from "../benefits/core/benefit";
import { readTerms } from "../benefits/core/stored-terms";
import { BenefitTermsUnion, shownTerms } from "../benefits/terms.types";
import type { RequestContext } from "../context";
import { maySee } from "../graphql/authorize";
import { connection, pageRequest, type Connection } from "../graphql/connection";
import { badInput } from "../graphql/errors";
import { registerNode } from "../graphql/node";
import { MoneyType } from "../graphql/value.types";
import { inLocale } from "../kernel/localised";
import type { Owned } from "../members/history";
import { memberResource } from "../members/member-resource";
import type { MemberRow } from "../members/members.queries";
import { MemberType } from "../members/members.types";
import { asMerchant, asOutlet } from "../merchants/merchants.resolver";
import { MerchantType, OutletType } from "../merchants/merchants.types";
import { concerns, pinnedBenefit } from "./benefit-of";
import { standingAt, type Standing } from "./core/entitlement";
import { quotaAt } from "./core/quota";
import { takesQuota, type RedemptionState } from "./core/redemption";
import type { CostRow } from "./entitlements.loaders";
import type { EntitlementRow, RedemptionRow } from "./entitlements.queries";
import {
  AtArgs,
  EntitlementConnection,
  EntitlementsArgs,
  EntitlementType,
  FirstArgs,
  QuotaStandingType,
  RedemptionCostType,
  RedemptionStateEnum,
  RedemptionType,
  StandingEnum,
  type EntitlementFilterInput,
} from "./entitlements.types";

export const asEntitlement = (row: EntitlementRow) => row as unknown as EntitlementType;
export const asRedemption = (row: RedemptionRow) => row as unknown as RedemptionType;

/** Who may see the member, and of it the entitlements, as the member's own field does. */
async function maySeeRow(context: RequestContext, row: EntitlementRow): Promise<boolean> {
  const member = await context.loaders.memberById.load(row.memberId);
  if (!member || !maySee(context, "Member.entitlements", memberResource(context, member))) return false;
  const { actor, services } = context;
  return actor.kind !== "partner" || concerns(await pinnedBenefit(services, row), actor.partnerId);
}

registerNode("Entitlement", async (context, { memberId, id }) => {
  const row = memberId ? await context.loaders.entitlementByKey.load({ memberId, id }) : null;
  return row && (await maySeeRow(context, row)) ? row : null;
});

registerNode("Redemption", async (context, { memberId, id }) => {
  const row = memberId ? await context.loaders.redemptionByKey.load({ memberId, id }) : null;
  const held = row && (await context.loaders.entitlementByKey.load({ memberId: row.memberId, id: row.entitlementId }));
  return held && (await maySeeRow(context, held)) && (await isShown(context, row)) ? row : null;
});

/** Of the uses of an entitlement that concerns it a merchant sees those at its own merchants; owner and supplier see all. */
async function isShown(context: RequestContext, row: RedemptionRow): Promise<boolean> {
  const { actor, services, loaders } = context;
  if (actor.kind !== "partner") return true;
  const held = await loaders.entitlementByKey.load({ memberId: row.memberId, id: row.entitlementId });
  if (!held) return false;
  const { partnerId, snapshot, content } = await pinnedBenefit(services, held);
  const own = [partnerId, snapshot.partnersByCode.get(content.supplierCode)?.partnerId];
  const merchant = row.merchantId ? snapshot.merchants.get(row.merchantId) : undefined;
  return [...own, merchant?.partnerId].includes(actor.partnerId);
}

@Resolver(() => MemberType)
export class MemberEntitlementsResolver {
  @FieldResolver(() => EntitlementConnection, {
    nullable: true,
    description:
      "What the member holds, oldest first. Partners see what concerns them: their own benefits, what they supply or pay " +
      "for, and what is used at their merchants. Null where the caller may not see it.",
  })
  async entitlements(
    @Root() member: MemberRow,
    @Args() { filter, ...args }: EntitlementsArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<EntitlementType> | null> {
    if (!maySee(context, "Member.entitlements", memberResource(context, member))) return null;
    const page = pageRequest(context, ["Member.entitlements", member.memberId, filter], args, 2);
    const all = await context.loaders.entitlementsOfMember.load(member.memberId);
    const rows: Owned<EntitlementRow>[] = [];
    for (const row of all) {
      if (page.after && !isAfter(row, page.after)) continue;
      if (await isWanted(context, row, filter ?? {})) rows.push(row);
      if (rows.length > page.limit) break;
    }
    return connection(page, rows, (row) => [row.grantedAt.toISOString(), row.entitlementId], asEntitlement);
  }
}

function isAfter(row: EntitlementRow, [grantedAt = "", entitlementId = ""]: readonly string[]): boolean {
  const own = row.grantedAt.toISOString();
  return own > grantedAt || (own === grantedAt && row.entitlementId > entitlementId);
}

async function isWanted(
  context: RequestContext,
  row: EntitlementRow,
  filter: EntitlementFilterInput,
): Promise<boolean> {
  const { standings, at, kind, category } = filter;
  if (kind && row.kind !== kind) return false;
  if (standings && !standings.includes(standingAt(row, at ?? context.now))) return false;
  if (!category && context.actor.kind !== "partner") return true;
  const benefit = await pinnedBenefit(context.services, row);
  if (category && benefit.content.category !== category) return false;
  return context.actor.kind !== "partner" || concerns(benefit, context.actor.partnerId);
}

@Resolver(() => EntitlementType)
export class EntitlementResolver {
  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() row: EntitlementRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Entitlement", row.entitlementId, row.memberId);
  }

  @FieldResolver(() => String, { description: "The benefit's name in its version, in the caller's language." })
  async name(@Root() row: EntitlementRow, @Ctx() { services, locale }: RequestContext): Promise<string> {
    return inLocale((await pinnedBenefit(services, row)).content.name, locale);
  }

  @FieldResolver(() => String, { description: "The terms in words, in the caller's language." })
  async termsText(@Root() row: EntitlementRow, @Ctx() { services, locale }: RequestContext): Promise<string> {
    return inLocale((await pinnedBenefit(services, row)).content.termsText, locale);
  }

  @FieldResolver(() => BenefitCategoryEnum, { description: "What it is looked for under." })
  async category(@Root() row: EntitlementRow, @Ctx() { services }: RequestContext): Promise<BenefitCategory> {
    return (await pinnedBenefit(services, row)).content.category;
  }

  @FieldResolver(() => BenefitTermsUnion, { description: "The terms in force for it, which never change." })
  terms(@Root() row: EntitlementRow): object {
    return shownTerms(readTerms(row.terms));
  }

  @FieldResolver(() => StandingEnum, { description: "How it stands at an instant." })
  standing(@Root() row: EntitlementRow, @Args() { at }: AtArgs, @Ctx() { now }: RequestContext): Standing {
    return standingAt(row, at ?? now);
  }

  @FieldResolver(() => QuotaStandingType, { description: "Where its quota stands at an instant, by what is used now." })
  async quota(
    @Root() row: EntitlementRow,
    @Args() { at }: AtArgs,
    @Ctx() { loaders, now }: RequestContext,
  ): Promise<QuotaStandingType> {
    const uses = await loaders.usesOfEntitlement.load({ memberId: row.memberId, id: row.entitlementId });
    return quotaAt({ ...row, quota: quotaOf(readTerms(row.terms)) }, uses, at ?? now);
  }

  @FieldResolver(() => [RedemptionType], {
    description: "Its newest uses, newest first; for merchants those at their own.",
  })
  async redemptions(
    @Root() row: EntitlementRow,
    @Args() { first }: FirstArgs,
    @Ctx() context: RequestContext,
  ): Promise<RedemptionType[]> {
    if (first < 0 || first > 100) throw badInput(`first is ${first}, expected 0 to 100.`);
    const key = { memberId: row.memberId, id: row.entitlementId };
    const shown: RedemptionType[] = [];
    for (const each of await context.loaders.redemptionsOfEntitlement.load(key)) {
      if (shown.length < first && (await isShown(context, each))) shown.push(asRedemption(each));
    }
    return shown;
  }
}

@Resolver(() => RedemptionType)
export class RedemptionResolver {
  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() row: RedemptionRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Redemption", row.redemptionId, row.memberId);
  }

  @FieldResolver(() => RedemptionStateEnum, {
    description:
      "How far it is: a reservation whose time is over is RELEASED, whether or not that was written down yet.",
  })
  state(@Root() row: RedemptionRow, @Ctx() { now }: RequestContext): RedemptionState {
    return row.state === "RESERVED" && !takesQuota(row, now) ? "RELEASED" : row.state;
  }

  @FieldResolver(() => MerchantType, { nullable: true, description: "Where; null where nobody said." })
  async merchant(@Root() row: RedemptionRow, @Ctx() { loaders }: RequestContext): Promise<MerchantType | null> {
    const merchant = row.merchantId ? await loaders.merchantById.load(row.merchantId) : null;
    return merchant && asMerchant(merchant);
  }

  @FieldResolver(() => OutletType, { nullable: true, description: "At which outlet; null where nobody said." })
  async outlet(@Root() row: RedemptionRow, @Ctx() { loaders }: RequestContext): Promise<OutletType | null> {
    const outlet = row.outletId ? await loaders.outletById.load(row.outletId) : null;
    return outlet && asOutlet(outlet);
  }

  @FieldResolver(() => [RedemptionCostType], {
    nullable: true,
    description: "What it makes funders owe; null where that is not the caller's to see.",
  })
  async costs(@Root() row: RedemptionRow, @Ctx() context: RequestContext): Promise<RedemptionCostType[] | null> {
    if (!maySee(context, "Redemption.costs")) return null;
    const costs = await context.loaders.costsOfRedemption.load({ memberId: row.memberId, id: row.redemptionId });
    return costs.map(asCost);
  }
}

function asCost({ amountMinor, currency, ...row }: CostRow): RedemptionCostType {
  const amount: MoneyType = { amountMinor, currency };
  return { ...row, amount };
}
