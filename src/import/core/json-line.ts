/** A line that was read, or why not. `reason` names the field, its value and what was expected. */
export type Parsed<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string };

export function good<Value>(value: Value): Parsed<Value> {
  return { ok: true, value };
}

export function bad(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a line that must hold one JSON object. */
export function parseJsonObject(text: string): Parsed<JsonObject> {
  if (text.trim() === "") return bad("the line is empty, expected a JSON object");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad(`the line is ${shown(text)}, expected a whole JSON object`);
  }
  if (!isObject(value)) return bad(`the line is ${shown(value)}, expected a JSON object`);
  return good(value);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as a person should see it in a reason: JSON, cut after 60 characters. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

export function wrong(
  field: string,
  value: unknown,
  expected: string,
): { readonly ok: false; readonly reason: string } {
  return bad(`${field} is ${shown(value)}, expected ${expected}`);
}

/**
 * A foreign system's number of a person or offer: any text without control characters and halves of surrogate pairs,
 * which the database cannot hold. It becomes an identity's number or an offer's code, so it is kept as it is.
 */
export function foreignId(field: string, value: unknown): Parsed<string> {
  if (typeof value === "string" && /^[^\p{Cc}\p{Cs}]{1,64}$/u.test(value) && value.trim() === value) return good(value);
  return wrong(field, value, "a text of 1 to 64 characters");
}

/** `20170212` or `"20170212"` as `2017-02-12`; undefined where there is no such day. */
export function calendarDay(value: unknown): string | undefined {
  const [, year = "", month = "", day = ""] = /^(\d{4})(\d{2})(\d{2})$/.exec(String(value)) ?? [];
  if (year === "" || year === "0000") return undefined;
  const iso = `${year}-${month}-${day}`;
  const instant = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(iso) ? iso : undefined;
}
