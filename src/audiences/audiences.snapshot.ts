import type { Scope } from "../auth/core/policy";
import type { PageRequest } from "../db/page-request";
import type { VersionState } from "../kernel/lifecycle";
import { audiencesOf, factsOf } from "../rules/core/rule-nodes";
import type { AudienceRules } from "../rules/core/expand-audiences";
import type { Rule } from "../rules/core/rule";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { nameContains, pageOf } from "../snapshot/page-of";
import type { AudienceVersion } from "./audience-versions";
import type { AudienceRow } from "./audiences.queries";
import { ruleOfContent } from "./core/audience";

export interface AudienceFilter {
  readonly state?: VersionState | null;
  readonly partnerId?: string | null;
  /** Part of the name in any language, case ignored. */
  readonly search?: string | null;
}

/** Audiences in order of creation, as far as the caller may see. */
export function audiencesInPage(
  snapshot: CatalogueSnapshot,
  { state, partnerId, search }: AudienceFilter,
  reach: Scope,
  page: PageRequest,
): AudienceRow[] {
  const fits = (row: AudienceRow) =>
    isVisibleAudience(row, reach) &&
    (!state || row.state === state) &&
    (!partnerId || row.partnerId === partnerId) &&
    (!search || nameContains(row.name, search));
  return pageOf(snapshot.audiences.values(), (row) => row.audienceId, fits, page);
}

/** An audience says what somebody thinks of members: it is its owner's and the operator's, never another partner's. */
export function isVisibleAudience({ partnerId }: AudienceRow, reach: Scope): boolean {
  return reach.kind === "all" || (reach.kind === "partner" && partnerId === reach.partnerId);
}

/** The version that is live now; undefined where none is. */
export function publishedVersion(snapshot: CatalogueSnapshot, audience: AudienceRow): AudienceVersion | undefined {
  if (audience.state !== "PUBLISHED") return undefined;
  return snapshot.audienceVersions.get(audience.audienceId)?.find((each) => each.version === audience.version);
}

/**
 * Every way in which an audience is, or may come to be, defined: all versions that are not ended. What leads into a
 * circle by one of them is refused before it is published.
 */
export function rulesOnTheirWay(snapshot: CatalogueSnapshot, instead: { readonly code: string; readonly rule: Rule }) {
  const rules: AudienceRules = (code) => {
    if (code === instead.code) return instead.rule;
    const audience = snapshot.audiencesByCode.get(code);
    const live = (audience && snapshot.audienceVersions.get(audience.audienceId)) ?? [];
    const meant = live.filter((each) => each.state !== "ENDED").map((each) => ruleOfContent(each.content));
    return meant.length > 0 ? { any: meant } : undefined;
  };
  return rules;
}

/** Audiences that name this one in a version that is not ended, oldest first. */
export function audiencesNaming(snapshot: CatalogueSnapshot, code: string): readonly AudienceRow[] {
  return usesIn(snapshot).ofAudience.get(code) ?? [];
}

/** The same of a tag. */
export function audiencesUsingTag(snapshot: CatalogueSnapshot, tagCode: string): readonly AudienceRow[] {
  return usesIn(snapshot).ofFact.get(tagCode) ?? [];
}

interface AudienceUses {
  readonly ofAudience: ReadonlyMap<string, readonly AudienceRow[]>;
  readonly ofFact: ReadonlyMap<string, readonly AudienceRow[]>;
}

/** For as long as no version changes: a list of tags asks for each of them, and all rules would be read for each. */
const knownUses = new WeakMap<CatalogueSnapshot["audienceVersions"], AudienceUses>();

function usesIn({ audiences, audienceVersions }: CatalogueSnapshot): AudienceUses {
  const before = knownUses.get(audienceVersions);
  if (before) return before;
  const [ofAudience, ofFact] = [new Map<string, AudienceRow[]>(), new Map<string, AudienceRow[]>()];
  for (const row of audiences.values()) {
    const rules = (audienceVersions.get(row.audienceId) ?? []).flatMap(({ state, content }) =>
      state !== "ENDED" && content.rule !== null ? [content.rule] : [],
    );
    for (const code of new Set(rules.flatMap(audiencesOf))) addUse(ofAudience, code, row);
    for (const fact of new Set(rules.flatMap(factsOf))) addUse(ofFact, fact, row);
  }
  const uses = { ofAudience, ofFact };
  knownUses.set(audienceVersions, uses);
  return uses;
}

function addUse(uses: Map<string, AudienceRow[]>, name: string, row: AudienceRow): void {
  const before = uses.get(name);
  if (before) before.push(row);
  else uses.set(name, [row]);
}
