import { isCalendarDate } from "../../kernel/calendar-date";
import { textRefusals } from "../../kernel/plain-text";
import { done, refuseAll, type Refusal, type Result } from "../../kernel/result";

/** Who a member is, in clear and normalised. Null where unknown. */
export interface Profile {
  readonly displayName: string | null;
  /** Lower case. */
  readonly email: string | null;
  /** E.164: `+8613800138000`. */
  readonly phone: string | null;
  /** Calendar day, `yyyy-mm-dd`. */
  readonly birthDate: string | null;
}

export type ProfileField = keyof Profile;

/** What a caller wants changed: absent stays, null takes away. */
export type ProfileChange = { readonly [Field in ProfileField]?: string | null };

export interface MaskedProfile {
  readonly displayName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly hasBirthDate: boolean;
}

export const emptyProfile: Profile = { displayName: null, email: null, phone: null, birthDate: null };

/** The profile after the change, normalised, or every refusal. No message repeats a value: they are personal. */
export function changedProfile(before: Profile, change: ProfileChange, now: Date): Result<Profile, "INVALID_INPUT"> {
  const after: Profile = {
    displayName: normalised(before.displayName, change.displayName, (text) => text.normalize("NFC").trim()),
    email: normalised(before.email, change.email, (text) => normaliseEmail(text) ?? text),
    phone: normalised(before.phone, change.phone, (text) => normalisePhone(text) ?? text),
    birthDate: normalised(before.birthDate, change.birthDate, (text) => text),
  };
  const refusals = profileRefusals(after, now);
  return refusals.length > 0 ? refuseAll(refusals) : done(after);
}

function normalised(
  before: string | null,
  change: string | null | undefined,
  normalise: (text: string) => string,
): string | null {
  if (change === undefined) return before;
  return change === null ? null : normalise(change);
}

function profileRefusals(profile: Profile, now: Date): Refusal<"INVALID_INPUT">[] {
  const at = (field: ProfileField) => ["input", "profile", field];
  const wrong = (field: ProfileField, expected: string): Refusal<"INVALID_INPUT">[] => [
    { code: "INVALID_INPUT", message: `${field} is not valid, expected ${expected}.`, path: at(field) },
  ];
  const { displayName, email, phone, birthDate } = profile;
  return [
    ...(displayName === null
      ? []
      : (textRefusals("displayName", displayName, 200, at("displayName")) as Refusal<"INVALID_INPUT">[])),
    ...(email === null || normaliseEmail(email) ? [] : wrong("email", "an address such as mary@example.org")),
    ...(phone === null || normalisePhone(phone)
      ? []
      : wrong("phone", "the international form, such as +8613800138000")),
    ...(birthDate === null || isBirthDate(birthDate, now)
      ? []
      : wrong("birthDate", "a day since 1900, not in the future")),
  ];
}

/** The day is compared in UTC+14, where it begins first, so that nobody born today is refused anywhere. */
function isBirthDate(day: string, now: Date): boolean {
  const latestToday = new Date(now.getTime() + 14 * 3_600_000).toISOString().slice(0, 10);
  return isCalendarDate(day) && day >= "1900-01-01" && day <= latestToday;
}

/** The one form of a mail address by which it is found: NFC, lower case; undefined where it is none. */
export function normaliseEmail(text: string): string | undefined {
  const email = text.normalize("NFC").trim().toLowerCase();
  if (email.length > 254 || /[\p{Cc}\p{Surrogate}]/u.test(email)) return undefined;
  return /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/u.test(email) ? email : undefined;
}

/** E.164 from what people write (`00` for `+`; spaces, dots, hyphens, brackets); undefined where it is no such number. */
export function normalisePhone(text: string): string | undefined {
  const phone = text
    .trim()
    .replace(/[\s().-]/g, "")
    .replace(/^00/, "+");
  return /^\+[1-9]\d{7,14}$/.test(phone) ? phone : undefined;
}

/** What a member sees of itself. The birth date is left to `unmaskProfile`. */
export function clearProfile({ displayName, email, phone, birthDate }: Profile): MaskedProfile {
  return { displayName, email, phone, hasBirthDate: birthDate !== null };
}

export function maskProfile(profile: Profile): MaskedProfile {
  return {
    displayName: profile.displayName === null ? null : maskName(profile.displayName),
    email: profile.email === null ? null : maskEmail(profile.email),
    phone: profile.phone === null ? null : `***${profile.phone.slice(-2)}`,
    hasBirthDate: profile.birthDate !== null,
  };
}

/** `Mary Lee` is `M*** L**`: at most two words, of each the first letter, and at most three stars, so that no length shows. */
function maskName(name: string): string {
  const words = name.split(/\s+/u).filter((word) => word !== "");
  return words.slice(0, 2).map(maskWord).join(" ");
}

/** A word of one letter shows nothing: its first letter is all of it. */
function maskWord(word: string): string {
  const letters = [...new Intl.Segmenter("und").segment(word)].map((part) => part.segment);
  const first = letters[0] ?? "";
  return letters.length < 2 ? "*" : first + "*".repeat(Math.min(3, letters.length - 1));
}

function maskEmail(email: string): string {
  const at = email.lastIndexOf("@");
  const local = email.slice(0, at);
  const letters = [...local];
  return `${letters.length > 1 ? (letters[0] ?? "") : ""}***${email.slice(at)}`;
}
