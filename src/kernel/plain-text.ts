import type { Refusal } from "./result";

/** Control characters (NUL among them, which PostgreSQL's text cannot hold) and halves of surrogate pairs. */
const unprintable = /[\p{Cc}\p{Surrogate}]/u;

/** Whether PostgreSQL can hold the text, in text and in jsonb: neither NUL nor halves of surrogate pairs. */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && !/\p{Surrogate}/u.test(text);
}

/**
 * Refusals of a text from outside that is kept on one line: not blank, at most `max` characters (UTF-16 units), nothing
 * unprintable. The text itself is not repeated in the message, since it may be personal.
 */
export function textRefusals(
  field: string,
  text: string,
  max: number,
  path: readonly string[] = ["input", field],
): Refusal[] {
  const refused = (found: string): Refusal[] => {
    const message = `${field} ${found}, expected 1 to ${max} printable characters.`;
    return [{ code: "INVALID_INPUT", message, path }];
  };
  if (text.trim() === "") return refused("is blank");
  if (text.length > max) return refused(`has ${text.length} characters`);
  return unprintable.test(text) ? refused("holds an unprintable character") : [];
}

/** Refusals of a reason for the audit log, where one was given: 1 to 500 characters. */
export function reasonRefusals(reason: string | null | undefined): Refusal[] {
  return reason === null || reason === undefined ? [] : textRefusals("reason", reason, 500);
}
