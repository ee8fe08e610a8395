import type { FactDefinition, FactType } from "../../facts/core/fact";
import type { Check } from "./check";
import { ruleCaps } from "./caps";
import { checkChoices, checkNumber, checkText, checkTime, checkValue, isEmptyTime } from "./check-values";
import { shown, shownChoices, shownText, type RulePath } from "./findings";
import { didYouMean } from "./names";
import type { BetweenLeaf, DateBetweenLeaf, Leaf, LeafOperator } from "./rule";

type FactOperator = Exclude<LeafOperator, "audience">;

const fieldsOf: Readonly<Record<LeafOperator, readonly string[]>> = {
  has: ["fact"],
  equals: ["fact", "value"],
  oneOf: ["fact", "choices"],
  between: ["fact", "atLeast", "above", "atMost", "below"],
  dateBetween: ["fact", "from", "to"],
  withinLast: ["fact", "days"],
  notWithinLast: ["fact", "days"],
  contains: ["fact", "choices"],
  audience: ["code"],
};

/** Which operators a fact of a type takes. */
export const operatorsOfType: Readonly<Record<FactType, readonly FactOperator[]>> = {
  BOOLEAN: ["equals", "has"],
  ENUM: ["equals", "oneOf", "has"],
  NUMBER: ["between", "equals", "has"],
  DATE: ["dateBetween", "withinLast", "notWithinLast", "equals", "has"],
  SET: ["contains", "has"],
  INSTANT: ["dateBetween", "has"],
};

/** What stands in a leaf, by the name of the field. */
type Body = ReadonlyMap<string, unknown>;

/** `path` leads to the operator's body. Undefined where something was refused. */
export function checkLeaf(operator: LeafOperator, json: unknown, check: Check, path: RulePath): Leaf | undefined {
  const before = check.findings.refusals.length;
  const body = readBody(operator, json, check, path);
  if (!body) return undefined;
  const leaf = operator === "audience" ? checkAudience(body, check, path) : checkFactLeaf(operator, body, check, path);
  return check.findings.refusals.length === before ? leaf : undefined;
}

function readBody(operator: LeafOperator, json: unknown, { findings }: Check, path: RulePath): Body | undefined {
  const fields = fieldsOf[operator];
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    findings.refuse("INVALID_RULE", path, `is ${shown(json)}, expected an object with ${fields.join(", ")}.`);
    return undefined;
  }
  const body = new Map<string, unknown>(
    Object.entries(json).filter(([, value]) => value !== undefined && value !== null),
  );
  for (const field of body.keys()) {
    if (fields.includes(field)) continue;
    const what = `is no field of ${operator}, expected only ${fields.join(", ")}.`;
    findings.refuse("INVALID_RULE", [...path, field], what, () => didYouMean(field, fields));
  }
  return body;
}

function checkAudience(body: Body, check: Check, path: RulePath): Leaf | undefined {
  const place = [...path, "code"];
  const code = checkText(body.get("code"), check, place);
  if (code === undefined) return undefined;
  const { names, findings } = check;
  if (names && !names.hasAudience(code)) {
    const what = `is ${shownText(code)}, which is no saved audience.`;
    findings.refuse("UNKNOWN_AUDIENCE", place, what, () => didYouMean(code, names.audienceCodes()));
  }
  return { audience: { code } };
}

function checkFactLeaf(operator: FactOperator, body: Body, check: Check, path: RulePath): Leaf | undefined {
  const fact = checkText(body.get("fact"), check, [...path, "fact"]);
  const definition = fact === undefined ? undefined : definitionOf(fact, check, path);
  if (definition && !operatorsOfType[definition.type].includes(operator)) {
    refuseOperator(operator, definition, check, path);
    return undefined;
  }
  const named = fact ?? "";
  switch (operator) {
    case "has":
      return { has: { fact: named } };
    case "equals": {
      const value = checkValue(body.get("value"), definition, check, [...path, "value"]);
      return value === undefined ? undefined : { equals: { fact: named, value } };
    }
    case "oneOf":
    case "contains": {
      const choices = checkChoices(body.get("choices"), definition, check, [...path, "choices"]);
      if (!choices) return undefined;
      return operator === "oneOf" ? { oneOf: { fact: named, choices } } : { contains: { fact: named, choices } };
    }
    case "between":
      return checkBetween(named, body, check, path);
    case "dateBetween":
      return checkDateBetween(named, body, definition, check, path);
    case "withinLast":
    case "notWithinLast": {
      const days = checkDays(body.get("days"), check, [...path, "days"]);
      if (days === undefined) return undefined;
      return operator === "withinLast"
        ? { withinLast: { fact: named, days } }
        : { notWithinLast: { fact: named, days } };
    }
  }
}

