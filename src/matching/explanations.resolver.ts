import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import { allows } from "../auth/core/policy";
import type { RequestContext } from "../context";
import { readableScope } from "../graphql/authorize";
import { badInput, forbidden } from "../graphql/errors";
import { rawId } from "../graphql/ids-in-filters";
import { memberResource } from "../members/member-resource";
import { asMember } from "../members/members.resolver";
import type { OfferRow } from "../offers/offers.queries";
import { asOffer } from "../offers/offers.resolver";
import type { Rule } from "../rules/core/rule";
import { fromRuleInput } from "../rules/rules.view";
import { readWrittenRule } from "../rules/written-rule";
import { askedMoment } from "./asked-moment";
import { explainRule, gatesOfOffer } from "./explain-rule";
import { ExplainedInput, ExplanationType } from "./explanations.types";
import { toExplanation } from "./explanations.view";
import { MomentInput } from "./moment.inputs";
import { seesAllOf, seesRuleOf } from "./sight";

@Resolver()
export class ExplanationResolver {
  @Query(() => ExplanationType, {
    nullable: true,
    description:
      "Why a member gets an offer in a moment, or why not: every condition of its rule with what the member has, what is " +
      "wanted and how far apart they are. What the caller may not see is withheld, but not that it decided. Null where " +
      "there is no such member or offer, or the caller may not see it; partners ask of their own merchants' offers.",
  })
  async explain(
    @Arg("memberId", () => ID, { description: "The member." }) memberId: string,
    @Arg("of", () => ExplainedInput, { description: "The offer, or a rule of one's own." }) of: ExplainedInput,
    @Ctx() context: RequestContext,
    @Arg("moment", () => MomentInput, { nullable: true, description: "Which moment; now, and nothing known of it." })
    asked?: MomentInput | null,
  ): Promise<ExplanationType | null> {
    readableScope(context, "explain");
    const moment = askedMoment(context, asked ?? {});
    const explained = of.offerId ? offerToExplain(context, of.offerId) : ruleToExplain(context, of);
    const row = await context.loaders.memberById.load(rawId(context, "Member", memberId));
    if (!explained || !row || !allows(context.actor, "explain", memberResource(context, row))) return null;
    const member = await context.loaders.memberToMatch.load({ member: row, at: moment.instant });
    const { offer, rule, seesRule } = explained;
    const gates = offer ? gatesOfOffer(context, { offer, member, moment }) : [];
    const explanation = explainRule(context, { member, moment, rule, seesRule }, gates);
    return { ...toExplanation(context, explanation), member: asMember(row), offer: offer && asOffer(offer) };
  }
}

interface Explained {
  readonly offer: OfferRow | null;
  readonly rule: Rule | null;
  readonly seesRule: boolean;
}

/** By the rule of its leading version, which for a draft is what would be published. */
function offerToExplain(context: RequestContext, globalId: string): Explained | null {
  const { catalogue, actor } = context;
  const offer = catalogue.offers.get(rawId(context, "Offer", globalId));
  const version = offer && catalogue.offerVersions.get(offer.offerId)?.find((each) => each.version === offer.version);
  if (!offer || !version) return null;
  const seesRule = seesRuleOf(context, offer.merchantId);
  // Others' offers would tell a partner by their rules what it may not know of its members.
  if (!seesRule && (offer.publishedAt === null || actor.kind === "partner")) return null;
  return { offer, rule: version.content.rule, seesRule };
}

function ruleToExplain(context: RequestContext, { rule: tree, ruleText: text }: ExplainedInput): Explained {
  const { actor, catalogue } = context;
  // Rules are nobody's own before they are written, so that only the grant is asked for.
  const partnerId = actor.kind === "partner" ? actor.partnerId : null;
  if (!allows(actor, "ExplainedInput.rule", { partnerId })) throw forbidden("explanations of rules of your own");
  const written = { tree: tree && fromRuleInput(tree), text: text ?? null };
  const read = readWrittenRule(context, catalogue, written, { tree: ["of", "rule"], text: ["of", "ruleText"] });
  if (!read.ok) throw badInput(read.refusals.map(({ message }) => message).join(" "));
  if (!seesAllOf(context, read.value)) {
    throw badInput("The rule asks for facts whose values you may not see of a member.");
  }
  return { offer: null, rule: read.value, seesRule: true };
}
