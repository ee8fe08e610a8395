import { allows } from "../auth/core/policy";
import type { Work } from "../context";
import { refuse, type Result } from "../kernel/result";
import { toldConditions, unmetConditions } from "../matching/unmet-conditions";
import type { Rule } from "../rules/core/rule";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { OfferRow } from "./offers.queries";

type RuledOffer = Pick<OfferRow, "offerId" | "version" | "merchantId">;

/**
 * Refuses a member that does not meet the rule of this version, with NOT_ELIGIBLE; undefined where it does, or where
 * there is none. Of what only a request from a place would tell the rule is given the benefit of the doubt.
 */
export async function eligibilityRefusal(
  work: Work,
  offer: RuledOffer,
  memberId: string,
): Promise<Result<never> | undefined> {
  const { snapshot, rule } = await ruleOfVersion(work, offer);
  const failed = rule ? await unmetConditions(work, snapshot, rule, memberId) : undefined;
  if (!failed) return undefined;
  const partnerId = snapshot.merchants.get(offer.merchantId)?.partnerId;
  const reasons = allows(work.actor, "Offer.unpublished", { partnerId }) ? toldConditions(work, snapshot, failed) : [];
  const told = reasons.length > 0 ? `: ${reasons.join("; ")}` : "";
  return refuse("NOT_ELIGIBLE", `The member does not meet the offer's rule${told}.`, ["input", "memberId"]);
}

/** Contents of versions never change, so any snapshot that has this one will do. */
async function ruleOfVersion(
  { services: { catalogue } }: Work,
  { offerId, version }: RuledOffer,
): Promise<{ readonly snapshot: CatalogueSnapshot; readonly rule: Rule | null }> {
  const find = (snapshot: CatalogueSnapshot) =>
    snapshot.offerVersions.get(offerId)?.find((each) => each.version === version);
  const snapshot = await catalogue.thatKnows((each) => find(each) !== undefined);
  const found = find(snapshot);
  if (!found) throw new Error(`offer ${offerId} has no version ${version}`);
  return { snapshot, rule: found.content.rule };
}
