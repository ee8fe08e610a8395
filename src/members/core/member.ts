/** `MERGED` members are closed and answer as the member they were merged into. */
export const memberStatuses = ["ACTIVE", "CLOSED", "MERGED"] as const;
export type MemberStatus = (typeof memberStatuses)[number];

/** What a member can permit a partner to do with its data. */
export const consentPurposes = ["MARKETING", "PROFILING", "DATA_SHARING", "ANALYTICS"] as const;
export type ConsentPurpose = (typeof consentPurposes)[number];
