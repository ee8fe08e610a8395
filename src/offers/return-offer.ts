import type { Work } from "../context";
import type { Result } from "../kernel/result";
import { returnToVersion } from "../publishing/publishing";
import { offerInHand } from "./offer-in-hand";
import { offerVersions, type OfferVersion } from "./offer-versions";

/** Makes a new draft from the content of an earlier version, to be approved like any other. */
export async function returnOffer(
  work: Work,
  input: { readonly offerId: string; readonly version: number; readonly reason?: string | null },
): Promise<Result<OfferVersion>> {
  const found = await offerInHand(work, "returnOffer", input.offerId);
  if (!found.ok) return found;
  return returnToVersion(work, offerVersions, { ...input, itemId: input.offerId });
}
