import { usersOfPackage } from "../card-products/product-uses";
import type { Work } from "../context";
import { done, refuseAll, type Refusal, type Result } from "../kernel/result";
import { codecOf, type ItemKind } from "../publishing/item-kind";
import { inUse } from "../publishing/item-uses";
import type { Version } from "../publishing/publishing";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { parsePackageContent, serialisePackageContent } from "./core/content";
import type { RightsPackageContent } from "./core/rights-package";
import { rightsPackages } from "./packages.tables";

export type RightsPackageVersion = Version<RightsPackageContent>;

export const packageKind: ItemKind<RightsPackageContent> = {
  kind: "RIGHTS_PACKAGE",
  name: "RightsPackage",
  noun: "rights package",
  table: rightsPackages,
  parse: parsePackageContent,
  serialise: serialisePackageContent,
  check: checkPackage,
  unneeded: ({ services }, { code }) => inUse("rights package", usersOfPackage(services.catalogue.current, code)),
};
export const packageVersions = codecOf(packageKind);

/** Every benefit that it bundles must be live: a package never promises what nobody approved. */
function checkPackage(_: Work, snapshot: CatalogueSnapshot, { benefits }: RightsPackageContent): Result<unknown> {
  const path = ["input", "content", "benefits"];
  const refusals = benefits.flatMap(({ benefitCode }): Refusal[] => {
    const state = snapshot.benefitsByCode.get(benefitCode)?.state;
    if (state === "PUBLISHED") return [];
    const found = state === undefined ? "no benefit has this code" : `it is ${state}`;
    return [{ code: "NOT_FOUND", message: `Benefit "${benefitCode}" is not published: ${found}.`, path }];
  });
  return refusals.length > 0 ? refuseAll(refusals) : done(undefined);
}
