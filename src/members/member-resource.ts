import type { Actor } from "../auth/core/actor";
import type { Resource } from "../auth/core/policy";

/**
 * What the policy is asked about a member that the caller has loaded: a partner's loader hands out only members with a
 * live identity at that partner, so that what is left to ask is its scopes.
 */
export function memberResource(actor: Actor, memberId: string): Resource {
  return actor.kind === "partner" ? { memberId, partnerId: actor.partnerId } : { memberId };
}
