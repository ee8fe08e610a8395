import { allows } from "../auth/core/policy";
import type { Work } from "../context";
import { refuse, type Result } from "../kernel/result";
import { knownMembers } from "../matching/read-members";
import { contextFacts } from "../facts/core/context-facts";
import { expandAudiences, type AudienceRules } from "../rules/core/expand-audiences";
import { knownSituation } from "../rules/core/known-situation";
import { mayHold, whatFails } from "../rules/core/may-hold";
import { momentOf } from "../rules/core/moment";
import { print } from "../rules/core/print";
import type { Rule } from "../rules/core/rule";
import { audiencesOf, factsOf } from "../rules/core/rule-nodes";
import { ruleNames } from "../rules/rule-names";
import { typeOfFact } from "../rules/type-of-fact";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { OfferRow } from "./offers.queries";

type RuledOffer = Pick<OfferRow, "offerId" | "version" | "merchantId">;

const mostReasons = 3;

/**
 * Refuses a member that does not meet the rule of this version, with NOT_ELIGIBLE; undefined where it does, or where
 * there is none.
 *
 * Where, and for how much, the member will be is not known when an offer reaches it or is taken up: of that the rule is
 * given the benefit of the doubt, so that an offer for the fuel station can be sent by mail. The member and the time are
 * as they are now.
 */
export async function eligibilityRefusal(
  work: Work,
  offer: RuledOffer,
  memberId: string,
): Promise<Result<never> | undefined> {
  const { services, now } = work;
  const { snapshot, rule: written } = await ruleOfVersion(work, offer);
  if (!written) return undefined;
  const audiences: AudienceRules = (code) => services.rules.rooms.audiences.meaning(snapshot, code);
  const rule = expandAudiences(written, audiences);
  const [known] = await knownMembers(services, [memberId], now);
  if (!known) throw new Error(`nothing was answered of member ${memberId}`);
  const situation = knownSituation(known, momentOf({ instant: now }, services.timeZone), {
    numbers: services.facts.numbers,
    typeOf: (fact) => typeOfFact(snapshot, fact),
    audiences,
  });
  if (mayHold(rule, situation, isOpen)) return undefined;
  const reasons = toldReasons(work, snapshot, offer, whatFails(rule, situation, isOpen));
  const told = reasons.length > 0 ? `: ${reasons.join("; ")}` : "";
  return refuse("NOT_ELIGIBLE", `The member does not meet the offer's rule${told}.`, ["input", "memberId"]);
}

/** What only a request from there would tell. */
const openFacts = new Set(contextFacts.filter((fact) => !fact.alwaysKnown).map((fact) => fact.name));
const isOpen = (fact: string): boolean => openFacts.has(fact);

/** Contents of versions never change, so any snapshot that has this one will do. */
async function ruleOfVersion(
  { services: { catalogue } }: Work,
  { offerId, version }: RuledOffer,
): Promise<{ readonly snapshot: CatalogueSnapshot; readonly rule: Rule | null }> {
  const find = (snapshot: CatalogueSnapshot) =>
    snapshot.offerVersions.get(offerId)?.find((each) => each.version === version);
  let snapshot = catalogue.isLoaded ? catalogue.current : await catalogue.catchUp();
  if (!find(snapshot)) snapshot = await catalogue.catchUp();
  const found = find(snapshot);
  if (!found) throw new Error(`offer ${offerId} has no version ${version}`);
  return { snapshot, rule: found.content.rule };
}

/**
 * The conditions that failed, to who may see the rule, and each of them only to who may ask for what it asks: that the
 * member does not meet it tells something of the member.
 */
function toldReasons(work: Work, snapshot: CatalogueSnapshot, { merchantId }: RuledOffer, failed: readonly Rule[]) {
  const partnerId = snapshot.merchants.get(merchantId)?.partnerId;
  if (!allows(work.actor, "Offer.unpublished", { partnerId })) return [];
  const names = ruleNames(work, snapshot);
  const isTold = (rule: Rule) =>
    audiencesOf(rule).length === 0 && factsOf(rule).every((fact) => names.fact(fact) !== undefined);
  return failed
    .filter(isTold)
    .slice(0, mostReasons)
    .map((rule) => print(rule));
}
