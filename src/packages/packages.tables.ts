import { itemTable } from "../publishing/item.tables";

/** Rights packages: bundles of benefits. What they say stands in `versions` (kind `RIGHTS_PACKAGE`). */
export const rightsPackages = itemTable("rights_packages");
