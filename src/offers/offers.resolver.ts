import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import { registerAudienceUse } from "../audiences/used-by";
import type { RequestContext } from "../context";
import { maySee, readableScope } from "../graphql/authorize";
import { scopeOf } from "../auth/core/policy";
import { connection, pageRequest, type Connection } from "../graphql/connection";
import { idOrNobody } from "../graphql/ids-in-filters";
import { registerNode } from "../graphql/node";
import { fromLocalisedText, LocalisedTextType, MoneyType } from "../graphql/value.types";
import { inLocale } from "../kernel/localised";
import type { MerchantRow } from "../merchants/merchants.queries";
import { asMerchant } from "../merchants/merchants.resolver";
import { MerchantType } from "../merchants/merchants.types";
import { diffVersions } from "../publishing/publishing";
import { VersionChangeType } from "../publishing/publishing.types";
import { RuleType } from "../rules/rules.types";
import { registerTagUse } from "../tags/used-by";
import type { OfferChannel } from "./core/offer";
import { offerVersions, type OfferVersion } from "./offer-versions";
import { offersUsingTag, type OfferRow } from "./offers.queries";
import { offersInPage, offersNamingAudience } from "./offers.snapshot";
import { isRuleHidden, ruleFor, toOfferChange, toOfferVersion } from "./offers.view";
import {
  MerchantOffersArgs,
  OfferChannelEnum,
  OfferConnection,
  OffersArgs,
  OfferType,
  OfferUseType,
  OfferVersionType,
} from "./offers.types";

/** Objects of the room are its rows; fields that need the caller or the whole content are resolved here. */
export const asOffer = (row: OfferRow) => row as unknown as OfferType;

registerNode("Offer", (context, { id }) => context.loaders.offerById.load(id));
registerAudienceUse((snapshot, code, reach) =>
  offersNamingAudience(snapshot, code, reach).map((row) => ({ type: "Offer", id: row.offerId, label: row.code })),
);
registerTagUse(async ({ db }, tagCode, reach) => {
  const found = await offersUsingTag(db, tagCode, reach);
  return found.map(({ offerId, code }) => ({ type: "Offer", id: offerId, label: code }));
});

@Resolver(() => OfferType)
export class OfferResolver {
  @Query(() => OfferType, {
    nullable: true,
    description: "One offer by id; null where there is none or the caller may not see it.",
  })
  async offer(
    @Arg("id", () => ID, { description: "Global id." }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<OfferType | null> {
    readableScope(context, "offer");
    const reference = context.ids.openAs("Offer", id);
    const row = reference ? await context.loaders.offerById.load(reference.id) : null;
    return row && asOffer(row);
  }

  @Query(() => OfferConnection, { description: "The offers that the caller may see, oldest first." })
  offers(@Args() { filter, ...args }: OffersArgs, @Ctx() context: RequestContext): Connection<OfferType> {
    readableScope(context, "offers");
    const request = pageRequest(context, ["offers", filter], args, 1);
    const merchantId = idOrNobody(context, "Merchant", filter?.merchantId);
    const unpublished = scopeOf(context.actor, "Offer.unpublished");
    const { current } = context.services.catalogue;
    const rows = offersInPage(current, { ...filter, merchantId }, unpublished, request);
    return connection(request, rows, (row) => [row.offerId], asOffer);
  }

  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() offer: OfferRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Offer", offer.offerId);
  }

  @FieldResolver(() => String, { description: "Name in the caller's language." })
  name(@Root() offer: OfferRow, @Ctx() context: RequestContext): string {
    return inLocale(offer.name, context.locale);
  }

  @FieldResolver(() => LocalisedTextType, { description: "Name in every language." })
  nameTranslations(@Root() offer: OfferRow): LocalisedTextType {
    return fromLocalisedText(offer.name);
  }

  @FieldResolver(() => String, { description: "Terms in the caller's language." })
  async termsText(@Root() offer: OfferRow, @Ctx() context: RequestContext): Promise<string> {
    return inLocale((await leading(context, offer)).content.termsText, context.locale);
  }

  @FieldResolver(() => LocalisedTextType, { description: "Terms in every language." })
  async termsTextTranslations(@Root() offer: OfferRow, @Ctx() context: RequestContext): Promise<LocalisedTextType> {
    return fromLocalisedText((await leading(context, offer)).content.termsText);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "Picture for the caller's language, http or https.",
  })
  async imageUrl(@Root() offer: OfferRow, @Ctx() context: RequestContext): Promise<string | null> {
    const { imageUrl } = (await leading(context, offer)).content;
    return imageUrl && inLocale(imageUrl, context.locale);
  }

  @FieldResolver(() => LocalisedTextType, { nullable: true, description: "Picture for every language." })
  async imageUrlTranslations(
    @Root() offer: OfferRow,
    @Ctx() context: RequestContext,
  ): Promise<LocalisedTextType | null> {
    const { imageUrl } = (await leading(context, offer)).content;
    return imageUrl && fromLocalisedText(imageUrl);
  }

  @FieldResolver(() => MoneyType, { description: "What must be bought; zero for INFORMATIONAL." })
  mark(@Root() { markMinor, currency }: OfferRow): MoneyType {
    return { amountMinor: markMinor, currency };
  }

  @FieldResolver(() => MoneyType, { description: "What the member gets on completion; zero for INFORMATIONAL." })
  reward(@Root() { rewardMinor, currency }: OfferRow): MoneyType {
    return { amountMinor: rewardMinor, currency };
  }

  @FieldResolver(() => [OfferChannelEnum], { description: "By which ways it is meant to reach members." })
  async channels(@Root() offer: OfferRow, @Ctx() context: RequestContext): Promise<readonly OfferChannel[]> {
    return (await leading(context, offer)).content.channels;
  }

