import type { ItemUse } from "../publishing/item-uses";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";

/** The packages that name a benefit in a version that is not ended, oldest first. */
export function usersOfBenefit({ rightsPackages, packageVersions }: CatalogueSnapshot, code: string): ItemUse[] {
  return [...rightsPackages.values()]
    .filter(({ itemId }) =>
      packageVersions
        .get(itemId)
        ?.some(({ state, content }) => state !== "ENDED" && content.benefits.some((each) => each.benefitCode === code)),
    )
    .map(({ itemId, code: own }) => ({ type: "RightsPackage", id: itemId, code: own }));
}
