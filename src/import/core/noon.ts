import { Temporal } from "temporal-polyfill";

/**
 * The instant that stands for a day of which the hour is not known: noon in the merchant's zone, which is the same day
 * in nearly every zone, and exists on every day, also when clocks are put forward at midnight.
 */
export class Noons {
  /** A file speaks of few days on many lines, and zone arithmetic costs more than reading the line. */
  readonly #known = new Map<string, Date>();

  constructor(private readonly timeZone: string) {}

  /** `day` is a calendar day, `yyyy-mm-dd`. */
  of(day: string): Date {
    let noon = this.#known.get(day);
    if (!noon) {
      const zoned = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: this.timeZone, plainTime: "12:00" });
      this.#known.set(day, (noon = new Date(zoned.epochMilliseconds)));
    }
    return noon;
  }
}
