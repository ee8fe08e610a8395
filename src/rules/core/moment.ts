import { momentFacts, type Scene } from "../../facts/core/context-facts";
import type { FactValue } from "../../facts/core/fact";
import { epochDay } from "../../kernel/calendar-date";

/** What a request says of the situation it comes from. What it does not say is absent. */
export interface AskedMoment {
  readonly instant: Date;
  readonly scene?: Scene | null;
  readonly channel?: string | null;
  /** Codes. */
  readonly merchant?: string | null;
  /** "merchant-code/outlet-code". */
  readonly outlet?: string | null;
  readonly category?: string | null;
  readonly city?: string | null;
  readonly amountMinor?: bigint | null;
  readonly currency?: string | null;
}

/** A moment as rules ask about it; the same for every member that is matched in it. */
export interface Moment {
  readonly instant: Date;
  /** yyyy-mm-dd in the alliance's zone. */
  readonly today: string;
  /** The same in days since 1970-01-01. */
  readonly epochDay: number;
  /** By the names of facts: `context.scene`. */
  readonly facts: ReadonlyMap<string, FactValue>;
}

/** Above it a double would not be the amount any more, and boundaries would be missed. */
export const largestAmountMinor = BigInt(Number.MAX_SAFE_INTEGER);

/** Throws RangeError for an amount that a rule cannot compare; it is refused where it comes in. */
export function momentOf(asked: AskedMoment, timeZone: string): Moment {
  const { amountMinor } = asked;
  if (amountMinor !== null && amountMinor !== undefined && (amountMinor < 0n || amountMinor > largestAmountMinor)) {
    throw new RangeError(`amount out of range: ${amountMinor}`);
  }
  const clock = clockFacts(asked.instant, timeZone);
  const facts = new Map<string, FactValue>(clock);
  facts.set("context.instant", asked.instant.toISOString());
  const said: readonly (readonly [string, FactValue | null | undefined])[] = [
    ["context.scene", asked.scene],
    ["context.channel", asked.channel],
    ["context.merchant", asked.merchant],
    ["context.outlet", asked.outlet],
    ["context.category", asked.category],
    ["context.city", asked.city],
    ["context.amount_minor", amountMinor === null || amountMinor === undefined ? null : Number(amountMinor)],
    ["context.currency", asked.currency],
  ];
  for (const [name, value] of said) if (value !== null && value !== undefined) facts.set(name, value);
  const today = facts.get("context.date") as string;
  return { instant: asked.instant, today, epochDay: epochDay(today), facts };
}

const millisPerMinute = 60_000;
/** Since 1972 every zone's offset is whole minutes, so that the calendar changes with a minute only. */
const wholeMinutesSince = Date.UTC(1972, 0, 1);
let lastClock:
  { readonly minute: number; readonly timeZone: string; readonly facts: [string, FactValue][] } | undefined;

/** Day, weekday and hour cost some 10 µs, as much as a match: the last minute's are kept. */
function clockFacts(instant: Date, timeZone: string): [string, FactValue][] {
  const minute = Math.floor(instant.getTime() / millisPerMinute);
  if (lastClock?.minute === minute && lastClock.timeZone === timeZone) return lastClock.facts;
  const facts: [string, FactValue][] = Object.entries<FactValue>({ ...momentFacts(instant, timeZone) });
  if (instant.getTime() >= wholeMinutesSince) lastClock = { minute, timeZone, facts };
  return facts;
}
