import type { MemberId, PartnerId } from "../../kernel/ids";

/** What staff of the operator or of an issuing partner may be; granted by the actors table, never by a token's claims. */
export const staffRoles = ["MARKETER", "APPROVER", "FINANCE", "RISK", "SUPPORT", "AUDITOR", "OPERATIONS"] as const;
export type StaffRole = (typeof staffRoles)[number];

/** What an API key or a partner user may do within its own partner. */
export const partnerScopes = [
  "merchant:read",
  "merchant:write",
  "offers:read",
  "offers:write",
  "members:read",
  "members:write",
  "purchases:write",
  "points:write",
  "tags:write",
  "reports:read",
  "keys:write",
] as const;
export type PartnerScope = (typeof partnerScopes)[number];

type PartnerActor = {
  readonly kind: "partner";
  readonly actorId: string;
  readonly partnerId: PartnerId;
  readonly scopes: ReadonlySet<PartnerScope>;
} & (
  | {
      /** Signed in to the portal. */
      readonly channel: "user";
    }
  | {
      /** Calls with an API key. */
      readonly channel: "service";
      /**
       * The actor ids of everyone who made the key, or a key that it descends from by rotation or by being made with
       * it. Each has held a secret that this key follows from, so what the key writes counts as theirs too.
       */
      readonly onBehalfOf: readonly string[];
    }
);

/** Who is calling. `actorId` is the row of the actors table (or of the API key) and is what the audit log names. */
export type Actor =
  | { readonly kind: "anonymous" }
  | { readonly kind: "staff"; readonly actorId: string; readonly roles: ReadonlySet<StaffRole> }
  | PartnerActor
  | { readonly kind: "member"; readonly actorId: string; readonly memberId: MemberId }
  /** A process of the operator itself: jobs, imports, the command line. */
  | { readonly kind: "service"; readonly actorId: string; readonly name: string };

export type ActorKind = Actor["kind"];

export const anonymous: Actor = { kind: "anonymous" };

export function actorIdOf(actor: Actor): string | null {
  return actor.kind === "anonymous" ? null : actor.actorId;
}

/** How an API key is named among actors. */
export function actorIdOfKey(prefix: string): string {
  return `key:${prefix}`;
}
