import { itemTable } from "../publishing/item.tables";

/** Benefits: rights that members can have. What they say stands in `versions` (kind `BENEFIT`). */
export const benefits = itemTable("benefits");
