import { allows } from "../auth/core/policy";
import type { Work } from "../context";
import type { Queryable } from "../db/client";
import type { Refusal } from "../kernel/result";
import { toldConditions, unmetConditions } from "../matching/unmet-conditions";
import type { MerchantRow } from "../merchants/merchants.queries";
import { readTerms } from "../benefits/core/stored-terms";
import { pinnedBenefit, type PinnedBenefit } from "./benefit-of";
import { usabilityOf, type HeldEntitlement, type Place, type Usability, type UseRefusal } from "./core/usability";
import { stockPeriodAt } from "./core/stock-period";
import { usesOf, type EntitlementRow } from "./entitlements.queries";

export interface WishedUse {
  readonly at: Date;
  readonly units: number;
  readonly guests: number;
  readonly merchant: MerchantRow | null;
}

export interface JudgedStock {
  readonly benefitId: string;
  readonly period: string;
  /** Units of the whole period. */
  readonly most: number;
}

export interface Judgement extends Usability {
  readonly benefit: PinnedBenefit;
  /** What all members share; null where the benefit has no stock. */
  readonly stock: JudgedStock | null;
}

/** The member, with every id under which it has history. */
export interface UsingMember {
  readonly memberId: string;
  readonly allIds: readonly string[];
}

/** What is held, as it stands now: read under the member's lock by whoever then writes. */
export async function heldEntitlement(
  db: Queryable,
  { allIds }: UsingMember,
  row: EntitlementRow,
  now: Date,
): Promise<HeldEntitlement> {
  const uses = await usesOf(db, allIds, [row.entitlementId], now);
  return { ...row, terms: readTerms(row.terms), uses: uses.get(row.entitlementId) ?? new Map<string, number>() };
}

/** The judgement of everything but the benefit's rule and its stock. */
export async function judgeUse(
  db: Queryable,
  work: Work,
  member: UsingMember,
  row: EntitlementRow,
  wished: WishedUse,
): Promise<Judgement> {
  const benefit = await pinnedBenefit(work.services, row);
  const held = await heldEntitlement(db, member, row, work.now);
  const { stock, timeZone } = benefit.content;
  return {
    ...usabilityOf(held, { ...wished, place: placeOf(benefit, wished.merchant) }, benefit.content),
    benefit,
    stock: stock && {
      benefitId: row.benefitId,
      period: stockPeriodAt(stock, timeZone, wished.at),
      most: stock.units,
    },
  };
}

/** The merchant as a benefit's version names it. */
export function placeOf({ snapshot }: PinnedBenefit, merchant: MerchantRow | null): Place | null {
  if (!merchant) return null;
  return { merchantCode: merchant.code, partnerCode: snapshot.partners.get(merchant.partnerId)?.code ?? "" };
}

/**
 * What of the benefit's rule the member does not meet at the instant; undefined where it meets it, or where there is none.
 * Facts are those of today: of a use that is reported late only the moment is as it was then.
 */
export async function ruleRefusal(
  work: Work,
  { memberId }: UsingMember,
  { snapshot, content, partnerId }: PinnedBenefit,
  at: Date,
): Promise<UseRefusal | undefined> {
  const failed = content.rule
    ? await unmetConditions({ ...work, now: at }, snapshot, content.rule, memberId)
    : undefined;
  if (!failed) return undefined;
  // As the rule itself is shown: to staff and the benefit's own partner, not to who supplies it.
  const reasons = allows(work.actor, "Benefit.unpublished", { partnerId })
    ? toldConditions(work, snapshot, failed)
    : [];
  const told = reasons.length > 0 ? `: ${reasons.join("; ")}` : "";
  return { code: "NOT_ELIGIBLE", message: `The member does not meet the benefit's rule${told}.`, possibleAt: null };
}

/** As a mutation's refusals: when it will be possible is part of the message. */
export function asRefusals(refusals: readonly UseRefusal[], path: readonly string[]): Refusal[] {
  return refusals.map(({ code, message, possibleAt }) => ({
    code,
    message: possibleAt ? `${message} It may be possible from ${possibleAt.toISOString()} on.` : message,
    path,
  }));
}
