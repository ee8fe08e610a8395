import { allows, scopeOf } from "../auth/core/policy";
import type { Work } from "../context";
import { done, refuse, type Result } from "../kernel/result";
import { ruleHash } from "../rules/core/canonical";
import type { Rule } from "../rules/core/rule";
import { readWrittenRule, type WrittenRule } from "../rules/written-rule";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { isVisibleAudience, publishedVersion } from "./audiences.snapshot";
import type { AudienceRow } from "./audiences.queries";
import { membersAt } from "./chunks.queries";
import { ruleOfContent } from "./core/audience";
import type { AudienceMembers } from "./core/audience-members";
import { funnelSets } from "./core/funnel-sets";
import type { AudiencePlan } from "./core/plan";
import { measureAudience, selectAudience } from "./core/select-audience";
import { viewAudiences, type AudienceView } from "./evaluate-audience";
import { hiddenFacts } from "./hidden-facts";
import { shownCounts, type ShownCounts } from "./shown-counts";

export interface PreviewQuestion {
  readonly rule: WrittenRule | null;
  /** Or the code of a saved audience: its published version, else its newest. */
  readonly code: string | null;
  readonly at: Date;
  /** Codes of saved audiences to compare with; null: the first of all that are published. */
  readonly overlapWith: readonly string[] | null;
}

/** A count is null where it is withheld: fewer than the minimum group. */
export interface FunnelStep {
  readonly condition: Rule;
  readonly remaining: number | null;
  readonly removedAlone: number | null;
  readonly missedOnlyThis: number | null;
}

export interface AudiencePreview {
  readonly rule: Rule;
  readonly asOf: Date;
  readonly at: Date;
  readonly accuracy: number | null;
  readonly count: number | null;
  readonly considered: number | null;
  readonly funnel: readonly FunnelStep[];
  readonly overlaps: readonly { readonly audience: AudienceRow; readonly count: number | null }[];
  /** Members to show, masked; null for who may not see who is in audiences that nobody approved. */
  readonly sample: readonly string[] | null;
}

const sampleSize = 5;
const mostOverlaps = 20;
const path = ["source"];
const paths = { tree: [...path, "rule"], text: [...path, "text"] };

/**
 * Who a rule finds at a moment: how many, where the others are lost, and whom it shares with saved audiences. A rule that
 * asks for something only a request knows (a scene, an amount) has no audience and is refused with its names.
 *
 * A partner sees its own members alone, counts with noise (core/minimum-group.ts), so many a day, and no sample: ids of
 * members, for a rule that nobody else saw, would tell of each whether the rule holds.
 */
export async function previewAudience(work: Work, question: PreviewQuestion): Promise<Result<AudiencePreview>> {
  const snapshot = await work.services.catalogue.catchUp();
  const asked = askedAudience(work, snapshot, question);
  if (!asked.ok) return asked;
  const { rule, partnerId } = asked.value;
  const hidden = hiddenRefusal(work, snapshot, rule);
  if (hidden) return hidden;
  const compared = comparedAudiences(work, snapshot, question.overlapWith);
  if (!compared.ok) return compared;

  const others = compared.value.map(({ code }): Rule => ({ audience: { code } }));
  const view = await viewAudiences(work, { rules: [rule, ...others], at: question.at, partnerId });
  const conditions = conditionsOf(rule);
  const planned = view.plan({ all: conditions });
  if (!planned.ok) return contextRefusal(planned.missing);
  const spent = await budgetRefusal(work, 2 + 3 * planned.plan.conditions.length + others.length);
  if (spent) return spent;
  const shown = shownCounts(work.services, work.actor);
  const asAsked: Asked = { question: ruleHash(rule), shown };
  const measured = await measure(view, planned.plan, asAsked);
  const { members } = measured;
  return done({
    ...{ rule, asOf: view.asOf, at: question.at, accuracy: shown.accuracy },
    count: shown.of(members, asAsked.question),
    considered: measured.considered,
    funnel: measured.steps.map((step, place) => ({ ...step, condition: conditions[place] ?? rule })),
    overlaps: await overlapsOf(view, members, compared.value, asAsked),
    sample: await sampleOf(work, members, shown),
  });
}

/**
 * The steps of the funnel, as they are written: a part that rests on an audience is one step under its code. Neither what
 * that audience asks for nor what guards it is this rule's text.
 */
function conditionsOf(rule: Rule): readonly Rule[] {
  return "all" in rule ? rule.all : [rule];
}

/**
 * Counts would tell a partner what it may not read. The words are those of a fact that nobody registered, without the
 * name: that there is such a fact is not the partner's business either.
 */
function hiddenRefusal(work: Work, snapshot: CatalogueSnapshot, rule: Rule): Result<never> | undefined {
  const isPartner = scopeOf(work.actor, "previewAudience").kind === "partner";
  if (!isPartner || hiddenFacts(work, snapshot, rule).length === 0) return undefined;
  return refuse("UNKNOWN_FACT", "The audience rests on a fact which no rule may ask for.", path);
}

