export const purchaseChannels = ["IN_STORE", "ONLINE", "APP", "PHONE"] as const;
export type PurchaseChannel = (typeof purchaseChannels)[number];
