import type { ExpiryPolicy, ProgramHandling } from "./core/program";
import type { ProgramRow } from "./programs.queries";

/** A program's expiry policy as its columns have it. */
export function expiryOfRow({ expiryKind, expiryMonths, expiryRounding, expiryDate }: ProgramRow) {
  return {
    kind: expiryKind,
    months: expiryMonths,
    rounding: expiryRounding,
    date: expiryDate,
  } satisfies ExpiryPolicy;
}

export function handlingOfRow(row: ProgramRow): ProgramHandling {
  const { remainderPolicy, useOrder, transfersAllowed, noticeDays } = row;
  return { remainderPolicy, useOrder, transfersAllowed, noticeDays };
}
