import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { done, refuse, type Result } from "../kernel/result";
import { importVersion } from "../publishing/publishing";
import type { OfferContent } from "./core/offer";
import { insertOffer } from "./draft-offer";
import { offerVersions } from "./offer-versions";
import { offerByCode, offerById, type OfferRow } from "./offers.queries";
import { usableContent } from "./usable-content";

/**
 * Brings in, as published, an offer that another system had published already. For services only (FORBIDDEN). Where the
 * merchant has an offer of this code it is answered as it is, so that an import can be repeated.
 */
export async function importOffer(
  work: Work,
  input: { readonly merchantId: string; readonly code: string; readonly content: OfferContent },
): Promise<Result<OfferRow>> {
  if (work.actor.kind !== "service") return refuse("FORBIDDEN", "Only a service may import published offers.");
  const content = await usableContent(work, input.content, null);
  if (!content.ok) return content;
  return inTransaction(work.database.app, async (tx) => {
    const offerId = await insertOffer(tx, work, { ...input, content: content.value, state: "PUBLISHED" });
    if (!offerId) return done(await there(offerByCode(tx, input.merchantId, input.code)));
    const imported = await importVersion(work, offerVersions, { itemId: offerId, content: content.value }, tx);
    if (!imported.ok) throw new Error(`a new offer cannot be imported: ${imported.refusals[0]?.message}`);
    return done(await there(offerById(tx, offerId)));
  });
}

async function there(found: Promise<OfferRow | undefined>): Promise<OfferRow> {
  const offer = await found;
  if (!offer) throw new Error("an offer that was just written or conflicted with is not there");
  return offer;
}
