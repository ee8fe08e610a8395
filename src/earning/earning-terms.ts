import { ratio } from "../kernel/ratio";
import type { ProgramRow } from "../programs/programs.queries";
import { expiryOfRow } from "../programs/terms-of-row";
import type { EarningTerms } from "./core/base-lot";

/** A program's terms of earning as its row has them. */
export function earningTermsOf(program: ProgramRow): EarningTerms {
  const { programId, timeZone, earnPoints, earnPerMinor, earnRounding, currency } = program;
  return {
    ...{ programId, timeZone },
    rate: { points: ratio(earnPoints, earnPerMinor), currency, rounding: earnRounding },
    expiry: expiryOfRow(program),
  };
}
