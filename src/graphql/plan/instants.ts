import { millisPerDay } from "../../kernel/calendar-date";

const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, "0"));
const threeDigits = Array.from({ length: 1_000 }, (_, number) => String(number).padStart(3, "0"));

/** Days whose texts are kept, each in the one place that its number leads to. */
const places = 1_024;
const days = new Float64Array(places).fill(NaN);
const dayTexts = new Array<string>(places).fill("");

/** `2026-06-01T12:00:00.500Z` of milliseconds since 1970, as `toISOString` writes it, in a quarter of the time. */
export function instantText(millis: number): string {
  const day = Math.floor(millis / millisPerDay);
  const rest = millis - day * millisPerDay;
  const seconds = Math.floor(rest / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const time = `${twoDigits[hours]}:${twoDigits[minutes - hours * 60]}:${twoDigits[seconds - minutes * 60]}`;
  return `${dayText(day)}${time}.${threeDigits[rest - seconds * 1000]}Z`;
}

/** `2026-06-01T` */
function dayText(day: number): string {
  const place = day & (places - 1);
  if (days[place] === day) return dayTexts[place] as string;
  const text = new Date(day * millisPerDay).toISOString();
  days[place] = day;
  return (dayTexts[place] = text.slice(0, text.indexOf("T") + 1));
}