function definitionOf(fact: string, { names, findings }: Check, path: RulePath): FactDefinition | undefined {
  if (!names) return undefined;
  const definition = names.fact(fact);
  if (!definition) {
    const what = `is ${shownText(fact)}, which no rule may ask for.`;
    findings.refuse("UNKNOWN_FACT", [...path, "fact"], what, () => didYouMean(fact, names.factNames()));
  }
  return definition;
}

function refuseOperator(operator: FactOperator, { name, type }: FactDefinition, check: Check, path: RulePath): void {
  const allowed = shownChoices(operatorsOfType[type]);
  const hint =
    type === "BOOLEAN" ? " A BOOLEAN is compared by equals with true or false; has asks whether it is known." : "";
  const what = `asks ${operator} of ${shownText(name)}, a fact of type ${type}, which takes ${allowed}.${hint}`;
  check.findings.refuse("RULE_TYPE_MISMATCH", path, what);
}

const lowerEnds = ["atLeast", "above"] as const;
const upperEnds = ["atMost", "below"] as const;

function checkBetween(fact: string, body: Body, check: Check, path: RulePath): BetweenLeaf | undefined {
  const { findings } = check;
  const lower = lowerEnds.filter((end) => body.has(end));
  const upper = upperEnds.filter((end) => body.has(end));
  for (const ends of [lower, upper]) {
    if (ends.length > 1)
      findings.refuse("INVALID_RULE", path, `has ${ends.join(" and ")} at once, expected one of them.`);
  }
  if (lower.length + upper.length === 0) {
    const expected = [...lowerEnds, ...upperEnds].join(", ");
    findings.refuse("INVALID_RULE", path, `has no end, expected at least one of ${expected}.`);
  }
  const ends: { atLeast?: number; above?: number; atMost?: number; below?: number } = {};
  for (const end of [...lower, ...upper]) {
    const number = checkNumber(body.get(end), check, [...path, end]);
    if (number !== undefined) ends[end] = number;
  }
  const low = ends.atLeast ?? ends.above;
  const high = ends.atMost ?? ends.below;
  const holdsItsEnds = ends.atLeast !== undefined && ends.atMost !== undefined;
  if (low !== undefined && high !== undefined && (low > high || (low === high && !holdsItsEnds))) {
    const what = `lies between ${low} (${lower.join()}) and ${high} (${upper.join()}), where no number is.`;
    findings.refuse("INVALID_RULE", path, what);
  }
  return { between: { fact, ...ends } };
}

function checkDateBetween(
  fact: string,
  body: Body,
  definition: FactDefinition | undefined,
  check: Check,
  path: RulePath,
): DateBetweenLeaf | undefined {
  const { findings } = check;
  const ends: { from?: string; to?: string } = {};
  for (const end of ["from", "to"] as const) {
    if (!body.has(end)) continue;
    const time = checkTime(body.get(end), definition?.type, check, [...path, end]);
    if (time !== undefined) ends[end] = time;
  }
  if (!body.has("from") && !body.has("to")) {
    findings.refuse("INVALID_RULE", path, "has no end, expected from, to or both.");
  }
  const { from, to } = ends;
  if (from === undefined || to === undefined) return { dateBetween: { fact, ...ends } };
  if (from.includes("T") !== to.includes("T")) {
    findings.refuse("INVALID_RULE", path, `lies between ${from} and ${to}, expected two days or two instants.`);
  } else if (isEmptyTime(from, to)) {
    const why = from.includes("T") ? "where no instant is: the end itself does not count" : "where no day is";
    findings.refuse("INVALID_RULE", path, `lies between ${from} and ${to}, ${why}.`);
  }
  return { dateBetween: { fact, from, to } };
}

function checkDays(json: unknown, { findings }: Check, path: RulePath): number | undefined {
  if (typeof json === "number" && Number.isInteger(json) && json >= 0 && json <= ruleCaps.days) {
    return json === 0 ? 0 : json;
  }
  findings.refuse(
    "INVALID_RULE",
    path,
    `is ${shown(json)}, expected a whole number of days from 0 to ${ruleCaps.days}.`,
  );
  return undefined;
}
