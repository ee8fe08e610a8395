import { graphqlEnum } from "../graphql/enum";
import type { ActorKind, PartnerScope, StaffRole } from "./core/actor";

export const StaffRoleEnum = graphqlEnum<StaffRole>("StaffRole", "What a person of the operator's staff does.", {
  MARKETER: "Defines tags, drafts offers and rights, runs campaigns.",
  APPROVER: "Approves what somebody else drafted.",
  FINANCE: "Sees values, liability and settlement.",
  RISK: "Stops what goes wrong; reads the audit log.",
  SUPPORT: "Helps members: identities, profiles, merging.",
  AUDITOR: "Reads everything, changes nothing.",
  OPERATIONS: "Runs partners, merchants, programs, actors and keys.",
});

/** GraphQL names know no colon: `members:read` is `MEMBERS_READ` there. */
const scopesByName = {
  MERCHANT_READ: "merchant:read",
  MERCHANT_WRITE: "merchant:write",
  OFFERS_READ: "offers:read",
  OFFERS_WRITE: "offers:write",
  MEMBERS_READ: "members:read",
  MEMBERS_WRITE: "members:write",
  PURCHASES_WRITE: "purchases:write",
  POINTS_WRITE: "points:write",
  TAGS_WRITE: "tags:write",
  REPORTS_READ: "reports:read",
  KEYS_WRITE: "keys:write",
} as const satisfies Record<string, PartnerScope>;
export type ScopeName = keyof typeof scopesByName;

export const PartnerScopeEnum = graphqlEnum<ScopeName>(
  "PartnerScope",
  "What a partner's user or key may do, for its own partner.",
  {
    MERCHANT_READ: "Read what is internal to its merchants.",
    MERCHANT_WRITE: "Change its merchants and outlets.",
    OFFERS_READ: "Read its offers that are not published.",
    OFFERS_WRITE: "Draft, publish, pause, end and deliver its offers.",
    MEMBERS_READ: "Read the members that have an identity at it.",
    MEMBERS_WRITE: "Enroll and change members, link their identities, record their consent.",
    PURCHASES_WRITE: "Record purchases at its merchants.",
    POINTS_WRITE: "Grant points of its programs; spend, hold and reverse points at its merchants.",
    TAGS_WRITE: "Define its tags and set them on members.",
    REPORTS_READ: "Read figures over its members.",
    KEYS_WRITE: "List, create, rotate and revoke its API keys.",
  },
);

export function scopeOfName(name: ScopeName): PartnerScope {
  return scopesByName[name];
}

export function nameOfScope(scope: PartnerScope): ScopeName {
  return scope.toUpperCase().replace(":", "_") as ScopeName;
}

export type ActorKindName = "STAFF" | "PARTNER" | "MEMBER" | "SERVICE";

export const ActorKindEnum = graphqlEnum<ActorKindName>("ActorKind", "What sort of caller somebody is.", {
  STAFF: "A person of the operator's staff.",
  PARTNER: "A partner's user or API key.",
  MEMBER: "A member, or the app that acts for it.",
  SERVICE: "A process of the operator.",
});

export function nameOfKind(kind: Exclude<ActorKind, "anonymous">): ActorKindName {
  return kind.toUpperCase() as ActorKindName;
}
