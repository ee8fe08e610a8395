import type { Work } from "../context";
import { done, refuseAll, type Refusal, type Result } from "../kernel/result";
import { usersOfBenefit } from "../packages/package-uses";
import { ruleRefusals } from "../publishing/item-rule";
import { inUse } from "../publishing/item-uses";
import { codecOf, type ItemKind } from "../publishing/item-kind";
import type { Version } from "../publishing/publishing";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { benefits } from "./benefits.tables";
import type { BenefitContent } from "./core/benefit";
import { comparableBenefit, parseBenefitContent, serialiseBenefitContent } from "./core/content";

export type BenefitVersion = Version<BenefitContent>;

export const benefitKind: ItemKind<BenefitContent> = {
  kind: "BENEFIT",
  name: "Benefit",
  noun: "benefit",
  table: benefits,
  parse: parseBenefitContent,
  serialise: serialiseBenefitContent,
  comparable: comparableBenefit,
  check: checkBenefit,
  unneeded: ({ services }, { code }) => inUse("benefit", usersOfBenefit(services.catalogue.current, code)),
};
export const benefitVersions = codecOf(benefitKind);

const root = ["input", "content"];

/** Everything that a benefit names must be there, and its rule be one that its author may write. */
function checkBenefit(work: Work, snapshot: CatalogueSnapshot, content: BenefitContent): Result<unknown> {
  const refusals: Refusal[] = ruleRefusals(work, snapshot, content.rule, [...root, "rule"]);
  const missing = (what: string, code: string, field: string) =>
    refusals.push({ code: "NOT_FOUND", message: `No ${what} has the code "${code}".`, path: [...root, field] });
  for (const code of [content.supplierCode, ...content.funders.map((each) => each.partnerCode)]) {
    const field = code === content.supplierCode ? "supplierCode" : "funders";
    if (!snapshot.partnersByCode.has(code)) missing("partner", code, field);
  }
  for (const code of content.merchantCodes) {
    if (!snapshot.merchantsByCode.has(code)) missing("merchant", code, "merchantCodes");
  }
  for (const way of content.ways) {
    if (way.way === "REDEEMED" && !snapshot.programsByCode.has(way.programCode)) {
      missing("program", way.programCode, "ways");
    }
    if (way.way === "EXCHANGED" && !snapshot.benefitsByCode.has(way.fromBenefitCode)) {
      missing("benefit", way.fromBenefitCode, "ways");
    }
  }
  return refusals.length > 0 ? refuseAll(refusals) : done(undefined);
}
