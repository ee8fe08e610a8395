import { epochDay } from "../../kernel/calendar-date";
import type { EncodedFacts } from "./encoding";
import type { FactType, FactValue } from "./fact";

/** One static fact of one member, as its room has stored it. */
export interface StoredFact {
  readonly fact: string;
  readonly type: Exclude<FactType, "INSTANT">;
  readonly value: FactValue;
}

/** What has a number: that a fact is known (`choice` null), or that it is this choice. */
export interface FactKey {
  readonly fact: string;
  readonly choice: string | null;
}

/** A member's facts that are kept for audiences and for what is derived of them, and that no rule names. */
export const statusFact = "member.status";
/** What the member's latest answers permit: "partner-code/PURPOSE". */
export const consentsFact = "member.consents";
/** The same of what they refuse. Who was never asked about a purpose has it in neither. */
export const consentsRefusedFact = "member.consents_refused";
export const bornOnFact = "member.born_on";
export const joinedOnFact = "member.joined_on";

/** "Known" and the choices that are true. Throws where the value is not of the type: rooms store only what fits. */
export function keysOfFact({ fact, type, value }: StoredFact): FactKey[] {
  return [null, ...choicesOf(fact, type, value)].map((choice) => ({ fact, choice }));
}

function choicesOf(fact: string, type: StoredFact["type"], value: FactValue): readonly string[] {
  if (type === "BOOLEAN" && typeof value === "boolean") return [String(value)];
  if (type === "ENUM" && typeof value === "string") return [value];
  if (type === "SET" && Array.isArray(value)) return value as readonly string[];
  if ((type === "NUMBER" && typeof value === "number") || (type === "DATE" && typeof value === "string")) return [];
  throw new Error(`the fact ${fact} is a ${typeof value}, expected ${type}`);
}

/** The facts by their numbers; each fact at most once. */
export function encodedFacts(facts: readonly StoredFact[], numberOf: (key: FactKey) => number): EncodedFacts {
  const keys = new Set<number>();
  const slots: [number, number][] = [];
  for (const stored of facts) {
    for (const key of keysOfFact(stored)) keys.add(numberOf(key));
    const { fact, type, value } = stored;
    if (type === "NUMBER") slots.push([numberOf({ fact, choice: null }), value as number]);
    if (type === "DATE") slots.push([numberOf({ fact, choice: null }), epochDay(value as string)]);
  }
  slots.sort(([a], [b]) => a - b);
  return {
    keys: Int32Array.from(keys).sort(),
    slots: Int32Array.from(slots, ([slot]) => slot),
    values: Float64Array.from(slots, ([, value]) => value),
  };
}
