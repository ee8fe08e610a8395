import DataLoader from "dataloader";
import type { Db } from "../db/client";
import { groupedInOrder, inOrder } from "../db/in-order";
import type { PageRequest } from "../db/page-request";
import { pageLoader } from "../graphql/page-loader";
import {
  allCategories,
  merchantsByIds,
  outletsByIds,
  pagesOfMerchants,
  pagesOfOutlets,
  partnersByIds,
  type CategoryRow,
  type MerchantRow,
  type OutletRow,
  type PartnerRow,
} from "./merchants.queries";

export function merchantLoaders({ app }: { readonly app: Db }) {
  return {
    partnerById: new DataLoader<string, PartnerRow | null>(async (ids) =>
      inOrder(ids, await partnersByIds(app, ids), (row) => row.partnerId),
    ),
    merchantById: new DataLoader<string, MerchantRow | null>(async (ids) =>
      inOrder(ids, await merchantsByIds(app, ids), (row) => row.merchantId),
    ),
    outletById: new DataLoader<string, OutletRow | null>(async (ids) =>
      inOrder(ids, await outletsByIds(app, ids), (row) => row.outletId),
    ),
    merchantsOfPartner: pageLoader<PageRequest, MerchantRow>(async (partnerIds, page) =>
      groupedInOrder(partnerIds, await pagesOfMerchants(app, partnerIds, page), (row) => row.partnerId),
    ),
    outletsOfMerchant: pageLoader<PageRequest, OutletRow>(async (merchantIds, page) =>
      groupedInOrder(merchantIds, await pagesOfOutlets(app, merchantIds, page), (row) => row.merchantId),
    ),
    categoryByCode: new DataLoader<string, CategoryRow | null>(async (codes) =>
      inOrder(codes, await allCategories(app), (row) => row.code),
    ),
  };
}
