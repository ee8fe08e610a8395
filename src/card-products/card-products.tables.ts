import { itemTable } from "../publishing/item.tables";

/** Card products, with slots for packages. What they say stands in `versions` (kind `CARD_PRODUCT`). */
export const cardProducts = itemTable("card_products");
