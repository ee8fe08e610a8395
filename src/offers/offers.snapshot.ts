import type { Scope } from "../auth/core/policy";
import type { PageRequest } from "../db/page-request";
import type { VersionState } from "../kernel/lifecycle";
import { audiencesOf } from "../rules/core/rule-nodes";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { nameContains, pageOf, rowsUnder } from "../snapshot/page-of";
import type { OfferKind } from "./core/offer";
import type { OfferVersion } from "./offer-versions";
import type { OfferRow } from "./offers.queries";

export interface OfferFilter {
  readonly state?: VersionState | null;
  readonly merchantId?: string | null;
  readonly kind?: OfferKind | null;
  /** The window holds this instant. */
  readonly activeAt?: Date | null;
  /** The window and `[from, before)` have an instant in common. */
  readonly from?: Date | null;
  readonly before?: Date | null;
  /** Part of the name in any language, case ignored. */
  readonly search?: string | null;
}

/** Offers in order of creation, as far as the caller may see; `unpublished` is how far it sees what never was published. */
export function offersInPage(
  snapshot: CatalogueSnapshot,
  { merchantId, ...filter }: OfferFilter,
  unpublished: Scope,
  page: PageRequest,
): OfferRow[] {
  const { offers, offersByMerchant } = snapshot;
  const rows = merchantId ? rowsUnder(offers, offersByMerchant.get(merchantId) ?? []) : offers.values();
  const fits = (row: OfferRow) => isVisibleOffer(snapshot, row, unpublished) && fitsFilter(row, filter);
  return pageOf(rows, (row) => row.offerId, fits, page);
}

/** What was never published is for those alone whom the policy names; `offersByIds` (offers.queries.ts) says the same. */
export function isVisibleOffer({ merchants }: CatalogueSnapshot, row: OfferRow, unpublished: Scope): boolean {
  if (row.publishedAt !== null || unpublished.kind === "all") return true;
  return unpublished.kind === "partner" && merchants.get(row.merchantId)?.partnerId === unpublished.partnerId;
}

/** The offers within reach whose rule names this audience in a version that is not ended, oldest first. */
export function offersNamingAudience(snapshot: CatalogueSnapshot, code: string, reach: Scope): OfferRow[] {
  const { offers, offerVersions, merchants } = snapshot;
  const names = ({ state, content }: OfferVersion) =>
    state !== "ENDED" && content.rule !== null && audiencesOf(content.rule).includes(code);
  return [...offers.values()].filter(
    ({ offerId, merchantId }) =>
      (reach.kind === "all" ||
        (reach.kind === "partner" && merchants.get(merchantId)?.partnerId === reach.partnerId)) &&
      offerVersions.get(offerId)?.some(names),
  );
}

function fitsFilter(row: OfferRow, { state, kind, activeAt, from, before, search }: OfferFilter): boolean {
  return (
    (!state || row.state === state) &&
    (!kind || row.kind === kind) &&
    (!activeAt || (row.startsAt <= activeAt && endsAfter(row, activeAt))) &&
    (!from || endsAfter(row, from)) &&
    (!before || row.startsAt < before) &&
    (!search || nameContains(row.name, search))
  );
}

function endsAfter({ endsAt }: OfferRow, instant: Date): boolean {
  return endsAt === null || endsAt > instant;
}
