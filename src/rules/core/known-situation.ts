import type { EncodedFacts } from "../../facts/core/encoding";
import type { FactType, FactValue } from "../../facts/core/fact";
import { derivedFacts } from "../../facts/core/member-facts";
import { bornOnFact, joinedOnFact } from "../../facts/core/stored-facts";
import { calendarDateOf } from "../../kernel/calendar-date";
import { evaluate, type Situation } from "./evaluate";
import { expandAudiences, type AudienceRules } from "./expand-audiences";
import type { KnownMember, KnownNumbers } from "./local-situation";
import type { Moment } from "./moment";
import type { TypeOfFact } from "./near-miss";

/**
 * The same member in the same moment as the reference evaluator asks about them: values by name. For explanations and for
 * moments that the index does not stand at; matching itself goes by local-situation.ts.
 */
export function knownSituation(
  member: KnownMember,
  moment: Moment,
  { numbers, typeOf, audiences }: { numbers: KnownNumbers; typeOf: TypeOfFact; audiences: AudienceRules },
): Situation {
  const known = storedValues(member.encoded, numbers, typeOf);
  const day = (fact: string) => {
    const value = known.get(fact);
    return typeof value === "string" ? value : undefined;
  };
  const derived = derivedFacts(day(bornOnFact), day(joinedOnFact), moment.today);
  for (const [fact, value] of Object.entries(derived)) if (value !== undefined) known.set(fact, value as number);
  for (const [fact, value] of moment.facts) known.set(fact, value);
  const situation: Situation = {
    today: moment.today,
    valueOf: (fact) => known.get(fact) ?? (fact.startsWith("history.") ? (member.counters.get(fact) ?? 0) : undefined),
    isInAudience: (code) => {
      const meant = audiences(code);
      if (meant === undefined || meant === "members") return meant === "members" && member.audiences.has(code);
      // What an audience that rests on itself, or is too large, leaves of itself has no members, as in the index.
      const lists = { ...situation, isInAudience: (list: string) => member.audiences.has(list) };
      return evaluate(expandAudiences({ audience: { code } }, audiences), lists);
    },
  };
  return situation;
}

/** Values by fact; what this process has no number or definition of is left out. */
export function storedValues(
  { keys, slots, values }: EncodedFacts,
  numbers: KnownNumbers,
  typeOf: TypeOfFact,
): Map<string, FactValue> {
  const choices = new Map<string, string[]>();
  for (const number of keys) {
    const key = numbers.keyOf(number);
    if (!key) continue;
    const ofFact = choices.get(key.fact) ?? [];
    if (key.choice !== null) ofFact.push(key.choice);
    choices.set(key.fact, ofFact);
  }
  const known = new Map<string, FactValue>();
  for (const [fact, held] of choices) {
    const value = valueOfChoices(typeOf(fact), held);
    if (value !== undefined) known.set(fact, value);
  }
  slots.forEach((number, place) => {
    const fact = numbers.keyOf(number)?.fact;
    if (fact === undefined) return;
    const value = values[place] as number;
    const isDay = fact === bornOnFact || fact === joinedOnFact || typeOf(fact) === "DATE";
    known.set(fact, isDay ? calendarDateOf(value) : value);
  });
  return known;
}

function valueOfChoices(type: FactType | undefined, held: readonly string[]): FactValue | undefined {
  if (type === "SET") return [...held].sort();
  return type === "BOOLEAN" ? held[0] === "true" : held[0];
}
