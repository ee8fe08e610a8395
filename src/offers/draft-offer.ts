import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import { refuse, refuseAll, type Result } from "../kernel/result";
import { codeRefusals } from "../merchants/core/merchant";
import { merchantsByIds } from "../merchants/merchants.queries";
import { leadingVersion } from "../publishing/core/version";
import { draftVersion, versionsOf } from "../publishing/publishing";
import { lockItem } from "../publishing/publishing.queries";
import type { OfferContent } from "./core/offer";
import { tagsOf } from "./core/content";
import { offerInHand } from "./offer-in-hand";
import { leadingFacts, offerVersions, type OfferVersion } from "./offer-versions";
import { offers } from "./offers.tables";
import { draftableContent, type WrittenContent } from "./usable-content";

/** What is drafted: the first version of a new offer, or the next version of one that is there. */
export type OfferTarget = { readonly merchantId: string; readonly code: string } | { readonly offerId: string };

export interface OfferDraft {
  readonly target: OfferTarget;
  readonly content: WrittenContent;
  readonly reason?: string | null;
}

/**
 * Starts a version of an offer as a draft. An offer's code is unique within its merchant and never changes. Refuses with
 * WRONG_STATE while another version of the offer is on its way, and for a closed merchant.
 */
export async function draftOffer(work: Work, input: OfferDraft): Promise<Result<OfferVersion>> {
  return "offerId" in input.target
    ? draftNextVersion(work, input.target.offerId, input)
    : draftNewOffer(work, input.target, input);
}

/** A rule of the version that leads stays, where the caller may not read it; another is refused with FORBIDDEN. */
async function draftNextVersion(work: Work, offerId: string, input: OfferDraft): Promise<Result<OfferVersion>> {
  const found = await offerInHand(work, "draftOffer", offerId);
  if (!found.ok) return found;
  const leading = leadingVersion(await versionsOf(work.database.app, offerVersions, offerId));
  const content = await draftableContent(work, input.content, leading.content);
  if (!content.ok) return content;
  const draft = { itemId: offerId, content: content.value, reason: input.reason };
  return inTransaction(work.database.app, async (tx) => {
    // A version that went live since may have a rule, of which the content that was just judged says nothing.
    const now = leadingVersion(await lockItem(tx, offerVersions.kind, offerId));
    if (now.version === leading.version) return draftVersion(work, offerVersions, draft, tx);
    return refuse("VERSION_CONFLICT", `Version ${now.version} of the offer leads by now; read it again.`);
  });
}

async function draftNewOffer(
  work: Work,
  { merchantId, code }: { readonly merchantId: string; readonly code: string },
  input: OfferDraft,
): Promise<Result<OfferVersion>> {
  const [merchant] = await merchantsByIds(work.database.app, [merchantId]);
  const denied = refusalFor(work, "draftOffer", { partnerId: merchant?.partnerId }, "The merchant");
  if (denied) return denied;
  const path = ["input", "target", "newOffer"];
  if (!merchant) return refuse("NOT_FOUND", "The merchant was not found.", [...path, "merchantId"]);
  if (merchant.status === "CLOSED") {
    return refuse("WRONG_STATE", "The merchant is CLOSED, expected ACTIVE or SUSPENDED.", [...path, "merchantId"]);
  }
  const refusals = codeRefusals(code, [...path, "code"]);
  if (refusals.length > 0) return refuseAll(refusals);
  const content = await draftableContent(work, input.content, null);
  if (!content.ok) return content;

  return inTransaction(work.database.app, async (tx) => {
    const offerId = await insertOffer(tx, work, { merchantId, code, content: content.value, state: "DRAFT" });
    if (!offerId) return refuse("ALREADY_EXISTS", `The merchant has an offer with code "${code}".`, [...path, "code"]);
    const draft = { itemId: offerId, content: content.value, reason: input.reason };
    const drafted = await draftVersion(work, offerVersions, draft, tx);
    // The content was read, the caller is somebody, and nobody else knows the new id.
    if (!drafted.ok) throw new Error(`a new offer cannot be drafted: ${drafted.refusals[0]?.message}`);
    return drafted;
  });
}

/** Writes the row that the versions of a new offer keep in step; undefined where the merchant has the code already. */
export async function insertOffer(
  tx: Tx,
  work: Work,
  offer: {
    readonly merchantId: string;
    readonly code: string;
    readonly content: OfferContent;
    readonly state: "DRAFT" | "PUBLISHED";
  },
): Promise<string | undefined> {
  const { merchantId, code, content, state } = offer;
  const publishedAt = state === "PUBLISHED" ? work.now : null;
  const [row] = await tx
    .insert(offers)
    .values({
      ...{ offerId: newId(), merchantId, code, createdAt: work.now },
      ...leadingFacts({ version: 1, state, publishedAt, content }),
      audienceTags: tagsOf(content),
    })
    .onConflictDoNothing({ target: [offers.merchantId, offers.code] })
    .returning({ offerId: offers.offerId });
  return row?.offerId;
}
