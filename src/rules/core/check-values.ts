import type { FactDefinition, FactType } from "../../facts/core/fact";
import { isCalendarDate } from "../../kernel/calendar-date";
import { isStorable } from "../../kernel/plain-text";
import { ruleCaps } from "./caps";
import type { Check } from "./check";
import { shown, shownChoices, shownText, type RulePath } from "./findings";
import { didYouMean } from "./names";

/** A name or choice. */
export function checkText(json: unknown, { findings }: Check, path: RulePath): string | undefined {
  if (json === undefined) {
    findings.refuse("INVALID_RULE", path, "is missing, expected a text.");
    return undefined;
  }
  if (typeof json !== "string" || json === "") {
    findings.refuse("INVALID_RULE", path, `is ${shown(json)}, expected a text.`);
    return undefined;
  }
  if (json.length > ruleCaps.textLength) {
    const expected = `expected at most ${ruleCaps.textLength}`;
    findings.refuse("RULE_TOO_LARGE", path, `has ${json.length} characters, ${expected}.`);
    return undefined;
  }
  if (!isStorable(json)) {
    findings.refuse("INVALID_RULE", path, "holds a NUL or half a surrogate pair, expected a text that can be stored.");
    return undefined;
  }
  findings.countText(json, path);
  return json;
}

export function checkNumber(json: unknown, { findings }: Check, path: RulePath): number | undefined {
  if (typeof json === "number" && Math.abs(json) <= ruleCaps.number) return json === 0 ? 0 : json;
  findings.refuse("INVALID_RULE", path, `is ${shown(json)}, expected a number of at most 15 digits.`);
  return undefined;
}

const kindOfTime = (type: FactType | undefined): string => {
  if (type === "DATE") return "a calendar day such as 2026-06-01";
  const instant = "an instant with its offset such as 2026-06-01T08:00:00+08:00";
  return type === "INSTANT" ? instant : `a calendar day such as 2026-06-01, or ${instant}`;
};

/** A day, an instant, or either where the fact's type is not known. */
export function checkTime(
  json: unknown,
  type: FactType | undefined,
  { findings }: Check,
  path: RulePath,
): string | undefined {
  if (typeof json === "string") {
    if (type !== "INSTANT" && isCalendarDate(json)) return json;
    if (type !== "DATE" && isInstant(json)) return json;
  }
  findings.refuse("INVALID_RULE", path, `is ${shown(json)}, expected ${kindOfTime(type)}.`);
  return undefined;
}

const instantShape =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** ISO 8601 with an offset or Z, of a day that exists, at most to the millisecond. */
export function isInstant(text: string): boolean {
  const day = text.length <= 40 ? instantShape.exec(text)?.[1] : undefined;
  return day !== undefined && isCalendarDate(day);
}

/** Whether nothing lies between two days, both included, or between two instants, the end excluded. */
export function isEmptyTime(from: string, to: string): boolean {
  return from.includes("T") ? Date.parse(from) >= Date.parse(to) : from > to;
}

/** What `equals` compares with. */
export function checkValue(
  json: unknown,
  definition: FactDefinition | undefined,
  check: Check,
  path: RulePath,
): boolean | number | string | undefined {
  const { findings } = check;
  if (json === undefined) {
    findings.refuse("INVALID_RULE", path, "is missing, expected true, false, a number or a text.");
    return undefined;
  }
  switch (definition?.type) {
    case "BOOLEAN":
      if (typeof json === "boolean") return json;
      findings.refuse("RULE_TYPE_MISMATCH", path, `is ${shown(json)}, expected true or false.`);
      return undefined;
    case "ENUM":
      return checkChoice(json, definition, check, path);
    case "NUMBER":
      return checkNumber(json, check, path);
    case "DATE":
      return checkTime(json, "DATE", check, path);
    default:
      if (typeof json === "boolean") return json;
      return typeof json === "number" ? checkNumber(json, check, path) : checkText(json, check, path);
  }
}

export function checkChoices(
  json: unknown,
  definition: FactDefinition | undefined,
  check: Check,
  path: RulePath,
): string[] | undefined {
  const { findings } = check;
  if (!Array.isArray(json) || json.length === 0) {
    const found = json === undefined ? "is missing" : Array.isArray(json) ? "is empty" : `is ${shown(json)}`;
    findings.refuse("INVALID_RULE", path, `${found}, expected a list of at least one choice.`);
    return undefined;
  }
  if (json.length > ruleCaps.listLength) {
    const what = `has ${json.length} choices, expected at most ${ruleCaps.listLength}.`;
    findings.refuse("RULE_TOO_LARGE", path, what);
    return undefined;
  }
  const choices: string[] = [];
  for (const [index, each] of json.entries()) {
    const choice = checkChoice(each, definition, check, [...path, index]);
    if (findings.isTooLarge) return undefined;
    if (choice !== undefined) choices.push(choice);
  }
  return choices;
}

function checkChoice(
  json: unknown,
  definition: FactDefinition | undefined,
  check: Check,
  path: RulePath,
): string | undefined {
  const choice = checkText(json, check, path);
  const allowed = definition?.choices;
  if (choice === undefined || !definition || !allowed || isAmong(choice, allowed)) return choice;
  const expected = `expected ${shownChoices(allowed)}`;
  const what = `is ${shownText(choice)}, no choice of ${shownText(definition.name)}, ${expected}.`;
  check.findings.refuse("RULE_TYPE_MISMATCH", path, what, () => didYouMean(choice, allowed));
  return undefined;
}

/** A list of a thousand choices of a tag with a thousand is looked up, not searched. */
function isAmong(choice: string, allowed: readonly string[]): boolean {
  let set = choiceSets.get(allowed);
  if (!set) choiceSets.set(allowed, (set = new Set(allowed)));
  return set.has(choice);
}

/** Kept as long as the definition that holds the list, which is never changed in place. */
const choiceSets = new WeakMap<readonly string[], ReadonlySet<string>>();
