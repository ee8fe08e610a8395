import type { VersionState } from "../kernel/lifecycle";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { RightsPackageContent } from "./core/rights-package";

/** One version of a rights package that was live at some time: its content never changes any more. */
export interface PublishedPackage {
  readonly packageId: string;
  readonly code: string;
  /** Whose it is; null for the operator's own. */
  readonly partnerId: string | null;
  readonly version: number;
  /** Of this version: what is PAUSED or ENDED is granted to nobody any more, and stays with who has it. */
  readonly state: VersionState;
  readonly content: RightsPackageContent;
}

/** The version that stands for the rights package; undefined where it never was live. */
export function leadingPackage(snapshot: CatalogueSnapshot, packageId: string): PublishedPackage | undefined {
  const row = snapshot.rightsPackages.get(packageId);
  return row && row.publishedAt !== null ? packageVersion(snapshot, packageId, row.version) : undefined;
}

/** The same by its code. */
export function packageByCode(snapshot: CatalogueSnapshot, code: string): PublishedPackage | undefined {
  const row = snapshot.packagesByCode.get(code);
  return row && leadingPackage(snapshot, row.itemId);
}

/** A version that members hold, whatever became of it since. */
export function packageVersion(
  snapshot: CatalogueSnapshot,
  packageId: string,
  version: number,
): PublishedPackage | undefined {
  const row = snapshot.rightsPackages.get(packageId);
  const found = snapshot.packageVersions.get(packageId)?.find((each) => each.version === version);
  if (!row || !found) return undefined;
  const { code, partnerId } = row;
  return { packageId, code, partnerId, version, state: found.state, content: found.content };
}
