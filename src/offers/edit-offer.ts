import type { Work } from "../context";
import type { Result } from "../kernel/result";
import { editVersion, versionsOf } from "../publishing/publishing";
import type { OfferStep } from "./move-offer";
import { offerInHand } from "./offer-in-hand";
import { offerVersions, type OfferVersion } from "./offer-versions";
import { draftableContent, type WrittenContent } from "./usable-content";

/**
 * Replaces the content of a draft. The caller becomes one of its editors and may not approve it. A rule that the caller
 * may not read stays; another one in its place is refused with FORBIDDEN.
 */
export async function editOffer(
  work: Work,
  input: OfferStep & { readonly content: WrittenContent },
): Promise<Result<OfferVersion>> {
  const found = await offerInHand(work, "editOffer", input.offerId);
  if (!found.ok) return found;
  // What is read here is what is edited: whoever edits it meanwhile raises the revision.
  const versions = await versionsOf(work.database.app, offerVersions, input.offerId);
  const before = versions.find((each) => each.version === input.version);
  const content = await draftableContent(work, input.content, before?.content ?? null);
  if (!content.ok) return content;
  return editVersion(work, offerVersions, { ...input, itemId: input.offerId, content: content.value });
}
