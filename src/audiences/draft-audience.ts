import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { codeRefusals } from "../merchants/core/merchant";
import { partnersByIds } from "../merchants/merchants.queries";
import { draftVersion } from "../publishing/publishing";
import { audienceInHand } from "./audience-in-hand";
import { audienceVersions, leadingFacts, type AudienceVersion } from "./audience-versions";
import { audiences } from "./audiences.tables";
import type { AudienceContent } from "./core/audience";
import { usableContent, type WrittenContent } from "./usable-content";

/** What is drafted: the first version of a new audience, or the next version of one that is there. */
export type AudienceTarget =
  /** `partnerId` is null for an audience of the operator. */
  { readonly partnerId: string | null; readonly code: string } | { readonly audienceId: string };

export interface AudienceDraft {
  readonly target: AudienceTarget;
  readonly content: WrittenContent;
  readonly reason?: string | null;
}

/**
 * Starts a version of an audience as a draft. A code is unique within the alliance and never changes, since rules name
 * audiences by it alone. Refuses with WRONG_STATE while another version of the audience is on its way.
 */
export async function draftAudience(work: Work, input: AudienceDraft): Promise<Result<AudienceVersion>> {
  return "audienceId" in input.target
    ? draftNextVersion(work, input.target.audienceId, input)
    : draftNewAudience(work, input.target, input);
}

async function draftNextVersion(
  work: Work,
  audienceId: string,
  input: AudienceDraft,
): Promise<Result<AudienceVersion>> {
  const found = await audienceInHand(work, "draftAudience", audienceId);
  if (!found.ok) return found;
  const content = await usableContent(work, found.value, input.content);
  if (!content.ok) return content;
  return draftVersion(work, audienceVersions, { itemId: audienceId, content: content.value, reason: input.reason });
}

async function draftNewAudience(
  work: Work,
  { partnerId, code }: { readonly partnerId: string | null; readonly code: string },
  input: AudienceDraft,
): Promise<Result<AudienceVersion>> {
  const path = ["input", "target", "newAudience"];
  const denied = refusalFor(work, "draftAudience", { partnerId }, "The partner");
  if (denied) return denied;
  const [partner] = partnerId === null ? [null] : await partnersByIds(work.database.app, [partnerId]);
  if (partner === undefined) return refuse("NOT_FOUND", "The partner was not found.", [...path, "partnerId"]);
  const refusals = codeRefusals(code, [...path, "code"]);
  if (refusals.length > 0) return refuseAll(refusals);
  const content = await usableContent(work, { code, partnerId }, input.content);
  if (!content.ok) return content;

  return inTransaction(work.database.app, async (tx) => {
    const audienceId = await insertAudience(tx, work, { partnerId, code, content: content.value });
    if (!audienceId) return refuse("ALREADY_EXISTS", `There is an audience with code "${code}".`, [...path, "code"]);
    const draft = { itemId: audienceId, content: content.value, reason: input.reason };
    const drafted = await draftVersion(work, audienceVersions, draft, tx);
    // The content was read, the caller is somebody, and nobody else knows the new id.
    if (!drafted.ok) throw new Error(`a new audience cannot be drafted: ${drafted.refusals[0]?.message}`);
    return done(drafted.value);
  });
}

/** Writes the row that the versions of a new audience keep in step; undefined where the code is taken. */
async function insertAudience(
  tx: Tx,
  work: Work,
  { partnerId, code, content }: { partnerId: string | null; code: string; content: AudienceContent },
): Promise<string | undefined> {
  const [row] = await tx
    .insert(audiences)
    .values({
      ...{ audienceId: newId(), partnerId, code, createdAt: work.now },
      ...leadingFacts({ version: 1, state: "DRAFT", publishedAt: null, content }),
    })
    .onConflictDoNothing({ target: [audiences.code] })
    .returning({ audienceId: audiences.audienceId });
  return row?.audienceId;
}
