import { Temporal } from "temporal-polyfill";

/** The calendar day that it is at an instant in an IANA zone. */
export function dayIn(timeZone: string, at: Date): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
}

/** The first instant of a day in an IANA zone: where clocks go forward at midnight, the first that there is. */
export function startOfDay(timeZone: string, day: Temporal.PlainDate): Date {
  return new Date(day.toZonedDateTime({ timeZone }).epochMilliseconds);
}
