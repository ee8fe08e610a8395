/** A calendar day without zone, `yyyy-mm-dd`, that exists: 2024-02-29 does, 2023-02-29 does not. Years 0001 to 9999. */
export function isCalendarDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match || match[1] === "0000") return false;
  // Built through the ISO form alone: Date's constructor would read the years 0 to 99 as 1900 to 1999.
  const instant = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().slice(0, 10) === text;
}

/** Of a day in UTC, which knows no change of clocks. */
export const millisPerDay = 86_400_000;

/** Days since 1970-01-01 of a calendar day that exists; NaN of any other text. */
export function epochDay(date: string): number {
  return Date.parse(`${date}T00:00:00.000Z`) / millisPerDay;
}

/** The calendar day (yyyy-mm-dd) that lies so many days after 1970-01-01. Years 0001 to 9999. */
export function calendarDateOf(epochDay: number): string {
  return new Date(epochDay * millisPerDay).toISOString().slice(0, 10);
}

/**
 * The same day as the whole number yyyymmdd, without a text in between; numbers of later days are higher. Howard Hinnant's
 * `civil_from_days`: eras of 400 years, and years that begin in March, so that the leap day is a year's last.
 */
export function calendarNumber(epochDay: number): number {
  const days = epochDay + 719_468;
  const era = Math.floor(days / 146_097);
  const day = days - era * 146_097;
  const year = Math.floor((day - Math.floor(day / 1_460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)) / 365);
  const dayOfYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return (
    (year + era * 400 + (month <= 2 ? 1 : 0)) * 10_000 +
    month * 100 +
    (dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1)
  );
}
