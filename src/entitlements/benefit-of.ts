import type { BenefitContent } from "../benefits/core/benefit";
import { benefitVersion } from "../benefits/published-benefits";
import type { Services } from "../context";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";

export interface PinnedBenefit {
  readonly snapshot: CatalogueSnapshot;
  readonly content: BenefitContent;
  /** Whose benefit it is; null: the operator's own. */
  readonly partnerId: string | null;
}

/** The benefit in the version that an entitlement pins. Versions never change, so any snapshot that has it will do. */
export async function pinnedBenefit(
  { catalogue }: Pick<Services, "catalogue">,
  entitlement: { readonly benefitId: string; readonly benefitVersion: number },
): Promise<PinnedBenefit> {
  const find = (snapshot: CatalogueSnapshot) =>
    benefitVersion(snapshot, entitlement.benefitId, entitlement.benefitVersion);
  const snapshot = await catalogue.thatKnows((each) => find(each) !== undefined);
  const found = find(snapshot);
  if (found) return { snapshot, content: found.content, partnerId: found.partnerId };
  throw new Error(`benefit ${entitlement.benefitId} has no version ${entitlement.benefitVersion}`);
}

/**
 * Partners see of what a member holds that which concerns them: what is theirs, what they supply or pay for, and what is
 * used at their merchants.
 */
export function concerns({ snapshot, content, partnerId }: PinnedBenefit, viewerPartnerId: string): boolean {
  if (partnerId === viewerPartnerId) return true;
  const code = snapshot.partners.get(viewerPartnerId)?.code;
  const named = [content.supplierCode, ...content.funders.map((funder) => funder.partnerCode)];
  if (code !== undefined && named.includes(code)) return true;
  return content.merchantCodes.some((each) => snapshot.merchantsByCode.get(each)?.partnerId === viewerPartnerId);
}
