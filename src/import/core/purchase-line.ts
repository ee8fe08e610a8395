import { parseDecimalAmount, type MinorUnits } from "../../kernel/money";
import { purchaseLimitMinor } from "../../purchases/core/purchase";
import { bad, calendarDay, foreignId, good, shown, wrong, type Parsed } from "./json-line";

/** One line of a purchase file: customer, day, number of items, amount. The amount is in minor units. */
export interface PurchaseLine {
  readonly customer: string;
  /** `yyyy-mm-dd`. */
  readonly day: string;
  readonly quantity: number;
  readonly amountMinor: MinorUnits;
}

/** What a quantity's column holds. */
const largestQuantity = 2 ** 31 - 1;

export function parsePurchaseLine(text: string, decimals: number): Parsed<PurchaseLine> {
  const fields = text.trim().split(/\s+/);
  if (fields[0] === "") return bad("the line is empty, expected customer, yyyymmdd, quantity and amount");
  const [number = "", date = "", count = "", amount = ""] = fields;
  if (fields.length !== 4) {
    return bad(`the line is ${shown(text)}, expected 4 fields: customer, yyyymmdd, quantity and amount`);
  }
  const customer = foreignId("customer", number);
  if (!customer.ok) return customer;
  const day = calendarDay(date);
  if (day === undefined) return wrong("date", date, "a day as yyyymmdd");
  const quantity = /^\d{1,10}$/.test(count) ? Number(count) : Number.NaN;
  if (!(quantity >= 1 && quantity <= largestQuantity)) {
    return wrong("quantity", count, `a whole number from 1 to ${largestQuantity}`);
  }
  if (isBeyondLimit(amount, decimals)) {
    return wrong("amount", amount, `less than ${purchaseLimitMinor / 10n ** BigInt(decimals)}`);
  }
  const amountMinor = parseDecimalAmount(amount, decimals);
  if (amountMinor === undefined || amount.startsWith("-")) {
    return wrong("amount", amount, `a decimal number, 0 or more, with at most ${decimals} decimals`);
  }
  return good({ customer: customer.value, day, quantity, amountMinor });
}

/** By the count of digits alone, which the limit, a power of ten, allows; so no text is too long to be judged. */
function isBeyondLimit(amount: string, decimals: number): boolean {
  const [, whole] = /^0*(\d*)(?:\.\d+)?$/.exec(amount) ?? [];
  return whole !== undefined && whole.length + decimals >= String(purchaseLimitMinor).length;
}
