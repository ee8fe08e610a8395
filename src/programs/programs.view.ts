import type { ProgramRow } from "./programs.queries";
import type { EarningRate, PointValue } from "./programs.types";

/** What the API shows of a program's row where that is not a column of it. */
export function earningRate({ earnPoints, earnPerMinor, earnRounding, currency }: ProgramRow): EarningRate {
  return { points: earnPoints, per: { amountMinor: earnPerMinor, currency }, rounding: earnRounding };
}

export function pointValue({ valueMinor, valuePoints, currency }: ProgramRow): PointValue {
  return { amount: { amountMinor: valueMinor, currency }, points: valuePoints };
}

export { expiryOfRow as expiryPolicy, handlingOfRow as handling } from "./terms-of-row";
