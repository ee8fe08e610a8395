import type { VersionState } from "../kernel/lifecycle";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { BenefitContent } from "./core/benefit";

/** One version of a benefit that was live at some time: its content never changes any more. */
export interface PublishedBenefit {
  readonly benefitId: string;
  readonly code: string;
  /** Whose it is; null for the operator's own. */
  readonly partnerId: string | null;
  readonly version: number;
  /** Of this version: what is PAUSED or ENDED is granted to nobody any more, and stays with who has it. */
  readonly state: VersionState;
  readonly content: BenefitContent;
}

/** The version that stands for the benefit; undefined where it never was live. */
export function leadingBenefit(snapshot: CatalogueSnapshot, benefitId: string): PublishedBenefit | undefined {
  const row = snapshot.benefits.get(benefitId);
  return row && row.publishedAt !== null ? benefitVersion(snapshot, benefitId, row.version) : undefined;
}

/** The same by its code. */
export function benefitByCode(snapshot: CatalogueSnapshot, code: string): PublishedBenefit | undefined {
  const row = snapshot.benefitsByCode.get(code);
  return row && leadingBenefit(snapshot, row.itemId);
}

/** A version that members hold, whatever became of it since. */
export function benefitVersion(
  snapshot: CatalogueSnapshot,
  benefitId: string,
  version: number,
): PublishedBenefit | undefined {
  const row = snapshot.benefits.get(benefitId);
  const found = snapshot.benefitVersions.get(benefitId)?.find((each) => each.version === version);
  if (!row || !found) return undefined;
  const { code, partnerId } = row;
  return { benefitId, code, partnerId, version, state: found.state, content: found.content };
}
