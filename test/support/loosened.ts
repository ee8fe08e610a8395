import type { PolicyRow } from "../../src/auth/core/policy";
import { policyTable, type Action } from "../../src/auth/core/policy.table";

/** What somebody is told of members where a row of the policy is loosened: by the resolvers, and by plans. */
export const memberLoosenings: readonly [action: Action, viewer: string, row: PolicyRow][] = [
  ["member", "lin", { member: "all" }],
  ["member", "bank", { partner: { reach: "all" } }],
  ["members", "APPROVER", { staff: ["APPROVER"] }],
  ["Member.identities", "FINANCE", { staff: ["FINANCE"] }],
  ["Member.consents", "MARKETER", { staff: ["MARKETER"] }],
  ["Member.accounts", "bank", { partner: { reach: "all" } }],
  ["Member.tags", "FINANCE", { staff: ["FINANCE"] }],
  ["MemberTag.sensitive", "SUPPORT", { staff: ["SUPPORT"] }],
  ["Member.purchases", "FINANCE", { staff: ["FINANCE"] }],
  ["Member.offerDeliveries", "FINANCE", { staff: ["FINANCE"] }],
];

/** Runs the work under a policy with another row, and puts the row back. */
export async function loosened(action: Action, row: PolicyRow, work: () => Promise<void>): Promise<void> {
  const table = policyTable as Record<Action, PolicyRow>;
  const before = table[action];
  table[action] = row;
  try {
    await work();
  } finally {
    table[action] = before;
  }
}
