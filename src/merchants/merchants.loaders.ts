import DataLoader from "dataloader";
import type { Db } from "../db/client";
import { groupedInOrder } from "../db/in-order";
import type { PageRequest } from "../db/page-request";
import { pageLoader } from "../graphql/page-loader";
import type { CatalogueStore } from "../snapshot/catalogue-store";
import { keyLoader } from "../snapshot/key-loader";
import { outletsByIds, pagesOfOutlets, type OutletRow } from "./merchants.queries";

/** All from memory but outlets, of which there may be a million. */
export function merchantLoaders({ app }: { readonly app: Db }, catalogue: CatalogueStore) {
  return {
    partnerById: keyLoader(catalogue, ({ partners }, id) => partners.get(id)),
    merchantById: keyLoader(catalogue, ({ merchants }, id) => merchants.get(id)),
    merchantByCode: keyLoader(catalogue, ({ merchantsByCode }, code) => merchantsByCode.get(code)),
    categoryByCode: keyLoader(catalogue, ({ categories }, code) => categories.get(code)),
    outletById: new DataLoader<string, OutletRow | null>((ids) =>
      catalogue.outlets.inOrder(ids, (missing) => outletsByIds(app, missing)),
    ),
    outletsOfMerchant: pageLoader<PageRequest, OutletRow>(async (merchantIds, page) =>
      groupedInOrder(merchantIds, await pagesOfOutlets(app, merchantIds, page), (row) => row.merchantId),
    ),
  };
}
