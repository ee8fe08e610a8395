export const adjustmentStates = ["REQUESTED", "APPROVED", "REJECTED"] as const;
/** `REQUESTED` waits for a second person; the other two are final. */
export type AdjustmentState = (typeof adjustmentStates)[number];
