import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { canonicalJson } from "../kernel/canonical-json";
import { refuse, type Result } from "../kernel/result";
import { leadingVersion, type Version } from "../publishing/core/version";
import { returnToVersion } from "../publishing/publishing";
import { lockItem, typed } from "../publishing/publishing.queries";
import { mayReadRule } from "../rules/rule-names";
import { offerInHand } from "./offer-in-hand";
import { offerVersions, type OfferVersion } from "./offer-versions";

/**
 * Makes a new draft from the content of an earlier version, to be approved like any other. A rule of the version that
 * leads stays, where the caller may not read it, as when the offer is edited: a version without it is refused with
 * FORBIDDEN.
 */
export async function returnOffer(
  work: Work,
  input: { readonly offerId: string; readonly version: number; readonly reason?: string | null },
): Promise<Result<OfferVersion>> {
  const found = await offerInHand(work, "returnOffer", input.offerId);
  if (!found.ok) return found;
  await work.services.catalogue.catchUp();
  return inTransaction(work.database.app, async (tx) => {
    const versions = await lockItem(tx, offerVersions.kind, input.offerId);
    const refusal = losesHiddenRule(work, versions, input.version);
    return refusal ?? returnToVersion(work, offerVersions, { ...input, itemId: input.offerId }, tx);
  });
}

function losesHiddenRule(work: Work, versions: readonly Version[], wanted: number): Result<never> | undefined {
  const earlier = versions.find((each) => each.version === wanted);
  // That a version is not there is told by the step itself.
  if (!earlier) return undefined;
  const [before, after] = [leadingVersion(versions), earlier].map((each) => typed(offerVersions, each).content.rule);
  if (!before || mayReadRule(work, before) || canonicalJson(before) === canonicalJson(after ?? null)) return undefined;
  const message = `The offer has a rule which you may not read or replace, and version ${wanted} is without it.`;
  return refuse("FORBIDDEN", message, ["input", "version"]);
}
