import { partnerScopes, staffRoles, type PartnerScope, type StaffRole } from "../auth/core/actor";

/** Somebody who may sign in to the demo alliance with a token of the development issuer. */
export interface DemoActor {
  /** Short, for the command line. */
  readonly name: string;
  readonly kind: "staff" | "partner" | "member" | "service";
  /** The `sub` claim of the token. */
  readonly subject: string;
  /** For people: who it is and what it is for. */
  readonly description: string;
  readonly roles?: readonly StaffRole[];
  /** Code of the partner whose portal it is. */
  readonly partner?: string;
  readonly scopes?: readonly PartnerScope[];
}

function staff(name: string, person: string, does: string, roles: readonly StaffRole[]): DemoActor {
  return { name, kind: "staff", subject: `demo:${name}`, description: `${person}, ${does}`, roles };
}

/** The operator comes first: the page and the examples ask in its name. One of each kind, then the single staff roles. */
export const demoActors: readonly DemoActor[] = [
  staff("operator", "Shen Yun", "runs the alliance; staff with every role", staffRoles),
  {
    name: "portal",
    kind: "partner",
    subject: "demo:portal",
    description: "Chen Kai, manager of Coffee House; sees and runs its own side only",
    partner: "coffee-house",
    scopes: partnerScopes,
  },
  {
    name: "member",
    kind: "member",
    subject: "demo:member",
    description: "Lin Yue, a member with accounts, offers and purchases at several partners; sees herself only",
  },
  {
    name: "service",
    kind: "service",
    subject: "demo:service",
    description: "a process of the operator, such as its data platform",
  },
  staff("marketer", "Tang Wei", "writes offers and tags; cannot approve them", ["MARKETER"]),
  staff("approver", "Gu Min", "approves what others wrote", ["APPROVER"]),
  staff("finance", "Xu Lan", "sees what points are worth", ["FINANCE"]),
  staff("risk", "He Jun", "pauses offers and disables actors", ["RISK"]),
  staff("support", "Bai Ling", "helps members, links and merges them", ["SUPPORT"]),
  staff("auditor", "Song Rui", "reads everything, changes nothing", ["AUDITOR"]),
  staff("operations", "Ma Chao", "creates merchants, outlets and programs", ["OPERATIONS"]),
];
