import type { Work } from "../context";
import { earningTermsOf } from "../earning/earning-terms";
import type { EarningTerms } from "../earning/core/base-lot";
import { currencyDecimals } from "../kernel/money";
import { merchantByCode } from "../merchants/merchants.queries";
import { programByCode, type ProgramRow } from "../programs/programs.queries";
import type { PurchaseChannel } from "../purchases/core/purchase";
import { foundCategory, foundMerchant, foundPartner, foundProgram } from "./founding";
import { ImportRefusal } from "./import-refusal";
import { cdStore, coffeeHouse, type KnownMerchant } from "./known-merchants";

/** Where a file's purchases were made, in what money, and in which program they earn. */
export interface Till {
  readonly partnerId: string;
  readonly merchantId: string;
  readonly channel: PurchaseChannel;
  readonly currency: string;
  readonly decimals: number;
  /** Null where purchases earn nothing. */
  readonly earning: EarningTerms | null;
}

export interface TillRequest {
  /** Code of a merchant; `cd-store` unless given, which is founded where it is missing. */
  readonly merchant?: string;
  /** ISO 4217; `USD` unless given. */
  readonly currency?: string;
  /** Code of a program; unless given, the merchant's own where the import founds it, else none. */
  readonly program?: string;
}

/** Throws ImportRefusal where merchant or program are missing or do not fit. */
export async function tillOf(work: Work, request: TillRequest): Promise<Till> {
  const code = request.merchant ?? cdStore.merchant.code;
  const founded = [cdStore, coffeeHouse].find((each) => each.merchant.code === code);
  if (founded) return foundTill(work, founded, request);
  const merchant = await merchantByCode(work.database.app, code);
  if (!merchant)
    throw new ImportRefusal(`The merchant "${code}" does not exist; create it first, or leave out --merchant.`);
  const program = request.program === undefined ? null : await existingProgram(work, request.program);
  return till(merchant, program, request.currency);
}

/** Finds a merchant that imports know, with its partner and program, or founds what is missing of them. */
export async function foundTill(work: Work, known: KnownMerchant, request: TillRequest = {}): Promise<Till> {
  const partner = await foundPartner(work, known.partner);
  await foundCategory(work, known.category);
  const merchant = await foundMerchant(work, partner.partnerId, known.merchant);
  const own = await foundProgram(work, partner.partnerId, known.program);
  if (request.program !== undefined)
    return till(merchant, await existingProgram(work, request.program), request.currency);
  // Money in which the merchant's own program does not count earns nothing, unless a program is named.
  const fitting = own.currency === (request.currency ?? own.currency) ? own : null;
  return till(merchant, fitting, request.currency);
}

async function existingProgram(work: Work, code: string): Promise<ProgramRow> {
  const program = await programByCode(work.database.app, code);
  if (!program)
    throw new ImportRefusal(`The program "${code}" does not exist; create it first, or leave out --program.`);
  return program;
}

function till(
  merchant: { readonly partnerId: string; readonly merchantId: string; readonly code: string },
  program: ProgramRow | null,
  currency = "USD",
): Till {
  if (program && program.currency !== currency) {
    throw new ImportRefusal(
      `The program "${program.code}" counts in ${program.currency}, the file's purchases are in ${currency}; ` +
        "name another program or currency.",
    );
  }
  return {
    partnerId: merchant.partnerId,
    merchantId: merchant.merchantId,
    channel: merchant.code === cdStore.merchant.code ? "ONLINE" : "IN_STORE",
    currency,
    decimals: currencyDecimals(currency),
    earning: program && earningTermsOf(program),
  };
}
