import type { Work } from "../context";
import { refuse, refuseAll, done, type Result } from "../kernel/result";
import type { Rule } from "../rules/core/rule";
import { mayReadRule } from "../rules/rule-names";
import { writtenRule, type RuleResult, type WrittenRule } from "../rules/written-rule";
import { audienceRefusals } from "./audience-refusals";
import { parseOfferContent, serialiseOfferContent } from "./core/content";
import { offerChannels, type OfferContent } from "./core/offer";

/** A content as its author gives it: with a rule that nobody checked, as a tree or as text. */
export interface WrittenContent extends Omit<OfferContent, "rule"> {
  /** Whatever JSON it is; null where there is none, or where it is given as text. */
  readonly rule: unknown;
  readonly ruleText?: string | null;
}

const root = ["input", "content"];
const rulePaths = { tree: [...root, "rule"], text: [...root, "ruleText"] };

/**
 * Everything that must hold of a content before a version is made of it. `before` is the content that it takes the place
 * of, or goes on from; null for a new offer.
 */
export async function usableContent(
  work: Work,
  { rule: tree, ruleText, ...rest }: WrittenContent,
  before: OfferContent | null,
): Promise<Result<OfferContent>> {
  const parsed = parseOfferContent(serialiseOfferContent({ ...rest, rule: null }));
  const rule = await ruleAfter(work, { tree, text: ruleText }, before?.rule ?? null);
  if (!parsed.ok || !rule.ok) {
    return refuseAll([...(parsed.ok ? [] : parsed.refusals), ...(rule.ok ? [] : rule.refusals)]);
  }
  const refusals = await audienceRefusals(work, parsed.value.audienceTags);
  return refusals.length > 0 ? refuseAll(refusals) : done({ ...parsed.value, rule: rule.value });
}

/**
 * A rule that the caller may not read stays: to the caller it is null, which it gives back as it was shown. Were that
 * taken as "no rule", changing the terms would open the offer to everybody.
 */
async function ruleAfter(work: Work, written: WrittenRule, before: Rule | null): Promise<RuleResult<Rule | null>> {
  if (before === null) return writtenRule(work, written, rulePaths);
  await work.services.catalogue.catchUp();
  if (mayReadRule(work, before)) return writtenRule(work, written, rulePaths);
  const { tree, text } = written;
  const givesTree = tree !== null && tree !== undefined;
  if (!givesTree && (text === null || text === undefined)) return done(before);
  const message = "The offer has a rule which you may not read or replace. Give none, and it stays.";
  return refuse("FORBIDDEN", message, givesTree ? rulePaths.tree : rulePaths.text);
}

/**
 * The same of what is drafted here, which must be able to reach somebody: it names a channel. What another system
 * published without one is imported as it is.
 */
export async function draftableContent(
  work: Work,
  content: WrittenContent,
  before: OfferContent | null,
): Promise<Result<OfferContent>> {
  if (content.channels.length > 0) return usableContent(work, content, before);
  const message = `channels is empty, expected at least one of ${offerChannels.join(", ")}.`;
  return refuse("INVALID_INPUT", message, [...root, "channels"]);
}
