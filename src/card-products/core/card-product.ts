import type { LocalisedText } from "../../kernel/localised";
import type { Rule } from "../../rules/core/rule";
import type { Money } from "../../kernel/money";
import type { Points } from "../../kernel/points";

/** A stretch of days of a cycle, half-open, counted from its first day as 0. `toDay` null: to its end. */
export interface DayWindow {
  readonly fromDay: number;
  readonly toDay: number | null;
}

/**
 * What a swap does with a package that was used or whose cycle has begun:
 * - `FORBID`: once anything of it was used it is not swapped.
 * - `PRORATE_TIME`: both worths count for the days left of the cycle.
 * - `PRORATE_USE`: the old one's worth less the value of what was used, against the new one's whole worth.
 * - `CHARGE_DIFFERENCE`: the whole worths are compared, whatever was used.
 */
export const partlyUsedPolicies = ["FORBID", "PRORATE_TIME", "PRORATE_USE", "CHARGE_DIFFERENCE"] as const;
export type PartlyUsedPolicy = (typeof partlyUsedPolicies)[number];

/** Whether, when and at what price the choice of a slot may be replaced within a cycle. */
export interface SwapPolicy {
  /** In which days of the cycle; at least one. */
  readonly windows: readonly DayWindow[];
  /** How many swaps of one slot in one cycle. */
  readonly perCycle: number;
  readonly partlyUsed: PartlyUsedPolicy;
  /** How many days after an election or a swap the next swap is allowed. */
  readonly coolingOffDays: number;
  /** Whether a package that was swapped away in this cycle may be chosen again in it. */
  readonly swapBack: boolean;
  /** On top of the difference; null: none. */
  readonly fee: Money | null;
  /** How long a quote is honoured, 1 to 1,440 minutes. */
  readonly quoteMinutes: number;
  /** In which program, and at how many points a minor unit, the difference may be paid; null: in money alone. */
  readonly payWithPoints: { readonly programCode: string; readonly pointsPerMinorUnit: Points } | null;
  /** Pairs of packages that may not follow each other within a cycle. */
  readonly exclusions: readonly (readonly [from: string, to: string])[];
}

/** What fills a slot. */
export type SlotFill =
  /** The member picks `picks` of `packageCodes`; what is not picked in time is taken from `defaultCodes`, in their order. */
  | {
      readonly kind: "PICK";
      readonly picks: number;
      readonly packageCodes: readonly string[];
      readonly defaultCodes: readonly string[];
    }
  | { readonly kind: "FIXED"; readonly packageCodes: readonly string[] }
  /** The packages of the tier that the member holds in a program; nothing for a tier that is not named. */
  | {
      readonly kind: "TIER";
      readonly programCode: string;
      readonly tiers: readonly { readonly tierCode: string; readonly packageCodes: readonly string[] }[];
    };

export interface Slot {
  /** Stable within the product. */
  readonly code: string;
  readonly name: LocalisedText;
  readonly fill: SlotFill;
  /** From how many days before a cycle, and until how many days after its start (null: all of it), one may elect. */
  readonly electionWindow: { readonly opensDaysBefore: number; readonly closesAfterDays: number | null };
  /** Null: what was elected stays for the cycle. */
  readonly swap: SwapPolicy | null;
  /** Which members have the slot at all; null: all. */
  readonly rule: Rule | null;
}

/**
 * What an upgrade or a downgrade does with what was elected on the card:
 * - `CARRY`: packages that the new product offers in a slot of the same code go on under it, the others end.
 * - `KEEP_UNTIL_CYCLE_END`: everything stays to the end of the cycle, and the new product's slots open with the next.
 * - `END`: everything ends at once and the new product's slots open.
 */
export const productChangePolicies = ["CARRY", "KEEP_UNTIL_CYCLE_END", "END"] as const;
export type ProductChangePolicy = (typeof productChangePolicies)[number];

/** What a version of a card product says. */
export interface CardProductContent {
  readonly name: LocalisedText;
  readonly termsText: LocalisedText;
  readonly imageUrl: LocalisedText | null;
  /** As printed on the card: the bank's, or the co-brand partner's. */
  readonly brand: LocalisedText;
  /** IANA zone in which days, cycles and periods are counted. */
  readonly timeZone: string;
  /** A card year begins on the day of the month and year on which the card was opened; a calendar year on January 1. */
  readonly cycle: "CARD_YEAR" | "CALENDAR_YEAR";
  readonly slots: readonly Slot[];
  /** What a change to this product does with what was elected under the one before. */
  readonly onProductChange: ProductChangePolicy;
  /** Who may hold it; null: everybody. */
  readonly rule: Rule | null;
}
