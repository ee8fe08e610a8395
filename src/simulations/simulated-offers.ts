import { scopeOf } from "../auth/core/policy";
import type { Work } from "../context";
import { consentsFact } from "../facts/core/stored-facts";
import { done, refuse, type Result } from "../kernel/result";
import { marketingConsentTo } from "../matching/eligible-merchants";
import type { OfferVersion } from "../offers/offer-versions";
import type { AudienceRules } from "../rules/core/expand-audiences";
import { expandAudiences } from "../rules/core/expand-audiences";
import type { Moment } from "../rules/core/moment";
import type { Leaf, Rule } from "../rules/core/rule";
import { factsOf } from "../rules/core/rule-nodes";
import type { ComparedRule, Comparison } from "../rules/core/simulation";
import { contextFactsOf } from "../rules/rules.view";
import { readWrittenRule, type WrittenRule } from "../rules/written-rule";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { SimulatedSide, SimulatedThing } from "./core/simulated-thing";

/** What an offer would be: one of its versions, or with another rule. */
export interface OfferDraft {
  readonly offerId: string;
  readonly as: { readonly version: number } | { readonly rule: WrittenRule } | "EVERYBODY";
}

/** What is compared, for the process that runs the simulation and for whoever reads of it. */
export interface PreparedThing {
  readonly comparison: Comparison;
  readonly shown: SimulatedThing;
}

interface Question {
  readonly work: Work;
  readonly snapshot: CatalogueSnapshot;
  readonly moment: Moment;
  readonly audiences: AudienceRules;
}

/**
 * Each draft beside what is published of its offer now. A rule that stands in no version is tried with the window and the
 * reward of the published version, or of the newest where none is published.
 */
export function simulatedOffers(question: Question, drafts: readonly OfferDraft[]): Result<readonly PreparedThing[]> {
  const things: PreparedThing[] = [];
  for (const [place, draft] of drafts.entries()) {
    const thing = simulatedOffer(question, draft, ["input", "drafts", String(place)]);
    if (!thing.ok) return thing;
    things.push(thing.value);
  }
  return done(things);
}

/** A rule with the version that the rest of the offer is taken from. */
interface Side {
  readonly rule: Rule | null;
  readonly of: OfferVersion;
  /** Null: the rule is no version's. */
  readonly version: number | null;
}

function simulatedOffer(question: Question, draft: OfferDraft, path: readonly string[]): Result<PreparedThing> {
  const { snapshot, moment, audiences } = question;
  const offer = snapshot.offers.get(draft.offerId);
  const versions = snapshot.offerVersions.get(draft.offerId) ?? [];
  const newest = versions.at(-1);
  if (!offer || !newest) return refuse("NOT_FOUND", "The offer was not found.", [...path, "offerId"]);
  const live = offer.state === "PUBLISHED" ? versions.find((each) => each.version === offer.version) : undefined;
  const before = live && sideOf(live);
  const after = draftedSide(question, draft, { versions, base: live ?? newest, path: [...path, "as"] });
  if (!after.ok) return after;

  const sides = before ? [before, after.value] : [after.value];
  const denied = sides.find(({ rule, version }) => version !== null && rule && !mayAsk(question, rule));
  if (denied) {
    const message = `The rule of version ${denied.version} asks for sensitive tags, which you may not read.`;
    return refuse("FORBIDDEN", message, path);
  }
  const asked = sides.flatMap(({ rule }) => (rule ? contextFactsOf(expandAudiences(rule, audiences)) : []));
  const consent = marketingConsent(snapshot, offer.merchantId);
  return done({
    comparison: { before: before ? comparedSide(before, consent) : null, after: comparedSide(after.value, consent) },
    shown: {
      offerId: draft.offerId,
      before: before ? shownSide(before, moment) : null,
      after: shownSide(after.value, moment),
      missingContext: [...new Set(asked)].filter((fact) => !moment.facts.has(fact)).sort(),
    },
  });
}

function draftedSide(
  { work, snapshot }: Question,
  { as }: OfferDraft,
  given: { readonly versions: readonly OfferVersion[]; readonly base: OfferVersion; readonly path: readonly string[] },
): Result<Side> {
  const { versions, base, path } = given;
  if (as === "EVERYBODY") return done({ rule: null, of: base, version: null });
  if ("version" in as) {
    const version = versions.find((each) => each.version === as.version);
    if (version) return done(sideOf(version));
    return refuse("NOT_FOUND", `The offer has no version ${as.version}.`, [...path, "version"]);
  }
  const read = readWrittenRule(work, snapshot, as.rule, { tree: [...path, "rule"], text: [...path, "text"] });
  return read.ok ? done({ rule: read.value, of: base, version: null }) : read;
}

/**
 * Counts tell of members what the rules ask: with a sample that is one member they would tell a tag's value. What the
 * caller writes itself was checked as it was read; a version may be by somebody who may read more.
 */
function mayAsk({ work, snapshot }: Question, rule: Rule): boolean {
  if (scopeOf(work.actor, "MemberTag.sensitive").kind !== "none") return true;
  return factsOf(rule).every((fact) => snapshot.tagDefinitions.get(fact)?.sensitivity !== "SENSITIVE");
}

function sideOf(version: OfferVersion): Side {
  return { rule: version.content.rule, of: version, version: version.version };
}

/** As delivery asks it: an offer reaches nobody who does not consent to MARKETING by its merchant's partner. */
function marketingConsent({ merchants, partners }: CatalogueSnapshot, merchantId: string): Leaf {
  const partner = partners.get(merchants.get(merchantId)?.partnerId ?? "");
  return { contains: { fact: consentsFact, choices: [marketingConsentTo(partner?.code)] } };
}

function comparedSide({ rule, of: { content } }: Side, consent: Leaf): ComparedRule {
  return { rule, besides: consent, from: content.startsAt.getTime(), to: content.endsAt?.getTime() ?? null };
}

function shownSide({ version, of: { content } }: Side, { instant }: Moment): SimulatedSide {
  const { kind, reward, startsAt, endsAt } = content;
  const isOpen = startsAt <= instant && (endsAt === null || instant < endsAt);
  const { amountMinor, currency } = reward;
  return {
    ...{ version, isOpen },
    reward: kind === "INFORMATIONAL" ? null : { amountMinor: amountMinor.toString(), currency },
  };
}
