import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context";
import { readableScope } from "../graphql/authorize";
import { connection, pageRequest, PageArgs, type Connection } from "../graphql/connection";
import { idOrNobody } from "../graphql/ids-in-filters";
import { registerNode } from "../graphql/node";
import { fromLocalisedText, LocalisedTextType } from "../graphql/value.types";
import { inLocale } from "../kernel/localised";
import {
  pageOfOutlets,
  type CategoryRow,
  type MerchantRow,
  type OutletRow,
  type PartnerRow,
} from "./merchants.queries";
import { merchantsInPage } from "./merchants.snapshot";
import {
  MerchantCategoryType,
  MerchantConnection,
  MerchantsArgs,
  MerchantType,
  OutletConnection,
  OutletsArgs,
  OutletType,
  PartnerType,
} from "./merchants.types";

/** Objects of a room are its rows; fields that need the caller (id, language) are resolved here. */
export const asPartner = (row: PartnerRow) => row as unknown as PartnerType;
export const asMerchant = (row: MerchantRow) => row as unknown as MerchantType;
export const asOutlet = (row: OutletRow) => row as unknown as OutletType;

registerNode("Partner", (context, { id }) => context.loaders.partnerById.load(id));
registerNode("Merchant", (context, { id }) => context.loaders.merchantById.load(id));
registerNode("Outlet", (context, { id }) => context.loaders.outletById.load(id));

@Resolver(() => PartnerType)
export class PartnerResolver {
  @Query(() => [PartnerType], { description: "The organisations of the alliance, by code." })
  partners(@Ctx() context: RequestContext): PartnerType[] {
    readableScope(context, "partners");
    return [...context.services.catalogue.current.partnersByCode.values()].map(asPartner);
  }

  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() partner: PartnerRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Partner", partner.partnerId);
  }

  @FieldResolver(() => String, { description: "Name in the caller's language." })
  name(@Root() partner: PartnerRow, @Ctx() context: RequestContext): string {
    return inLocale(partner.name, context.locale);
  }

  @FieldResolver(() => MerchantConnection, { description: "The merchants the partner runs, oldest first." })
  merchants(
    @Root() { partnerId }: PartnerRow,
    @Args() args: PageArgs,
    @Ctx() context: RequestContext,
  ): Connection<MerchantType> {
    const page = pageRequest(context, ["Partner.merchants", partnerId], args, 1);
    const rows = merchantsInPage(context.services.catalogue.current, { partnerId }, page);
    return connection(page, rows, (row) => [row.merchantId], asMerchant);
  }
}

@Resolver(() => MerchantCategoryType)
export class MerchantCategoryResolver {
  @Query(() => [MerchantCategoryType], { description: "What merchants sell, by code." })
  merchantCategories(@Ctx() context: RequestContext): MerchantCategoryType[] {
    readableScope(context, "merchantCategories");
    return [...context.services.catalogue.current.categories.values()];
  }

  @FieldResolver(() => String, { description: "Name in the caller's language." })
  name(@Root() category: CategoryRow, @Ctx() context: RequestContext): string {
    return inLocale(category.name, context.locale);
  }
}

