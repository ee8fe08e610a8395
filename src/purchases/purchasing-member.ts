import type { RequestContext } from "../context";
import { rawId } from "../graphql/ids-in-filters";
import type { MemberNamed } from "../members/member-named";
import type { PurchasingMember } from "./purchases.types";

/** The member that a till's input names, as use cases take it. */
export function purchasingMember(context: RequestContext, { id, identity }: PurchasingMember): MemberNamed {
  if (!identity) return { memberId: rawId(context, "Member", id ?? "") };
  return { identity: { partnerId: rawId(context, "Partner", identity.partnerId), number: identity.number } };
}
