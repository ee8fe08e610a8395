import type { StaffRole } from "../auth/core/actor";

/** Somebody whom the development issuer's tokens can stand for. The operator comes first. */
export interface DemoActor {
  /** What `npm run alliance -- token NAME` calls it. */
  readonly name: string;
  /** The token's subject, as the actors table has it. */
  readonly subject: string;
  readonly description: string;
  readonly roles: readonly StaffRole[];
}

export const demoActors: readonly DemoActor[] = [
  {
    name: "operator",
    subject: "demo:operator",
    description: "staff of the operator, every role",
    roles: ["MARKETER", "APPROVER", "FINANCE", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"],
  },
];