  @FieldResolver(() => [String], {
    nullable: true,
    description: "Codes of the tags its audience is described by; null where the caller may not see them.",
  })
  async audienceTags(@Root() offer: OfferRow, @Ctx() context: RequestContext): Promise<readonly string[] | null> {
    if (!(await seesAllOf(context, offer))) return null;
    return (await leading(context, offer)).content.audienceTags;
  }

  @FieldResolver(() => RuleType, {
    nullable: true,
    description: "Who may have it, and in which moments; null as `OfferContent.rule`.",
  })
  async rule(@Root() offer: OfferRow, @Ctx() context: RequestContext): Promise<RuleType | null> {
    if (!(await seesAllOf(context, offer))) return null;
    return ruleFor((await leading(context, offer)).content, context);
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description:
      "True where there is a rule that the caller may not see: it stays when the caller edits the offer and gives none. " +
      "Null as `audienceTags`.",
  })
  async isRuleHidden(@Root() offer: OfferRow, @Ctx() context: RequestContext): Promise<boolean | null> {
    if (!(await seesAllOf(context, offer))) return null;
    return isRuleHidden((await leading(context, offer)).content, context);
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: "Where it stands among what a member is shown, 0 to 1000, higher first; null as `audienceTags`.",
  })
  async priority(@Root() offer: OfferRow, @Ctx() context: RequestContext): Promise<number | null> {
    if (!(await seesAllOf(context, offer))) return null;
    return (await leading(context, offer)).content.priority;
  }

  @FieldResolver(() => MerchantType, { nullable: true, description: "The merchant whose offer it is." })
  async merchant(@Root() offer: OfferRow, @Ctx() context: RequestContext): Promise<MerchantType | null> {
    const row = await context.loaders.merchantById.load(offer.merchantId);
    return row && asMerchant(row);
  }

  @FieldResolver(() => [OfferVersionType], {
    nullable: true,
    description: "All its versions, oldest first; null where the caller may not see unpublished ones.",
  })
  async versions(@Root() offer: OfferRow, @Ctx() context: RequestContext): Promise<OfferVersionType[] | null> {
    if (!(await seesAllOf(context, offer))) return null;
    const versions = await versionsOf(context, offer.offerId);
    return versions.map((version) => toOfferVersion(version, context, true));
  }

  @FieldResolver(() => [VersionChangeType], {
    nullable: true,
    description:
      "In which places two versions differ, by path, rules as text; null where one does not exist or the caller may not " +
      "see unpublished ones. Of a rule that the caller may not see it is told that it differs, without its texts.",
  })
  async versionDiff(
    @Arg("from", () => Int, { description: "Number of the earlier version." }) from: number,
    @Arg("to", () => Int, { description: "Number of the later version." }) to: number,
    @Root() offer: OfferRow,
    @Ctx() context: RequestContext,
  ): Promise<VersionChangeType[] | null> {
    if (!(await seesAllOf(context, offer))) return null;
    const versions = await versionsOf(context, offer.offerId);
    const [before, after] = [from, to].map((number) => versions.find((version) => version.version === number));
    if (!before || !after) return null;
    const contents = [before.content, after.content];
    return diffVersions(offerVersions, before, after).map((change) => toOfferChange(change, context, contents));
  }

  @FieldResolver(() => OfferUseType, {
    nullable: true,
    description: "Who refers to it; null where the caller may not see unpublished ones of this merchant.",
  })
  async usedBy(@Root() offer: OfferRow, @Ctx() context: RequestContext): Promise<OfferUseType | null> {
    return (await seesAllOf(context, offer)) ? context.loaders.useOfOffer.load(offer.offerId) : null;
  }
}

@Resolver(() => MerchantType)
export class MerchantOffersResolver {
  @FieldResolver(() => OfferConnection, { description: "Its offers that the caller may see, oldest first." })
  offers(
    @Root() { merchantId }: MerchantRow,
    @Args() { state, ...args }: MerchantOffersArgs,
    @Ctx() context: RequestContext,
  ): Connection<OfferType> {
    const page = pageRequest(context, ["Merchant.offers", merchantId, state], args, 1);
    const unpublished = scopeOf(context.actor, "Offer.unpublished");
    const rows = offersInPage(context.services.catalogue.current, { merchantId, state }, unpublished, page);
    return connection(page, rows, (row) => [row.offerId], asOffer);
  }
}

/** Staff and the offer's own partner see all of it: every version, who worked on it, whom it is meant for. */
async function seesAllOf(context: RequestContext, offer: OfferRow): Promise<boolean> {
  const merchant = await context.loaders.merchantById.load(offer.merchantId);
  return maySee(context, "Offer.unpublished", { partnerId: merchant?.partnerId });
}

async function leading(context: RequestContext, offer: OfferRow): Promise<OfferVersion> {
  return versionOf(context, offer.offerId, offer.version);
}

/**
 * Versions are never taken away, so one that a row names is there; where a member's row names one that is newer than the
 * snapshot of this server, the snapshot is brought up to date.
 */
export async function versionOf(context: RequestContext, offerId: string, version: number): Promise<OfferVersion> {
  const withNumber = (versions: readonly OfferVersion[]) => versions.find((each) => each.version === version);
  const known = withNumber(await versionsOf(context, offerId));
  if (known) return known;
  await context.services.catalogue.catchUp();
  const found = withNumber(await versionsOf(context, offerId));
  if (!found) throw new Error(`offer ${offerId} has no version ${version}`);
  return found;
}

async function versionsOf(context: RequestContext, offerId: string): Promise<readonly OfferVersion[]> {
  return (await context.loaders.versionsOfOffer.load(offerId)) ?? [];
}
