import type { Ratio, Rounding } from "../../kernel/ratio";

export const programStatuses = ["ACTIVE", "CLOSED"] as const;
export type ProgramStatus = (typeof programStatuses)[number];

/** `NEVER`, or a number of months after earning, rounded up to the end of a calendar period in the program's zone. */
export const expiryKinds = ["NEVER", "MONTHS_AFTER_EARNING", "INACTIVITY"] as const;
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
