import { allows } from "../auth/core/policy";
import type { RequestContext } from "../context";
import { farthestMomentDays } from "../facts/core/counter";
import { badInput, forbidden } from "../graphql/errors";
import { millisPerDay } from "../kernel/calendar-date";
import { isCurrency } from "../kernel/money";
import { largestAmountMinor, momentOf, type Moment } from "../rules/core/moment";
import type { MomentInput } from "./moment.inputs";

/** How far from now a moment may lie: every rule that begins or ends in between is moved there and back. */
const farthestMillis = farthestMomentDays * millisPerDay;

/** The longest code or name of a city that is taken; rules name none that is longer. */
const longestText = 200;

/** The moment that is asked for, or an error that says what about it cannot be. */
export function askedMoment(
  { actor, now, services, catalogue }: Pick<RequestContext, "actor" | "now" | "services" | "catalogue">,
  asked: MomentInput,
  pinned?: Date,
): Moment {
  const { at, amount } = asked;
  if (at && !allows(actor, "MomentInput.at")) throw forbidden("another moment than now");
  if (at) checkInstant(at, now);
  if (amount) checkAmount(amount);
  for (const name of ["merchant", "outlet", "category", "city"] as const) {
    const { length } = asked[name] ?? "";
    if (length > longestText) throw badInput(`${name} has ${length} characters, expected at most ${longestText}.`);
  }
  const merchant = merchantOf(catalogue, asked);
  return momentOf(
    {
      instant: pinned ?? at ?? now,
      ...{ scene: asked.scene ?? null, channel: asked.channel ?? null, city: asked.city ?? null },
      merchant: merchant?.code ?? null,
      outlet: merchant && asked.outlet ? `${merchant.code}/${asked.outlet}` : null,
      category: asked.category ?? merchant?.categoryCode ?? null,
      amountMinor: amount?.amountMinor ?? null,
      currency: amount?.currency ?? null,
    },
    services.timeZone,
  );
}

/** Wherever another instant than now is asked for; one that is far off has no calendar day either. */
export function checkInstant(at: Date, now: Date): void {
  if (Math.abs(at.getTime() - now.getTime()) <= farthestMillis) return;
  throw badInput(`at is ${at.toISOString()}, expected an instant within ${farthestMomentDays} days of now.`);
}

/** A code that is mistyped would silently match less, so it is told. */
function merchantOf({ merchantsByCode }: RequestContext["catalogue"], { merchant, outlet }: MomentInput) {
  if (!merchant) {
    if (outlet) throw badInput("outlet is given without merchant, expected both.");
    return undefined;
  }
  const found = merchantsByCode.get(merchant);
  if (!found) throw badInput(`merchant is ${JSON.stringify(merchant)}, expected the code of a merchant.`);
  return found;
}

function checkAmount({ amountMinor, currency }: NonNullable<MomentInput["amount"]>): void {
  if (amountMinor < 0n || amountMinor > largestAmountMinor) {
    throw badInput(`amount.amountMinor is ${amountMinor}, expected 0 to ${largestAmountMinor}.`);
  }
  if (!isCurrency(currency))
    throw badInput(`amount.currency is ${JSON.stringify(currency)}, expected an ISO 4217 code.`);
}
