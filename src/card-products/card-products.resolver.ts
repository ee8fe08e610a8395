import { seesAllOf } from "../publishing/item-view";
import { lifecycleMutations } from "../publishing/item.mutations";
import { itemResolvers, type QueriesOf } from "../publishing/item.resolver";
import type { ItemRow } from "../publishing/items.queries";
import {
  CardProductContentInput,
  CardProductContentType,
  CardProductType,
  CardProductVersionType,
} from "./card-products.types";
import { fromProductInput, toProductContent, toProductVersion } from "./card-products.view";
import type { CardProductContent } from "./core/card-product";
import { productKind } from "./product-kind";

/** Objects of the room are its rows. */
export const asCardProduct = (row: ItemRow) => row as unknown as CardProductType;

const products: QueriesOf<CardProductContent, CardProductContentInput> = {
  kind: productKind,
  ...{ one: "cardProduct", many: "cardProducts" },
  types: { item: CardProductType, version: CardProductVersionType, content: CardProductContentInput },
  contentType: CardProductContentType,
  rows: (snapshot) => snapshot.cardProducts,
  byCode: (snapshot) => snapshot.productsByCode,
  versions: (snapshot) => snapshot.productVersions,
  // Nothing of the catalogue names a card product; members' cards do.
  uses: () => [],
  fromInput: fromProductInput,
  toContent: (context, content, row) => toProductContent(content, context, seesAllOf(context, "CardProduct", row)),
  toVersion: (context, version) => toProductVersion(version, context),
};

export const cardProductResolvers = [...itemResolvers(products), ...lifecycleMutations(products)] as const;
