import type { Work } from "../context";
import type { Result } from "../kernel/result";
import { editVersion } from "../publishing/publishing";
import type { OfferStep } from "./move-offer";
import { offerInHand } from "./offer-in-hand";
import { offerVersions, type OfferVersion } from "./offer-versions";
import { draftableContent, type WrittenContent } from "./usable-content";

/** Replaces the content of a draft. The caller becomes one of its editors and may not approve it. */
export async function editOffer(
  work: Work,
  input: OfferStep & { readonly content: WrittenContent },
): Promise<Result<OfferVersion>> {
  const found = await offerInHand(work, "editOffer", input.offerId);
  if (!found.ok) return found;
  const content = await draftableContent(work, input.content);
  if (!content.ok) return content;
  return editVersion(work, offerVersions, { ...input, itemId: input.offerId, content: content.value });
}
