import type { SwapPolicy } from "../../card-products/core/card-product";
import { money, type Money } from "../../kernel/money";
import { applyRatio, ratio } from "../../kernel/ratio";
import { dayInCycle, daysOf, type Cycle } from "./cycle";

/** One package as a swap weighs it. */
export interface SwapSide {
  readonly packageCode: string;
  /** What a whole cycle of it is worth. */
  readonly worth: Money;
}

/** Everything that decides whether a choice may be replaced now, and at what price. */
export interface SwapQuestion {
  /** Null: the slot knows no swap. */
  readonly policy: SwapPolicy | null;
  readonly cycle: Cycle;
  /** IANA zone of the card. */
  readonly timeZone: string;
  readonly at: Date;
  readonly from: SwapSide & {
    /** When it was elected, or swapped to. */
    readonly chosenAt: Date;
    /** Units of it that were used or are reserved in this cycle. */
    readonly usedUnits: number;
    /** What these were worth to the member. */
    readonly usedValue: Money;
  };
  readonly to: SwapSide;
  /** Whether the slot offers the new package in this cycle. */
  readonly isOffered: boolean;
  /** Swaps of this slot in this cycle so far. */
  readonly swapsBefore: number;
  /** Packages that the slot holds beside the one to be replaced, and those that were swapped away in this cycle. */
  readonly heldCodes: readonly string[];
  readonly swappedAwayCodes: readonly string[];
}

export const swapObstacles = [
  "NO_SWAP",
  "NOT_OFFERED",
  "ALREADY_HELD",
  "WINDOW",
  "COOLING_OFF",
  "PER_CYCLE",
  "PARTLY_USED",
  "SWAP_BACK",
  "EXCLUSION",
] as const;
/** The part of the policy that stands in the way. */
export type SwapObstacle = (typeof swapObstacles)[number];

export interface SwapRefusal {
  readonly obstacle: SwapObstacle;
  readonly message: string;
  /** From when it would be allowed, as far as this obstacle goes; null: not in this cycle. */
  readonly allowedFrom: Date | null;
}

export interface SwapPrice {
  /** What the old package still counts for. */
  readonly credit: Money;
  /** What the new one costs for what is left of the cycle. */
  readonly target: Money;
  /** What is to be paid for the difference: never below zero. */
  readonly difference: Money;
  /** What of the credit is lost, where the new one costs less. */
  readonly forfeited: Money;
  readonly fee: Money;
  /** Difference and fee. */
  readonly due: Money;
  /** The same in points of the policy's program; null where it takes none. */
  readonly duePoints: bigint | null;
  /** How many swaps of the slot are left in this cycle after this one. */
  readonly swapsLeft: number;
  /** Whether the old package could be chosen again in this cycle, as far as the policy goes. */
  readonly canSwapBack: boolean;
  /** When the window closes in which this swap is allowed. */
  readonly windowClosesAt: Date;
}

export type SwapJudgement =
  { readonly ok: true; readonly price: SwapPrice } | { readonly ok: false; readonly refusals: readonly SwapRefusal[] };

/** Judges a swap by its policy: its price, or every obstacle, each with the date from which it would be none. Pure. */
export function judgeSwap(question: SwapQuestion): SwapJudgement {
  const { policy } = question;
  if (!policy) return { ok: false, refusals: [never("NO_SWAP", "What fills this slot stays for the cycle.")] };
  const refusals = [
    ...offerRefusals(question),
    ...timeRefusals(question, policy),
    ...historyRefusals(question, policy),
  ];
  return refusals.length > 0 ? { ok: false, refusals } : { ok: true, price: priceOf(question, policy) };
}

function offerRefusals({ isOffered, to, from, heldCodes }: SwapQuestion): SwapRefusal[] {
  if (!isOffered) return [never("NOT_OFFERED", `The slot does not offer package ${to.packageCode}.`)];
  if (to.packageCode !== from.packageCode && !heldCodes.includes(to.packageCode)) return [];
  return [never("ALREADY_HELD", `The slot holds package ${to.packageCode} already.`)];
}

