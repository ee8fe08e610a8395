import { scopeOf } from "../auth/core/policy";
import type { AudienceRules } from "../rules/core/expand-audiences";
import type { Rule } from "../rules/core/rule";
import type { AudienceSource } from "../rules/ruled-things";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { isVisibleAudience, publishedVersion } from "./audiences.snapshot";
import { ruleOfContent } from "./core/audience";
import { guardOf } from "./core/guard";

/**
 * What stands for a published audience in other rules: its own rule, or that the member is on its list, for whom the
 * audience is open at all. Forward and reverse write it out alike, so a member who withdrew consent matches no offer by
 * way of an audience either.
 */
export function meaningOf(snapshot: CatalogueSnapshot, code: string): Rule | undefined {
  const audience = snapshot.audiencesByCode.get(code);
  const version = audience && publishedVersion(snapshot, audience);
  if (!version) return undefined;
  return { all: [ruleOfContent(version.content), openTo(snapshot, audience.partnerId)] };
}

/** For whom an audience of this partner (null: the operator) is open. */
export function openTo(snapshot: CatalogueSnapshot, partnerId: string | null): Rule {
  const partner = partnerId === null ? null : snapshot.partners.get(partnerId);
  if (partner === undefined) throw new Error(`the partner ${partnerId} of an audience is not in the catalogue`);
  return guardOf(partner?.code ?? null, snapshot.partnersByCode.keys());
}

export const rulesOf =
  (snapshot: CatalogueSnapshot): AudienceRules =>
  (code) =>
    meaningOf(snapshot, code);

/** What the rules' room asks of this one. A rule may name what is published and its author may see. */
export const audienceSource: AudienceSource = {
  rows: (snapshot) => snapshot.audiencesByCode,
  meaning: meaningOf,
  codes: (snapshot, actor) => {
    const reach = scopeOf(actor, "audience");
    const named = [...snapshot.audiences.values()].filter(
      (row) => row.state === "PUBLISHED" && isVisibleAudience(row, reach),
    );
    return named.map((row) => row.code);
  },
};
