import type { ItemUse } from "../publishing/item-uses";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { packageCodesOf } from "./core/content";

/** The card products that name a package in a version that is not ended, oldest first. */
export function usersOfPackage({ cardProducts, productVersions }: CatalogueSnapshot, code: string): ItemUse[] {
  return [...cardProducts.values()]
    .filter(({ itemId }) =>
      productVersions
        .get(itemId)
        ?.some(({ state, content }) => state !== "ENDED" && packageCodesOf(content).includes(code)),
    )
    .map(({ itemId, code: own }) => ({ type: "CardProduct", id: itemId, code: own }));
}