function timeRefusals({ cycle, timeZone, at, from }: SwapQuestion, policy: SwapPolicy): SwapRefusal[] {
  const refusals: SwapRefusal[] = [];
  const { passed } = daysOf(cycle, timeZone, at);
  const isOpen = policy.windows.some(({ fromDay, toDay }) => fromDay <= passed && (toDay === null || passed < toDay));
  if (!isOpen) {
    const next = policy.windows.map(({ fromDay }) => fromDay).filter((day) => day > passed);
    const allowedFrom = next.length > 0 ? dayInCycle(cycle, timeZone, Math.min(...next)) : null;
    const days = policy.windows.map(({ fromDay, toDay }) => `[${fromDay}, ${toDay ?? "end"})`).join(", ");
    const message = `It is day ${passed} of the cycle; swaps are allowed in days ${days}.`;
    refusals.push({ obstacle: "WINDOW", message, allowedFrom });
  }
  const cooled = new Date(from.chosenAt.getTime() + policy.coolingOffDays * 86_400_000);
  if (at < cooled) {
    const message = `Chosen at ${from.chosenAt.toISOString()}, it may be swapped ${policy.coolingOffDays} days later.`;
    refusals.push({ obstacle: "COOLING_OFF", message, allowedFrom: cooled < cycle.to ? cooled : null });
  }
  return refusals;
}

function historyRefusals(question: SwapQuestion, policy: SwapPolicy): SwapRefusal[] {
  const { from, to, swapsBefore, swappedAwayCodes } = question;
  const refusals: SwapRefusal[] = [];
  if (swapsBefore >= policy.perCycle) {
    const message = `The slot was swapped ${swapsBefore} times in this cycle, of ${policy.perCycle} allowed.`;
    refusals.push({ obstacle: "PER_CYCLE", message, allowedFrom: question.cycle.to });
  }
  if (policy.partlyUsed === "FORBID" && from.usedUnits > 0) {
    const message = `Package ${from.packageCode} was used ${from.usedUnits} times; a used one is not swapped.`;
    refusals.push({ obstacle: "PARTLY_USED", message, allowedFrom: question.cycle.to });
  }
  if (!policy.swapBack && swappedAwayCodes.includes(to.packageCode)) {
    const message = `Package ${to.packageCode} was swapped away in this cycle and may not be chosen again in it.`;
    refusals.push({ obstacle: "SWAP_BACK", message, allowedFrom: question.cycle.to });
  }
  if (policy.exclusions.some(([one, other]) => one === from.packageCode && other === to.packageCode)) {
    const message = `Package ${to.packageCode} may not follow package ${from.packageCode} within a cycle.`;
    refusals.push({ obstacle: "EXCLUSION", message, allowedFrom: question.cycle.to });
  }
  return refusals;
}

/** Parts of a worth are rounded half up, once each, to whole minor units. */
function priceOf(question: SwapQuestion, policy: SwapPolicy): SwapPrice {
  const { cycle, timeZone, at, from, to } = question;
  const { currency } = to.worth;
  const { passed, all } = daysOf(cycle, timeZone, at);
  const ofTime = ({ amountMinor }: Money) =>
    policy.partlyUsed === "PRORATE_TIME"
      ? applyRatio(amountMinor, ratio(BigInt(all - passed), BigInt(all)), "HALF_UP").quotient
      : amountMinor;
  const used = policy.partlyUsed === "PRORATE_USE" ? from.usedValue.amountMinor : 0n;
  const credit = atLeastZero(ofTime(from.worth) - used);
  const target = ofTime(to.worth);
  const difference = atLeastZero(target - credit);
  const fee = policy.fee?.amountMinor ?? 0n;
  const due = difference + fee;
  const inCurrency = (amountMinor: bigint) => money(amountMinor, currency);
  const closing = policy.windows.find(
    ({ fromDay, toDay }) => fromDay <= passed && (toDay === null || passed < toDay),
  )?.toDay;
  const windowCloses = closing === null || closing === undefined ? cycle.to : dayInCycle(cycle, timeZone, closing);
  return {
    ...{ credit: inCurrency(credit), target: inCurrency(target), difference: inCurrency(difference) },
    ...{ forfeited: inCurrency(atLeastZero(credit - target)), fee: inCurrency(fee), due: inCurrency(due) },
    duePoints: policy.payWithPoints ? due * policy.payWithPoints.pointsPerMinorUnit : null,
    swapsLeft: policy.perCycle - question.swapsBefore - 1,
    canSwapBack:
      policy.swapBack &&
      question.swapsBefore + 1 < policy.perCycle &&
      !policy.exclusions.some(([one, other]) => one === to.packageCode && other === from.packageCode),
    windowClosesAt: windowCloses < cycle.to ? windowCloses : cycle.to,
  };
}

function atLeastZero(value: bigint): bigint {
  return value < 0n ? 0n : value;
}

function never(obstacle: SwapObstacle, message: string): SwapRefusal {
  return { obstacle, message, allowedFrom: null };
}
