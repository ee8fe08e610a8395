export const sellingStatuses = ["ACTIVE", "SUSPENDED", "CLOSED"] as const;
export type SellingStatus = (typeof sellingStatuses)[number];

export const outletKinds = ["PHYSICAL", "ONLINE"] as const;
export type OutletKind = (typeof outletKinds)[number];
