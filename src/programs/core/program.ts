import { isCalendarDate } from "../../kernel/calendar-date";
import type { LocalisedText } from "../../kernel/localised";
import type { Money } from "../../kernel/money";
import { points, type Points } from "../../kernel/points";
import { applyRatio, type Ratio, type Rounding } from "../../kernel/ratio";
import type { Refusal } from "../../kernel/result";
import { isTimeZone } from "../../kernel/time-zone";

export const programStatuses = ["ACTIVE", "CLOSED"] as const;
export type ProgramStatus = (typeof programStatuses)[number];

/**
 * `NEVER`; a number of months after earning, rounded up to the end of a calendar period in the program's zone; so many
 * months without a movement; or one date for all points, whenever they were earned.
 */
export const expiryKinds = ["NEVER", "MONTHS_AFTER_EARNING", "INACTIVITY", "FIXED_DATE"] as const;
export type ExpiryKind = (typeof expiryKinds)[number];

export const expiryRoundings = ["DAY", "MONTH", "QUARTER", "YEAR"] as const;
export type ExpiryRounding = (typeof expiryRoundings)[number];

/** How a member is judged at the end of a tier's period. */
export const downgradePolicies = ["ONE_STEP", "TO_QUALIFIED", "NEVER"] as const;
export type DowngradePolicy = (typeof downgradePolicies)[number];

export const tierBases = ["POINTS_EARNED", "SPEND"] as const;
export type TierBasis = (typeof tierBases)[number];

export const tierSources = ["QUALIFIED", "GRANTED", "INVITED"] as const;
export type TierSource = (typeof tierSources)[number];

/** Points per minor unit of `currency`: 1 point per 20.00 yuan is 1 : 2000 in CNY. */
export interface EarningRate {
  readonly points: Ratio;
  readonly currency: string;
  readonly rounding: Rounding;
}

/** What becomes of the fraction of a point that a purchase leaves: rounded away, or carried to the member's next purchase. */
export const remainderPolicies = ["PER_PURCHASE", "CARRIED"] as const;
export type RemainderPolicy = (typeof remainderPolicies)[number];

/** Which lots are used first: what lapses soonest, or bonus points before base points. */
export const useOrders = ["SOONEST", "BONUS_FIRST"] as const;
export type UseOrder = (typeof useOrders)[number];

/** What a program does with points besides earning them. */
export interface ProgramHandling {
  readonly remainderPolicy: RemainderPolicy;
  readonly useOrder: UseOrder;
  /** Whether members may send points to each other. */
  readonly transfersAllowed: boolean;
  /** How many days before points lapse their owner is told; null: not at all. */
  readonly noticeDays: number | null;
}

/**
 * When earned points lapse. `months` and `rounding` are null for NEVER; `rounding` only counts for MONTHS_AFTER_EARNING.
 * `date`, of FIXED_DATE alone, is the last day on which points are good, in the program's zone.
 */
export interface ExpiryPolicy {
  readonly kind: ExpiryKind;
  readonly months: number | null;
  readonly rounding: ExpiryRounding | null;
  /** yyyy-mm-dd. */
  readonly date?: string | null;
}

/** One level of a program. Rank 0 is where everyone starts; thresholds grow with the rank. */
export interface TierDefinition {
  readonly code: string;
  readonly rank: number;
  readonly name: LocalisedText;
  readonly basis: TierBasis;
  /** Points, or minor units of the program's currency, that must be reached within the period. */
  readonly threshold: bigint;
  readonly periodMonths: number;
  readonly downgrade: DowngradePolicy;
}

/** The points a purchase earns at the rate, rounded once and by itself; undefined where the currency is another. */
export function pointsEarned(rate: EarningRate, spent: Money): Points | undefined {
  if (spent.currency !== rate.currency) return undefined;
  return points(applyRatio(spent.amountMinor, rate.points, rate.rounding).quotient);
}

export function expiryRefusals(policy: ExpiryPolicy): Refusal[] {
  const at = (field: string) => ["input", "expiry", field];
  if (policy.kind === "NEVER") {
    if (policy.months === null && policy.rounding === null) return [];
    return [invalid("months and rounding are given, expected none for NEVER.", at("months"))];
  }
  if (policy.kind === "FIXED_DATE") {
    const isBare = policy.months === null && policy.rounding === null;
    if (policy.date && isCalendarDate(policy.date) && isBare) return [];
    const expected = "expected a day such as 2027-12-31, and neither months nor rounding";
    return [invalid(`date is ${policy.date ?? "absent"}, ${expected}, for FIXED_DATE.`, at("date"))];
  }
  const refusals: Refusal[] = [];
  if (policy.date) refusals.push(invalid(`date is ${policy.date}, expected none for ${policy.kind}.`, at("date")));
  if (policy.months === null || policy.months < 1 || policy.months > 1200) {
    refusals.push(invalid(`months is ${policy.months}, expected 1 to 1200 for ${policy.kind}.`, at("months")));
  }
  if (policy.kind === "INACTIVITY" && policy.rounding !== null) {
    refusals.push(invalid(`rounding is ${policy.rounding}, expected none for INACTIVITY.`, at("rounding")));
  }
  return refusals;
}

export function handlingRefusals({ noticeDays }: Pick<ProgramHandling, "noticeDays">): Refusal[] {
  if (noticeDays === null || (noticeDays >= 1 && noticeDays <= 366)) return [];
  return [invalid(`noticeDays is ${noticeDays}, expected 1 to 366, or none.`, ["input", "handling", "noticeDays"])];
}

export function timeZoneRefusals(timeZone: string): Refusal[] {
  if (isTimeZone(timeZone)) return [];
  return [invalid(`timeZone is "${timeZone}", expected an IANA name such as Asia/Shanghai.`, ["input", "timeZone"])];
}

/** Tiers form a ladder: ranks 0, 1, 2 … without gaps, codes and thresholds all different, thresholds growing. */
export function ladderRefusals(tiers: readonly TierDefinition[]): Refusal[] {
  const refusals: Refusal[] = [];
  const seen = new Set<string>();
  tiers.forEach((tier, index) => {
    const at = (field: string) => ["input", "tiers", String(index), field];
    if (!/^[a-z][a-z0-9-]{0,31}$/.test(tier.code)) {
      const expected = "expected 1 to 32 lower-case letters, digits and hyphens";
      refusals.push(invalid(`code is "${tier.code}", ${expected}.`, at("code")));
    }
    if (seen.has(tier.code)) refusals.push(invalid(`code "${tier.code}" stands twice.`, at("code")));
    seen.add(tier.code);
    if (tier.rank !== index) {
      refusals.push(invalid(`rank is ${tier.rank}, expected ${index}: ranks count from 0 without gaps.`, at("rank")));
    }
    const below = tiers[index - 1];
    if (index === 0 ? tier.threshold !== 0n : below !== undefined && tier.threshold <= below.threshold) {
      const expected = index === 0 ? "0 for the lowest tier" : `more than the tier below (${below?.threshold})`;
      refusals.push(invalid(`threshold is ${tier.threshold}, expected ${expected}.`, at("threshold")));
    }
    if (tier.periodMonths < 1 || tier.periodMonths > 120) {
      refusals.push(invalid(`periodMonths is ${tier.periodMonths}, expected 1 to 120.`, at("periodMonths")));
    }
  });
  return refusals;
}

function invalid(message: string, path: readonly string[]): Refusal {
  return { code: "INVALID_INPUT", message, path };
}
