import { isCalendarDate } from "../../kernel/calendar-date";
import type { LocalisedText } from "../../kernel/localised";
import { textRefusals } from "../../kernel/plain-text";
import { done, refuse, type Refusal, type Result } from "../../kernel/result";

export const tagTypes = ["BOOLEAN", "ENUM", "NUMBER", "DATE", "SET"] as const;
export type TagType = (typeof tagTypes)[number];

/** How carefully a tag is shown: `SENSITIVE` ones are withheld from everyone but the roles that need them. */
export const sensitivities = ["PUBLIC", "INTERNAL", "PERSONAL", "SENSITIVE"] as const;
export type Sensitivity = (typeof sensitivities)[number];

export const tagStatuses = ["ACTIVE", "RETIRED"] as const;
export type TagStatus = (typeof tagStatuses)[number];

/** A tag's value as it is stored: boolean, a choice, a decimal number, a calendar date (yyyy-mm-dd), a sorted set of choices. */
export type TagValue = boolean | string | number | readonly string[];

/** A value as a caller writes it: exactly one field, which says the type it is meant to have. */
export interface WrittenTagValue {
  readonly boolean?: boolean | null;
  readonly choice?: string | null;
  readonly number?: number | null;
  readonly date?: string | null;
  readonly set?: readonly string[] | null;
}

/** A value as it is shown: every field, all null but the one of the type. */
export interface ShownTagValue {
  readonly boolean: boolean | null;
  readonly choice: string | null;
  readonly number: number | null;
  readonly date: string | null;
  readonly set: readonly string[] | null;
}

/** What a value is checked against. */
export interface TagShape {
  readonly code: string;
  readonly type: TagType;
  readonly choices: readonly string[];
}

const fieldOf = {
  BOOLEAN: "boolean",
  ENUM: "choice",
  NUMBER: "number",
  DATE: "date",
  SET: "set",
} as const satisfies Record<TagType, keyof WrittenTagValue>;

/** A number is no more exact than this: 15 digits are what a JSON number holds for sure. */
const largestNumber = 999_999_999_999_999;

/** The value as it is stored, or why it does not fit the definition: the message names tag, value and what is allowed. */
export function readTagValue(
  tag: TagShape,
  written: WrittenTagValue,
  path?: readonly string[],
): Result<TagValue, "TAG_TYPE_MISMATCH"> {
  const field = fieldOf[tag.type];
  const given = Object.entries(written).filter(([, value]) => value !== undefined && value !== null);
  const [only] = given;
  if (given.length !== 1 || only?.[0] !== field) {
    const names = given.map(([name]) => name).join(" and ") || "nothing";
    return mismatch(tag, `is given as ${names}, expected ${field} alone for type ${tag.type}`, path);
  }
  switch (tag.type) {
    case "BOOLEAN":
      return typeof written.boolean === "boolean" ? done(written.boolean) : mismatch(tag, "is no boolean", path);
    case "ENUM":
      return readChoice(tag, written.choice ?? "", path);
    case "NUMBER":
      return readNumber(tag, written.number ?? NaN, path);
    case "DATE":
      return readDate(tag, written.date ?? "", path);
    case "SET":
      return readSet(tag, written.set ?? [], path);
  }
}

function readChoice(tag: TagShape, choice: string, path?: readonly string[]) {
  if (tag.choices.includes(choice)) return done(choice);
  return mismatch(tag, `is ${quoted(choice)}, expected one of ${allowed(tag)}`, path);
}

function readNumber(tag: TagShape, number: number, path?: readonly string[]) {
  if (Number.isFinite(number) && Math.abs(number) <= largestNumber) {
    // JSON has no negative zero: what is stored must be what was checked.
    return done(number === 0 ? 0 : number);
  }
  return mismatch(tag, `is ${number}, expected a decimal number of at most 15 digits`, path);
}

function readDate(tag: TagShape, date: string, path?: readonly string[]) {
  if (isCalendarDate(date)) return done(date);
  return mismatch(tag, `is ${quoted(date)}, expected a calendar day such as 2026-06-01`, path);
}

function readSet(tag: TagShape, set: readonly string[], path?: readonly string[]) {
  const foreign = set.find((choice) => !tag.choices.includes(choice));
  if (foreign === undefined) return done([...new Set(set)].sort());
  return mismatch(tag, `holds ${quoted(foreign)}, expected only ${allowed(tag)}`, path);
}

/** Long ones are cut: a message is for reading. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}

function allowed(tag: TagShape): string {
  return tag.choices.map((choice) => `"${choice}"`).join(", ");
}

function mismatch(tag: TagShape, what: string, path?: readonly string[]) {
  return refuse("TAG_TYPE_MISMATCH", `The tag "${tag.code}" ${what}.`, path);
}

export function showTagValue(type: TagType, value: TagValue): ShownTagValue {
  const nothing: ShownTagValue = { boolean: null, choice: null, number: null, date: null, set: null };
  return { ...nothing, [fieldOf[type]]: value };
}

/** Lower snake case, as rules write it. */
const codeShape = /^[a-z][a-z0-9_]{0,62}$/;

export function isTagCode(text: string): boolean {
  return codeShape.test(text);
}

export function tagCodeRefusals(code: string): Refusal[] {
  if (isTagCode(code)) return [];
  const expected = "1 to 63 lower-case letters, digits and underscores, beginning with a letter";
  return [invalid(`code is ${quoted(code)}, expected ${expected}.`, ["input", "code"])];
}

const mostChoices = 1000;

/** An ENUM and a SET have choices, all different; the other types have none. */
export function choicesRefusals(type: TagType, choices: readonly string[]): Refusal[] {
  const path = ["input", "choices"];
  const chooses = type === "ENUM" || type === "SET";
  if (!chooses && choices.length > 0) {
    return [invalid(`choices has ${choices.length} entries, expected none for ${type}.`, path)];
  }
  if (chooses && (choices.length === 0 || choices.length > mostChoices)) {
    return [invalid(`choices has ${choices.length} entries, expected 1 to ${mostChoices} for ${type}.`, path)];
  }
  const twice = choices.find((choice, index) => choices.indexOf(choice) !== index);
  if (twice !== undefined) return [invalid(`choices holds ${quoted(twice)} twice.`, path)];
  return choices.flatMap((choice, index) => textRefusals("choice", choice, 100, [...path, String(index)]));
}

/** Only a NUMBER has a unit. */
export function unitRefusals(type: TagType, unit: string | null): Refusal[] {
  const path = ["input", "unit"];
  if (unit === null) return [];
  if (type !== "NUMBER") return [invalid(`unit is ${quoted(unit)}, expected none for ${type}.`, path)];
  return textRefusals("unit", unit, 50, path);
}

function invalid(message: string, path: readonly string[]): Refusal {
  return { code: "INVALID_INPUT", message, path };
}

/** True where the change shows values to callers who did not see them before. */
export function isShownMoreWidely(before: Sensitivity, after: Sensitivity): boolean {
  return sensitivities.indexOf(after) < sensitivities.indexOf(before);
}

/** A text in at least one language, none blank. */
export function localisedRefusals(field: string, text: LocalisedText, max: number): Refusal[] {
  const path = ["input", field];
  const texts = Object.values(text);
  if (texts.length === 0) return [invalid(`${field} is empty, expected a text in at least one language.`, path)];
  return texts.flatMap((each) => textRefusals(field, each, max, path));
}