function askedAudience(
  work: Work,
  snapshot: CatalogueSnapshot,
  { rule, code }: PreviewQuestion,
): Result<{ rule: Rule; partnerId: string | null }> {
  const reach = scopeOf(work.actor, "previewAudience");
  const own = reach.kind === "partner" ? reach.partnerId : null;
  if (code === null) {
    const read = readWrittenRule(work, snapshot, rule ?? { tree: null }, paths);
    return read.ok ? done({ rule: read.value, partnerId: own }) : read;
  }
  const audience = snapshot.audiencesByCode.get(code);
  if (!audience || !isVisibleAudience(audience, reach)) return unknownAudience(code, [...path, "audience"]);
  const versions = snapshot.audienceVersions.get(audience.audienceId) ?? [];
  const version = publishedVersion(snapshot, audience) ?? versions.at(-1);
  if (!version) return unknownAudience(code, [...path, "audience"]);
  return done({ rule: ruleOfContent(version.content), partnerId: audience.partnerId });
}

function unknownAudience(code: string, at: readonly string[]) {
  return refuse("NOT_FOUND", `The audience "${code}" was not found.`, at);
}

function contextRefusal(missing: readonly string[]) {
  const message = `The rule asks for ${missing.join(", ")}, which is known of a request and not of an audience.`;
  return refuse("CONTEXT_REQUIRED", message, path);
}

/** A partner gets so many counts a day, since the noise of many could be averaged out. */
async function budgetRefusal({ services, actor }: Work, counts: number): Promise<Result<never> | undefined> {
  const reach = scopeOf(actor, "previewAudience");
  if (reach.kind !== "partner") return undefined;
  const seconds = await services.audiences.previews.spend(reach.partnerId, counts);
  if (seconds === undefined) return undefined;
  return refuse("TOO_MANY", `Today's previews are used up; try again in ${seconds} s, or ask for fewer counts.`);
}

function comparedAudiences(
  { actor }: Work,
  snapshot: CatalogueSnapshot,
  codes: readonly string[] | null,
): Result<AudienceRow[]> {
  const reach = scopeOf(actor, "audience");
  const published = [...snapshot.audiences.values()].filter(
    (row) => row.state === "PUBLISHED" && isVisibleAudience(row, reach),
  );
  if (codes === null) return done(published.slice(0, mostOverlaps));
  if (codes.length > mostOverlaps) {
    const message = `overlapWith names ${codes.length} audiences, expected at most ${mostOverlaps}.`;
    return refuse("TOO_MANY", message, ["overlapWith"]);
  }
  const unknown = codes.find((code) => !published.some((row) => row.code === code));
  if (unknown !== undefined) return unknownAudience(unknown, ["overlapWith"]);
  return done(published.filter((row) => codes.includes(row.code)));
}

interface Measured {
  readonly members: AudienceMembers;
  readonly considered: number | null;
  readonly steps: readonly Omit<FunnelStep, "condition">[];
}

/** What the answers' noise is drawn from, beside who is in each set. */
interface Asked {
  readonly question: string;
  readonly shown: ShownCounts;
}

async function measure(view: AudienceView, plan: AudiencePlan, { question, shown }: Asked): Promise<Measured> {
  if (shown.accuracy === null) {
    const { members, funnel } = await measureAudience(plan, view.source, view.chunks);
    return { members, considered: funnel.live, steps: funnel.conditions };
  }
  const sets = await funnelSets(plan, view.source, view.chunks);
  const steps = sets.conditions.map((step) => ({
    remaining: shown.of(step.remaining, question),
    removedAlone: shown.of(step.removedAlone, question),
    missedOnlyThis: shown.of(step.missedOnlyThis, question),
  }));
  return { members: sets.conditions.at(-1)?.remaining ?? sets.live, considered: shown.of(sets.live, ""), steps };
}

async function overlapsOf(
  view: AudienceView,
  members: AudienceMembers,
  audiences: readonly AudienceRow[],
  { question, shown }: Asked,
): Promise<AudiencePreview["overlaps"]> {
  const overlaps: { audience: AudienceRow; count: number | null }[] = [];
  for (const audience of audiences) {
    const planned = view.plan({ audience: { code: audience.code } });
    // One that asks for context has no members that could be counted.
    if (!planned.ok) continue;
    const theirs = await selectAudience(planned.plan, view.source, view.chunks);
    overlaps.push({ audience, count: shown.of(members.common(theirs), question) });
  }
  return overlaps;
}

async function sampleOf(work: Work, members: AudienceMembers, shown: ShownCounts): Promise<string[] | null> {
  if (shown.accuracy !== null || !allows(work.actor, "Audience.members")) return null;
  return membersAt(work.database.app, members.sample(sampleSize, members.count));
}
