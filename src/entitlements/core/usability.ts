import { quotaOf, type BenefitTerms } from "../../benefits/core/benefit";
import type { RefusalCode } from "../../kernel/refusal-codes";
import { dayIn, startOfDay } from "../../kernel/zoned-day";
import { standingAt, type EntitlementFacts } from "./entitlement";
import { quotaAt, type QuotaStanding, type UsesByPeriod } from "./quota";

/** An entitlement with everything that decides its use but where and for how many. */
export interface HeldEntitlement extends EntitlementFacts {
  readonly terms: BenefitTerms;
  readonly quantity: number;
  readonly timeZone: string;
  readonly grantedAt: Date;
  readonly stateSince: Date;
  readonly uses: UsesByPeriod;
}

/** Where it is wished to be used. */
export interface Place {
  readonly merchantCode: string;
  /** Of the partner that the merchant is of. */
  readonly partnerCode: string;
}

export interface AskedUse {
  /** When it is, or was, used: it is judged at this instant. */
  readonly at: Date;
  readonly units: number;
  /** Of an access: each takes a unit more. */
  readonly guests: number;
  /** Null where nobody says where: a claim of the member's own, or a service that reports. */
  readonly place: Place | null;
}

/** What the benefit's version says of its use. */
export interface UseRules {
  readonly merchantCodes: readonly string[];
  readonly supplierCode: string;
}

export interface UseRefusal {
  readonly code: RefusalCode;
  /** Names what stands in the way, its value, and since or until when. */
  readonly message: string;
  /** From when on this alone would not stand in the way any more; null where no time will do. */
  readonly possibleAt: Date | null;
}

export interface Usability {
  /** Units that the use takes, its guests' among them. */
  readonly units: number;
  readonly quota: QuotaStanding;
  /** Why not, in the order in which a person would ask; empty: it may be used. */
  readonly refusals: readonly UseRefusal[];
}

/**
 * The one judgement of whether an entitlement may be used, but for its benefit's rule, which asks of the member, and for
 * the stock, which is everybody's. Eligibility answers and redemptions both come from here, so that they cannot differ.
 */
export function usabilityOf(held: HeldEntitlement, asked: AskedUse, rules: UseRules): Usability {
  const quota = quotaAt({ ...held, quota: quotaOf(held.terms) }, held.uses, asked.at);
  const units = asked.units + asked.guests;
  const refusals = [
    standingRefusal(held, asked.at),
    kindRefusal(held, asked),
    placeRefusal(rules, asked.place),
    quotaRefusal(held, quota, units),
  ].filter((refusal) => refusal !== undefined);
  return { units, quota, refusals };
}

const instant = (at: Date) => at.toISOString();

/**
 * A use that is reported late is judged as things stood then. What is kept of the past is when the present state began:
 * before that the entitlement counts as active, since what suspended or ended it had not happened yet.
 */
function standingRefusal(held: HeldEntitlement, at: Date): UseRefusal | undefined {
  const refuse = (message: string, possibleAt: Date | null = null): UseRefusal => ({
    ...{ code: "ENTITLEMENT_NOT_USABLE", message: `The entitlement ${message}.`, possibleAt },
  });
  if (at < held.grantedAt) return refuse(`was granted at ${instant(held.grantedAt)}`, held.grantedAt);
  const then = at < held.stateSince ? ({ ...held, state: "ACTIVE", suspendedFor: [] } as const) : held;
  switch (standingAt(then, at)) {
    case "WAITING":
      return refuse(`is good from ${instant(held.validFrom)} on`, held.validFrom);
    case "SUSPENDED":
      return refuse(`is suspended: ${held.suspendedFor.join(", ")}, since ${instant(held.stateSince)}`);
    case "EXPIRED":
      return refuse(`was good until ${instant(held.validUntil)}`);
    case "ENDED":
      return refuse(`ended: ${held.endedFor}, at ${instant(held.stateSince)}`);
    case "USABLE":
      return waitingRefusal(held, at);
  }
}

function waitingRefusal({ terms, validFrom, validUntil, timeZone }: HeldEntitlement, at: Date): UseRefusal | undefined {
  if (terms.kind !== "COVER" || terms.waitingDays === 0) return undefined;
  const over = startOfDay(timeZone, dayIn(timeZone, validFrom).add({ days: terms.waitingDays }));
  if (at >= over) return undefined;
  const message = `The cover waits for ${terms.waitingDays} days: it is good from ${instant(over)} on.`;
  return { code: "ENTITLEMENT_NOT_USABLE", message, possibleAt: over < validUntil ? over : null };
}

function kindRefusal({ terms }: HeldEntitlement, { guests }: AskedUse): UseRefusal | undefined {
  if (terms.kind === "CASH_RETURN") {
    const message = "A CASH_RETURN is paid by itself when its mark is reached; it is not redeemed.";
    return { code: "ENTITLEMENT_NOT_USABLE", message, possibleAt: null };
  }
  const most = terms.kind === "ACCESS" ? terms.guests : 0;
  if (guests <= most) return undefined;
  const message = `${guests} guests, expected at most ${most} by the entitlement's terms.`;
  return { code: "TOO_MANY_GUESTS", message, possibleAt: null };
}

/** Where the version names no merchants, those of the supplier's own serve it. */
export function placeRefusal({ merchantCodes, supplierCode }: UseRules, place: Place | null): UseRefusal | undefined {
  if (!place) return undefined;
  const serves =
    merchantCodes.length > 0 ? merchantCodes.includes(place.merchantCode) : place.partnerCode === supplierCode;
  if (serves) return undefined;
  const message = `The merchant "${place.merchantCode}" does not serve this benefit.`;
  return { code: "MERCHANT_NOT_SERVING", message, possibleAt: null };
}

function quotaRefusal(held: HeldEntitlement, quota: QuotaStanding, units: number): UseRefusal | undefined {
  if (quota.left === null || units <= quota.left) return undefined;
  const until = `in the period from ${instant(quota.from)} to ${instant(quota.to)}`;
  const message = `${quota.left} of ${quota.units} units are left ${until}; ${units} are wanted.`;
  // A period later as many may be used as in this one, unless that is too few or the entitlement is over by then.
  const fits = units <= quotaAt({ ...held, quota: quotaOf(held.terms) }, held.uses, quota.to).left!;
  return { code: "QUOTA_USED", message, possibleAt: fits && quota.to < held.validUntil ? quota.to : null };
}
