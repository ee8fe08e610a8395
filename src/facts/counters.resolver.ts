import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context";
import { readableScope } from "../graphql/authorize";
import { rawId } from "../graphql/ids-in-filters";
import { payload } from "../graphql/payload";
import { fromLocalisedText, LocalisedTextType, toLocalisedText } from "../graphql/value.types";
import { inLocale } from "../kernel/localised";
import { asMerchant } from "../merchants/merchants.resolver";
import { MerchantCategoryType, MerchantType } from "../merchants/merchants.types";
import { countersFor } from "./counters.snapshot";
import { DeclareHistoryCounterInput, DeclareHistoryCounterPayload, HistoryCounterType } from "./counters.types";
import { declareHistoryCounter } from "./declare-history-counter";
import type { HistoryCounterRow } from "./facts.queries";

const asHistoryCounter = (row: HistoryCounterRow) => row as unknown as HistoryCounterType;

@Resolver(() => HistoryCounterType)
export class HistoryCounterResolver {
  @Query(() => [HistoryCounterType], {
    description: "What is counted of members, by code. Partners see the counters of their own merchants.",
  })
  historyCounters(@Ctx() context: RequestContext): HistoryCounterType[] {
    readableScope(context, "historyCounters");
    return countersFor(context.services.catalogue.current, context.actor).map(asHistoryCounter);
  }

  @Mutation(() => DeclareHistoryCounterPayload, {
    description:
      "Says that something is counted of every member, and counts what was recorded within the period before. Purchases " +
      "wait meanwhile: declare it in quiet hours where there are many.",
  })
  async declareHistoryCounter(
    @Arg("input", () => DeclareHistoryCounterInput, { description: "The counter." }) input: DeclareHistoryCounterInput,
    @Ctx() context: RequestContext,
  ): Promise<DeclareHistoryCounterPayload> {
    const { merchantId, categoryCode, currency, reason, name, ...rest } = input;
    const result = await declareHistoryCounter(context, {
      ...rest,
      name: toLocalisedText(name),
      merchantId: merchantId ? rawId(context, "Merchant", merchantId) : null,
      categoryCode: categoryCode ?? null,
      currency: currency ?? null,
      reason: reason ?? null,
    });
    return payload(result, (counter) => ({ historyCounter: asHistoryCounter(counter) }));
  }

  @FieldResolver(() => String, { description: "Name in the caller's language." })
  name(@Root() counter: HistoryCounterRow, @Ctx() context: RequestContext): string {
    return inLocale(counter.name, context.locale);
  }

  @FieldResolver(() => LocalisedTextType, { description: "Name in every language." })
  nameTranslations(@Root() counter: HistoryCounterRow): LocalisedTextType {
    return fromLocalisedText(counter.name);
  }

  @FieldResolver(() => String, { description: "How rules name it: `history.purchases_90d`." })
  fact(@Root() { code }: HistoryCounterRow): string {
    return `history.${code}`;
  }

  @FieldResolver(() => MerchantType, {
    nullable: true,
    description: "Only what happens there is counted; null: anywhere.",
  })
  async merchant(
    @Root() { merchantId }: HistoryCounterRow,
    @Ctx() context: RequestContext,
  ): Promise<MerchantType | null> {
    const row = merchantId === null ? null : await context.loaders.merchantById.load(merchantId);
    return row && asMerchant(row);
  }

  @FieldResolver(() => MerchantCategoryType, {
    nullable: true,
    description: "Only what happens at merchants of it is counted; null: of any.",
  })
  category(@Root() { categoryCode }: HistoryCounterRow, @Ctx() context: RequestContext): MerchantCategoryType | null {
    if (categoryCode === null) return null;
    return context.services.catalogue.current.categories.get(categoryCode) ?? null;
  }
}
