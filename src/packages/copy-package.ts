import { allows } from "../auth/core/policy";
import type { Work } from "../context";
import { grantRefusal } from "../graphql/authorize";
import { refuse, type Result } from "../kernel/result";
import { draftItem } from "../publishing/item-kind";
import { packageKind, type RightsPackageVersion } from "./package-kind";

/**
 * Starts a new package as a draft with what the leading version of another one says. The copy has the owner of the
 * original. Refuses with NOT_FOUND a package that the caller may not draft versions of, ALREADY_EXISTS a code in use.
 */
export async function copyRightsPackage(
  work: Work,
  input: { readonly fromCode: string; readonly code: string; readonly reason?: string | null },
): Promise<Result<RightsPackageVersion>> {
  const denied = grantRefusal(work, "copyRightsPackage");
  if (denied) return denied;
  const { packagesByCode, packageVersions } = await work.services.catalogue.catchUp();
  const row = packagesByCode.get(input.fromCode);
  const leading = row && packageVersions.get(row.itemId)?.find((each) => each.version === row.version);
  if (!leading || !allows(work.actor, "copyRightsPackage", { partnerId: row.partnerId })) {
    return refuse("NOT_FOUND", `The package "${input.fromCode}" was not found.`, ["input", "fromCode"]);
  }
  const target = { code: input.code, partnerId: row.partnerId };
  return draftItem(work, packageKind, { target, content: leading.content, reason: input.reason });
}
