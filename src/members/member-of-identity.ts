import type { RequestContext } from "../context";
import { readableScope } from "../graphql/authorize";
import { badInput } from "../graphql/errors";
import { rawId } from "../graphql/ids-in-filters";
import { numberRefusals } from "./core/member";
import { memberIdByNumber } from "./identity-claims";

/** A partner's own number for a member, with the partner by global id or by code; partners need not name themselves. */
export interface AskedIdentity {
  readonly number: string;
  readonly partnerId?: string | null | undefined;
  readonly partnerCode?: string | null | undefined;
}

/** The member that the number was given to, which may since have been merged into another; null where there is none. */
export async function memberIdOfIdentity(context: RequestContext, asked: AskedIdentity): Promise<string | null> {
  const partnerId = partnerAskedOf(context, asked);
  if (partnerId === null) return null;
  return (await memberIdByNumber(context.database.app, partnerId, asked.number)) ?? null;
}

/** Whose number it is that the caller asks for; null where it may not know or nobody has such a number. */
export function partnerAskedOf(context: RequestContext, asked: AskedIdentity): string | null {
  const scope = readableScope(context, "memberByIdentity");
  const partner = askedPartner(context, asked) ?? (scope.kind === "partner" ? scope.partnerId : undefined);
  if (!partner) throw badInput("partnerId and partnerCode are both missing, expected one of them.");
  // Whether another partner's number exists is as much its own business as whose it is.
  if (scope.kind === "partner" && partner !== scope.partnerId) return null;
  return numberRefusals(asked.number).length > 0 ? null : partner;
}

function askedPartner(context: RequestContext, { partnerId, partnerCode }: AskedIdentity): string | undefined {
  if (partnerId && partnerCode) throw badInput("partnerId and partnerCode are both given, expected one of them.");
  if (partnerId) return rawId(context, "Partner", partnerId);
  if (!partnerCode) return undefined;
  const partner = context.services.catalogue.current.partnersByCode.get(partnerCode);
  if (!partner) throw badInput(`partnerCode is "${partnerCode}", expected the code of a partner.`);
  return partner.partnerId;
}
