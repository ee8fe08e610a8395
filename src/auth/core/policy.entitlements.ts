import type { PolicyRow } from "./policy";

const tills: PolicyRow = { partner: { reach: "own", scope: "purchases:write" }, service: "all" };
const holders: PolicyRow = { member: "own", service: "all" };

/**
 * The rows of the policy for what members hold of benefits, and use. A partner's own are members that it knows, or that
 * show it a code, at its own merchants; a supplier's own are besides the uses of what it supplies.
 */
export const entitlementPolicy = {
  "Member.entitlements": {
    staff: ["MARKETER", "FINANCE", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
    partner: { reach: "own", scope: "members:read" },
    member: "own",
    service: "all",
  },
  /** What each funder owes for a use is between it, the supplier and the operator. */
  "Redemption.costs": { staff: ["FINANCE", "AUDITOR"], service: "all" },
  issueRedemptionCode: holders,
  claimBenefit: holders,
  checkEntitlement: { ...tills, ...holders, staff: ["SUPPORT"] },
  redeemEntitlement: tills,
  uploadRedemptions: tills,
  confirmRedemption: tills,
  completeRedemption: tills,
  releaseRedemption: { ...tills, ...holders, staff: ["SUPPORT"] },
  reverseRedemption: { ...tills, staff: ["SUPPORT"] },
} as const satisfies Record<string, PolicyRow>;
