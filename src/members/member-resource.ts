import type { Resource } from "../auth/core/policy";
import type { Work } from "../context";

/**
 * What the policy is asked about a member that the caller has loaded: a partner's loader hands out only members with a
 * live identity at that partner, so that what is left to ask is its scopes; which rows of the member it sees is restricted in SQL.
 */
export function memberResource({ actor }: Pick<Work, "actor">, { memberId }: { readonly memberId: string }): Resource {
  return actor.kind === "partner" ? { memberId, partnerId: actor.partnerId } : { memberId };
}
