import type { Work } from "../context";
import { refuse, refuseAll, done, type Result } from "../kernel/result";
import { writtenRule } from "../rules/written-rule";
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

/** Everything that must hold of a content before a version is made of it. */
export async function usableContent(
  work: Work,
  { rule: tree, ruleText, ...rest }: WrittenContent,
): Promise<Result<OfferContent>> {
  const parsed = parseOfferContent(serialiseOfferContent({ ...rest, rule: null }));
  const rule = await writtenRule(work, { tree, text: ruleText }, rulePaths);
  if (!parsed.ok || !rule.ok) {
    return refuseAll([...(parsed.ok ? [] : parsed.refusals), ...(rule.ok ? [] : rule.refusals)]);
  }
  const refusals = await audienceRefusals(work, parsed.value.audienceTags);
  return refusals.length > 0 ? refuseAll(refusals) : done({ ...parsed.value, rule: rule.value });
}

/**
 * The same of what is drafted here, which must be able to reach somebody: it names a channel. What another system
 * published without one is imported as it is.
 */
export async function draftableContent(work: Work, content: WrittenContent): Promise<Result<OfferContent>> {
  if (content.channels.length > 0) return usableContent(work, content);
  const message = `channels is empty, expected at least one of ${offerChannels.join(", ")}.`;
  return refuse("INVALID_INPUT", message, [...root, "channels"]);
}
