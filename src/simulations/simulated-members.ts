import { scopeOf } from "../auth/core/policy";
import { isVisibleAudience, publishedVersion } from "../audiences/audiences.snapshot";
import { membersAt } from "../audiences/chunks.queries";
import { ruleOfContent } from "../audiences/core/audience";
import type { AudiencePlan } from "../audiences/core/plan";
import { selectAudience } from "../audiences/core/select-audience";
import { viewAudiences, type AudienceView } from "../audiences/evaluate-audience";
import type { Work } from "../context";
import { done, refuse, type Result } from "../kernel/result";
import { sampleOfMembers } from "../members/sample.queries";
import type { Rule } from "../rules/core/rule";
import { readWrittenRule, type WrittenRule } from "../rules/written-rule";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { PlaceSample } from "./core/place-sample";
import type { Slices } from "./slices";

/** Of whom: all active members, those of a saved audience by its code, or those that a rule finds. */
export type MembersAsked = "EVERYBODY" | { readonly audience: string } | { readonly rule: WrittenRule };

export interface SampleAsked {
  readonly of: MembersAsked;
  readonly size: number;
  readonly seed: number;
}

/** The members that are counted; read in batches, since a hundred thousand ids in one statement would be one long pause. */
export interface DrawnSample {
  readonly population: number;
  readonly sampled: number;
  batches(): AsyncIterable<readonly string[]>;
}

export type DrawSample = (slices: Slices) => Promise<DrawnSample>;

/** One statement, whose rows are decoded in one go. */
const batchSize = 100;
const path = ["input", "members"];

/**
 * How the sample is drawn, which is done behind: what may not be asked is refused here. An audience, saved or written, is
 * of those whom a preview of it finds, so not of members who refused.
 */
export async function simulatedMembers(
  work: Work,
  snapshot: CatalogueSnapshot,
  { of, size, seed }: SampleAsked,
  at: Date,
): Promise<Result<DrawSample>> {
  const { app } = work.database;
  if (of === "EVERYBODY") return done(async () => drawnOf(await sampleOfMembers(app, size, seed)));
  const asked = askedAudience(work, snapshot, of);
  if (!asked.ok) return asked;
  const { rule, partnerId } = asked.value;
  const view = await viewAudiences(work, { rules: [rule], at, partnerId });
  const planned = view.plan(rule);
  if (!planned.ok) {
    const message = `The members' rule asks for ${planned.missing.join(", ")}, which is known of a request alone.`;
    return refuse("CONTEXT_REQUIRED", message, path);
  }
  return done(async (slices) => {
    const sample = await placesOf(view, planned.plan, new PlaceSample(size, seed), slices);
    const { places } = sample;
    return {
      population: sample.population,
      sampled: places.length,
      async *batches() {
        for (let from = 0; from < places.length; from += batchSize) {
          yield await membersAt(app, places.slice(from, from + batchSize));
        }
      },
    };
  });
}

function askedAudience(
  work: Work,
  snapshot: CatalogueSnapshot,
  of: Exclude<MembersAsked, "EVERYBODY">,
): Result<{ readonly rule: Rule; readonly partnerId: string | null }> {
  if ("rule" in of) {
    const read = readWrittenRule(work, snapshot, of.rule, { tree: [...path, "rule"], text: [...path, "text"] });
    return read.ok ? done({ rule: read.value, partnerId: null }) : read;
  }
  const row = snapshot.audiencesByCode.get(of.audience);
  const isVisible = row && isVisibleAudience(row, scopeOf(work.actor, "audience"));
  const version = isVisible ? publishedVersion(snapshot, row) : undefined;
  if (row && version) return done({ rule: ruleOfContent(version.content), partnerId: row.partnerId });
  const message = `No audience "${of.audience}" is published.`;
  return refuse("NOT_FOUND", message, [...path, "audience"]);
}

/** A chunk at a time: what is in memory is selected without a pause, which for all chunks together would be too long. */
async function placesOf(view: AudienceView, plan: AudiencePlan, sample: PlaceSample, slices: Slices) {
  const members = [];
  for (const chunk of view.chunks) {
    const selected = await selectAudience(plan, view.source, [chunk]);
    members.push(...selected.chunks);
    for (const each of selected.chunks) sample.count(each);
    if (slices.isOver) await slices.next();
  }
  for (const each of members) {
    sample.pick(each);
    if (slices.isOver) await slices.next();
  }
  return { population: sample.population, places: sample.places };
}

function drawnOf({ population, memberIds }: { population: number; memberIds: readonly string[] }): DrawnSample {
  return {
    ...{ population, sampled: memberIds.length },
    async *batches() {
      for (let from = 0; from < memberIds.length; from += batchSize) yield memberIds.slice(from, from + batchSize);
    },
  };
}
