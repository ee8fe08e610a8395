import { z } from "zod";
import { isCurrency, money, type Money } from "../../kernel/money";
import { isOrdered } from "../../kernel/period";
import { done, refuseAll, type Refusal, type Result } from "../../kernel/result";
import { webAddressRefusals } from "../../merchants/core/merchant";
import { inputName, localisedText, shapeRefusal } from "../../publishing/core/content-shape";
import { readRule } from "../../rules/core/check";
import type { RuleRefusalCode } from "../../rules/core/findings";
import { print } from "../../rules/core/print";
import { factsOf } from "../../rules/core/rule-nodes";
import { isTagCode } from "../../tags/core/tag";
import { defaultPriority, highestPriority, offerChannels, offerKinds, type OfferContent } from "./offer";

/** Where the content stands in the mutations that take one; what a refusal's path begins with. */
const root = ["input", "content"];
const longestValidHours = 8760;
const maxTags = 50;

const amount = z.strictObject({
  amountMinor: z.string().regex(/^\d{1,18}$/, "expected a whole number of minor units, not negative, below 10^18"),
  currency: z.string().refine(isCurrency, "expected an ISO 4217 code"),
});

/** The stored JSON: amounts are texts of digits, instants ISO 8601 in UTC. */
const storedShape = z.strictObject({
  name: localisedText(200),
  termsText: localisedText(20_000),
  imageUrl: localisedText(2000).nullable(),
  kind: z.enum(offerKinds),
  mark: amount,
  reward: amount,
  validHours: z.int().min(1).max(longestValidHours),
  channels: z.array(z.enum(offerChannels)).max(offerChannels.length),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime().nullable(),
  audienceTags: z.array(z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, "expected a tag code")).max(maxTags),
  rule: z.unknown().default(null),
  priority: z.int().min(0).max(highestPriority).default(defaultPriority),
});

/**
 * Reads a content from its stored JSON. Refuses with INVALID_INPUT, naming the field and what was expected, with
 * CURRENCY_MISMATCH where mark and reward differ in currency, and a rule whose shape is wrong with the codes of rules;
 * paths begin with `input.content`. Which facts a rule may ask for changes with time and differs between authors, so
 * that is checked where one is written (usable-content.ts) and not where it is read.
 */
export function parseOfferContent(json: unknown): Result<OfferContent, ContentRefusalCode> {
  const shaped = storedShape.safeParse(json);
  if (!shaped.success) return refuseAll(shaped.error.issues.map((issue) => shapeRefusal(issue, json)));
  const { mark, reward, startsAt, endsAt, rule: given, ...rest } = shaped.data;
  const rule = given === null ? done(null) : readRule(given, [...root, "rule"]);
  if (!rule.ok) return rule;
  const content: OfferContent = {
    ...rest,
    rule: rule.value,
    name: rest.name,
    termsText: rest.termsText,
    imageUrl: rest.imageUrl,
    mark: money(BigInt(mark.amountMinor), mark.currency),
    reward: money(BigInt(reward.amountMinor), reward.currency),
    startsAt: new Date(startsAt),
    endsAt: endsAt === null ? null : new Date(endsAt),
  };
  const refusals = contentRefusals(content);
  return refusals.length > 0 ? refuseAll(refusals) : done(content);
}

/**
 * The one JSON of a content: lists that have no order are sorted and without repetition, so that equal contents hash
 * alike. A rule and a priority that say nothing are left out, as contents from before there were any have them.
 */
export function serialiseOfferContent({ rule, priority, ...content }: OfferContent): unknown {
  const plain = ({ amountMinor, currency }: Money) => ({ amountMinor: amountMinor.toString(), currency });
  return {
    ...content,
    mark: plain(content.mark),
    reward: plain(content.reward),
    channels: sorted(content.channels),
    startsAt: content.startsAt.toISOString(),
    endsAt: content.endsAt?.toISOString() ?? null,
    audienceTags: sorted(content.audienceTags),
    ...(rule === null ? {} : { rule }),
    ...(priority === defaultPriority ? {} : { priority }),
  };
}

/** What a difference is told by: as it is stored, with the rule as text, of which places in a tree would tell nobody much. */
export function comparableContent(content: OfferContent): object {
  const { rule } = content;
  return { ...(serialiseOfferContent(content) as object), ...(rule === null ? {} : { rule: print(rule) }) };
}

/** The codes of all tags that a content names: those that it is described by, and those that its rule asks for; sorted. */
export function tagsOf({ audienceTags, rule }: Pick<OfferContent, "audienceTags" | "rule">): string[] {
  const asked = rule === null ? [] : factsOf(rule).filter(isTagCode);
  return sorted([...audienceTags, ...asked]);
}

type ContentRefusalCode = "INVALID_INPUT" | "CURRENCY_MISMATCH" | RuleRefusalCode;
type ContentRefusal = Refusal<"INVALID_INPUT" | "CURRENCY_MISMATCH">;

/** What the shape of single fields does not say: how they go together. */
function contentRefusals({ kind, mark, reward, startsAt, endsAt, imageUrl }: OfferContent): ContentRefusal[] {
  const refusals = Object.entries(imageUrl ?? {}).flatMap(([locale, url]) =>
    webAddressRefusals("imageUrl", url, [...root, "imageUrl", inputName(locale)]),
  ) as ContentRefusal[];
  for (const [field, { amountMinor }] of Object.entries({ mark, reward })) {
    if (kind === "INFORMATIONAL" ? amountMinor === 0n : amountMinor > 0n) continue;
    const expected = kind === "INFORMATIONAL" ? "zero" : "more than zero";
    const message = `${field} is ${amountMinor}, expected ${expected} for an offer of kind ${kind}.`;
    refusals.push({ code: "INVALID_INPUT", message, path: [...root, field, "amountMinor"] });
  }
  if (mark.currency !== reward.currency) {
    const message = `reward is in ${reward.currency}, expected ${mark.currency}, the currency of the mark.`;
    refusals.push({ code: "CURRENCY_MISMATCH", message, path: [...root, "reward", "currency"] });
  }
  if (!isOrdered({ from: startsAt, to: endsAt })) {
    const message = `endsAt is ${endsAt?.toISOString()}, expected an instant after startsAt, ${startsAt.toISOString()}.`;
    refusals.push({ code: "INVALID_INPUT", message, path: [...root, "endsAt"] });
  }
  return refusals;
}

function sorted<Value extends string>(values: readonly Value[]): Value[] {
  return [...new Set(values)].sort();
}
