import type { StaffRole } from "./actor";
import type { PolicyRow } from "./policy";

export const everyStaffRole: readonly StaffRole[] = [
  "MARKETER",
  "APPROVER",
  "FINANCE",
  "RISK",
  "SUPPORT",
  "AUDITOR",
  "OPERATIONS",
];

/** What is published is the same for everyone who is signed in. */
export const everyoneSignedIn: PolicyRow = {
  staff: everyStaffRole,
  partner: { reach: "all" },
  member: "all",
  service: "all",
};
