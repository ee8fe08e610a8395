import type { Work } from "../context";
import type { Result } from "../kernel/result";
import { editVersion } from "../publishing/publishing";
import { audienceInHand } from "./audience-in-hand";
import { audienceVersions, type AudienceVersion } from "./audience-versions";
import type { AudienceStep } from "./move-audience";
import { usableContent, type WrittenContent } from "./usable-content";

/** Replaces the content of a draft. The caller becomes one of its editors and may not approve it. */
export async function editAudience(
  work: Work,
  input: AudienceStep & { readonly content: WrittenContent },
): Promise<Result<AudienceVersion>> {
  const found = await audienceInHand(work, "editAudience", input.audienceId);
  if (!found.ok) return found;
  const content = await usableContent(work, found.value, input.content);
  if (!content.ok) return content;
  return editVersion(work, audienceVersions, { ...input, itemId: input.audienceId, content: content.value });
}
