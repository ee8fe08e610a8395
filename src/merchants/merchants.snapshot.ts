import type { PageRequest } from "../db/page-request";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { nameContains, pageOf, rowsUnder } from "../snapshot/page-of";
import type { SellingStatus } from "./core/merchant";
import type { MerchantRow } from "./merchants.queries";

export interface MerchantFilter {
  readonly categoryCode?: string | null;
  readonly status?: SellingStatus | null;
  readonly partnerId?: string | null;
  readonly parentMerchantId?: string | null;
  /** Part of the name in any language, case ignored. */
  readonly search?: string | null;
}

/** Merchants in order of creation. */
export function merchantsInPage(
  { merchants, merchantsByPartner }: CatalogueSnapshot,
  { partnerId, ...filter }: MerchantFilter,
  page: PageRequest,
): MerchantRow[] {
  const rows = partnerId ? rowsUnder(merchants, merchantsByPartner.get(partnerId) ?? []) : merchants.values();
  return pageOf(
    rows,
    (row) => row.merchantId,
    (row) => fits(row, filter),
    page,
  );
}

function fits(row: MerchantRow, { categoryCode, status, parentMerchantId, search }: MerchantFilter): boolean {
  return (
    (!categoryCode || row.categoryCode === categoryCode) &&
    (!status || row.status === status) &&
    (!parentMerchantId || row.parentMerchantId === parentMerchantId) &&
    (!search || nameContains(row.name, search))
  );
}