@Resolver(() => MerchantType)
export class MerchantResolver {
  @Query(() => MerchantType, {
    nullable: true,
    description: "One merchant, by id or by code; null where there is none.",
  })
  async merchant(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { nullable: true, description: "Global id." }) id?: string,
    @Arg("code", () => String, { nullable: true, description: "Its code." }) code?: string,
  ): Promise<MerchantType | null> {
    readableScope(context, "merchant");
    if (code) {
      const row = await context.loaders.merchantByCode.load(code);
      return row && asMerchant(row);
    }
    const reference = id ? context.ids.openAs("Merchant", id) : undefined;
    const row = reference ? await context.loaders.merchantById.load(reference.id) : null;
    return row && asMerchant(row);
  }

  @Query(() => MerchantConnection, { description: "Merchants, oldest first." })
  merchants(@Args() { filter, ...args }: MerchantsArgs, @Ctx() context: RequestContext): Connection<MerchantType> {
    readableScope(context, "merchants");
    const request = pageRequest(context, ["merchants", filter], args, 1);
    const asked = {
      ...filter,
      partnerId: idOrNobody(context, "Partner", filter?.partnerId),
      parentMerchantId: idOrNobody(context, "Merchant", filter?.parentMerchantId),
    };
    const rows = merchantsInPage(context.services.catalogue.current, asked, request);
    return connection(request, rows, (row) => [row.merchantId], asMerchant);
  }

  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() merchant: MerchantRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Merchant", merchant.merchantId);
  }

  @FieldResolver(() => String, { description: "Name in the caller's language." })
  name(@Root() merchant: MerchantRow, @Ctx() context: RequestContext): string {
    return inLocale(merchant.name, context.locale);
  }

  @FieldResolver(() => LocalisedTextType, { description: "Name in every language." })
  nameTranslations(@Root() merchant: MerchantRow): LocalisedTextType {
    return fromLocalisedText(merchant.name);
  }

  @FieldResolver(() => PartnerType, { nullable: true, description: "The partner behind the merchant." })
  async partner(@Root() merchant: MerchantRow, @Ctx() context: RequestContext): Promise<PartnerType | null> {
    const row = await context.loaders.partnerById.load(merchant.partnerId);
    return row && asPartner(row);
  }

  @FieldResolver(() => MerchantType, { nullable: true, description: "The chain it belongs to." })
  async parent(@Root() merchant: MerchantRow, @Ctx() context: RequestContext): Promise<MerchantType | null> {
    if (!merchant.parentMerchantId) return null;
    const row = await context.loaders.merchantById.load(merchant.parentMerchantId);
    return row && asMerchant(row);
  }

  @FieldResolver(() => MerchantCategoryType, { nullable: true, description: "What it sells." })
  async category(@Root() merchant: MerchantRow, @Ctx() context: RequestContext): Promise<MerchantCategoryType | null> {
    return context.loaders.categoryByCode.load(merchant.categoryCode);
  }

  @FieldResolver(() => OutletConnection, { description: "Its outlets, oldest first." })
  async outlets(
    @Root() merchant: MerchantRow,
    @Args() args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<OutletType>> {
    const page = pageRequest(context, ["Merchant.outlets", merchant.merchantId], args, 1);
    const rows = await context.loaders.outletsOfMerchant.load({ ownerId: merchant.merchantId, args: page });
    return connection(page, rows, (row) => [row.outletId], asOutlet);
  }
}

@Resolver(() => OutletType)
export class OutletResolver {
  @Query(() => OutletType, { nullable: true, description: "One outlet by id; null where there is none." })
  async outlet(
    @Arg("id", () => ID, { description: "Global id." }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<OutletType | null> {
    readableScope(context, "outlet");
    const reference = context.ids.openAs("Outlet", id);
    const row = reference ? await context.loaders.outletById.load(reference.id) : null;
    return row && asOutlet(row);
  }

  @Query(() => OutletConnection, { description: "Outlets, oldest first." })
  async outlets(
    @Args() { filter, ...args }: OutletsArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<OutletType>> {
    readableScope(context, "outlets");
    const request = pageRequest(context, ["outlets", filter], args, 1);
    const asked = { ...filter, merchantId: idOrNobody(context, "Merchant", filter?.merchantId) };
    const rows = await pageOfOutlets(context.database.app, asked, request);
    return connection(request, rows, (row) => [row.outletId], asOutlet);
  }

  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() outlet: OutletRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Outlet", outlet.outletId);
  }

  @FieldResolver(() => String, { description: "Name in the caller's language." })
  name(@Root() outlet: OutletRow, @Ctx() context: RequestContext): string {
    return inLocale(outlet.name, context.locale);
  }

  @FieldResolver(() => String, { nullable: true, description: "Street address in the caller's language." })
  address(@Root() outlet: OutletRow, @Ctx() context: RequestContext): string | null {
    return outlet.address && inLocale(outlet.address, context.locale);
  }

  @FieldResolver(() => MerchantType, { nullable: true, description: "The merchant it belongs to." })
  async merchant(@Root() outlet: OutletRow, @Ctx() context: RequestContext): Promise<MerchantType | null> {
    const row = await context.loaders.merchantById.load(outlet.merchantId);
    return row && asMerchant(row);
  }
}
