import type { LocalisedText } from "../../kernel/localised";
import type { Money } from "../../kernel/money";
import type { Points } from "../../kernel/points";
import type { Rule } from "../../rules/core/rule";

/** What members look for a benefit under. */
export const benefitCategories = [
  "HEALTH",
  "BUSINESS_TRAVEL",
  "SPORT",
  "ENTERTAINMENT",
  "INSURANCE",
  "CAR",
  "DINING",
  "GREEN_TRAVEL",
] as const;
export type BenefitCategory = (typeof benefitCategories)[number];

/** Calendar periods in the zone of the entitlement; `CYCLE` is all the time for which it was granted. Weeks begin on Monday. */
export const quotaPeriods = ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "CYCLE"] as const;
export type QuotaPeriod = (typeof quotaPeriods)[number];

/**
 * How often a member may use what was granted: `units` in each period, the first and the last one whole even where the
 * entitlement covers a part of them. With `carryOver` what a period left goes to the next ones of the same entitlement.
 */
export interface QuotaTerms {
  readonly units: number;
  readonly per: QuotaPeriod;
  readonly carryOver: boolean;
}

/** Of a price, in ten-thousandths: 2,000 is 20 %. */
export type BasisPoints = number;

export type CouponDiscount =
  | { readonly kind: "AMOUNT"; readonly off: Money; readonly minimumSpend: Money }
  | {
      readonly kind: "PERCENT";
      readonly basisPoints: BasisPoints;
      readonly ceiling: Money;
      readonly minimumSpend: Money | null;
    };

/** Paid for a period in which either mark is reached; a null mark cannot be. At least one is there. */
export interface CashReturnStep {
  readonly atSpend: Money | null;
  readonly atPurchases: number | null;
  readonly pays: Money;
}

/** What a benefit is, by kind. Granted terms never change: an entitlement keeps those of its version. */
export type BenefitTerms =
  /** A service counted by use: one car wash a month. */
  | { readonly kind: "COUNTED_SERVICE"; readonly quota: QuotaTerms }
  | { readonly kind: "COUPON"; readonly quota: QuotaTerms; readonly discount: CouponDiscount }
  /** A membership elsewhere, claimed anew each period. */
  | { readonly kind: "MEMBERSHIP"; readonly quota: QuotaTerms }
  /** A lasting discount; without a quota it may be used as often as wished. */
  | {
      readonly kind: "DISCOUNT";
      readonly quota: QuotaTerms | null;
      readonly basisPoints: BasisPoints;
      readonly ceiling: Money | null;
    }
  /** Money back for spend or for the number of purchases; of several steps that are reached the highest is paid. */
  | {
      readonly kind: "CASH_RETURN";
      readonly per: "MONTH" | "QUARTER";
      readonly steps: readonly CashReturnStep[];
      /** Never more than this within twelve months from the grant. */
      readonly yearlyMaximum: Money;
    }
  /** Insurance cover; claims before the waiting time is over are refused. `beneficiary` says for whom or what: PET. */
  | {
      readonly kind: "COVER";
      readonly amount: Money;
      readonly beneficiary: string;
      readonly waitingDays: number;
    }
  /** Entry, such as lounges; each guest takes a unit of the quota as the member does, at most `guests` at a time. */
  | { readonly kind: "ACCESS"; readonly quota: QuotaTerms; readonly guests: number };
export type BenefitKind = BenefitTerms["kind"];

/** Who bears a part of the unit cost; the shares of one benefit add up to 10,000. */
export interface FunderShare {
  readonly partnerCode: string;
  readonly basisPoints: BasisPoints;
}

/**
 * - `CODE_POOL`: a claim hands out one of the supplier's codes.
 * - `SUPPLIER_CALL`: the supplier is asked, and its answer may stay unknown for a while.
 * - `AT_TILL`: the member shows a one-time code at an outlet.
 */
export const fulfilments = ["CODE_POOL", "SUPPLIER_CALL", "AT_TILL"] as const;
export type Fulfilment = (typeof fulfilments)[number];

/** Units shared by all members: 1,000 lounge visits a month. `per` null: for ever. */
export interface StockTerms {
  readonly units: number;
  readonly per: "DAY" | "MONTH" | null;
}

/** The ways to obtain a benefit beside an election. */
export type ObtainWay =
  /** By what was bought, or by assets held, reaching a mark within a calendar period. */
  | {
      readonly way: "EARNED";
      readonly measure: "SPEND" | "ASSETS";
      readonly mark: Money;
      readonly per: "MONTH" | "QUARTER" | "YEAR";
      /** What a refund that brings the sum below the mark does to what was granted. */
      readonly onReversal: "SUSPEND" | "KEEP";
    }
  | { readonly way: "REDEEMED"; readonly programCode: string; readonly points: Points }
  /** `price` is that of all instalments together; the first is due at once, the others a month apart. */
  | {
      readonly way: "BOUGHT";
      readonly price: Money;
      readonly instalments: number;
      /** The instalment missed as which suspends what was granted: 2 forgives the first. */
      readonly suspendedAtMissed: number;
    }
  /** `give` unused units of another benefit become `get` units of this one; `stock` is in units of this one. */
  | {
      readonly way: "EXCHANGED";
      readonly fromBenefitCode: string;
      readonly give: number;
      readonly get: number;
      readonly stock: number | null;
    };

/** When an entitlement counts as idle: unused for `unusedDays`, and ending within `endingDays`. */
export interface IdleTerms {
  readonly unusedDays: number;
  readonly endingDays: number | null;
}

/** What a version of a benefit says. */
export interface BenefitContent {
  readonly name: LocalisedText;
  readonly termsText: LocalisedText;
  /** http or https. */
  readonly imageUrl: LocalisedText | null;
  readonly category: BenefitCategory;
  readonly terms: BenefitTerms;
  /** For how many months it is granted where no card's cycle says it. */
  readonly lastsMonths: number;
  /** IANA zone of its periods where no card's zone says it. */
  readonly timeZone: string;
  readonly supplierCode: string;
  /** What one use costs the supplier's customer, shared by the funders. Confidential. */
  readonly unitCost: Money;
  /** What one use is worth to a member. */
  readonly value: Money;
  readonly funders: readonly FunderShare[];
  readonly fulfilment: Fulfilment;
  readonly stock: StockTerms | null;
  /** Merchants at which it can be used; empty: any that the supplier serves. */
  readonly merchantCodes: readonly string[];
  readonly ways: readonly ObtainWay[];
  readonly idle: IdleTerms | null;
  /** Who may use or obtain it, and in which moments; null: everybody, always. */
  readonly rule: Rule | null;
  /** Where it stands among what a member is shown, 0–1000; higher comes first. */
  readonly priority: number;
}

/** The quota of terms that have one: null means as often as wished, or that use is not counted (cover, cash return). */
export function quotaOf(terms: BenefitTerms): QuotaTerms | null {
  return terms.kind === "CASH_RETURN" || terms.kind === "COVER" ? null : terms.quota;
}
