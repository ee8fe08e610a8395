/** A calendar day without zone, `yyyy-mm-dd`, that exists: 2024-02-29 does, 2023-02-29 does not. Years 0001 to 9999. */
export function isCalendarDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match || match[1] === "0000") return false;
  // Built through the ISO form alone: Date's constructor would read the years 0 to 99 as 1900 to 1999.
  const instant = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().slice(0, 10) === text;
}

const millisPerDay = 86_400_000;

/** Days since 1970-01-01 of a calendar day that exists; NaN of any other text. */
export function epochDay(date: string): number {
  return Date.parse(`${date}T00:00:00.000Z`) / millisPerDay;
}

/** The calendar day (yyyy-mm-dd) that lies so many days after 1970-01-01. Years 0001 to 9999. */
export function calendarDateOf(epochDay: number): string {
  return new Date(epochDay * millisPerDay).toISOString().slice(0, 10);
}
