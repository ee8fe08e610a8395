import { calendarNumber, epochDay } from "../../kernel/calendar-date";
import type { FactDefinition, FactType } from "./fact";

const memberFact = (name: string, type: FactType, unit: string | null = null): FactDefinition => ({
  name: `member.${name}`,
  source: "MEMBER",
  type,
  choices: null,
  unit,
  alwaysKnown: false,
});

/**
 * What a rule may ask of a member beside tags. The sets are open here; whoever registers them says which choices exist.
 *
 * - `member.tiers`: "program-code/tier-code"; `member.identities`: codes of the partners that know the member.
 * - `member.age` and `member.tenure_days` are never stored: `derivedFacts` counts them on the day of the moment.
 */
export const memberFacts: readonly FactDefinition[] = [
  memberFact("age", "NUMBER", "years"),
  memberFact("tenure_days", "NUMBER", "days"),
  memberFact("joined_on", "DATE"),
  memberFact("tiers", "SET"),
  memberFact("card_products", "SET"),
  memberFact("identities", "SET"),
];

export interface DerivedFacts {
  /** Full years. Undefined where the day of birth is unknown or still to come. */
  readonly "member.age": number | undefined;
  /** 0 on the day of joining. Undefined where that is unknown or still to come. */
  readonly "member.tenure_days": number | undefined;
}

/** All three are calendar days (yyyy-mm-dd); `today` is the day of the moment in the alliance's zone. */
export function derivedFacts(bornOn: string | undefined, joinedOn: string | undefined, today: string): DerivedFacts {
  return {
    "member.age": bornOn === undefined || bornOn > today ? undefined : fullYears(bornOn, today),
    "member.tenure_days": joinedOn === undefined || joinedOn > today ? undefined : epochDay(today) - epochDay(joinedOn),
  };
}

/**
 * The same of days since 1970-01-01, without a text in between: for each member that is matched. NaN is unknown, and so
 * is the answer then.
 */
export function ageOn(today: number, bornOn: number): number {
  if (!(bornOn <= today)) return NaN;
  const [now, born] = [calendarNumber(today), calendarNumber(bornOn)];
  // The last four digits are month and day; the difference of the others counts the years that are full.
  return Math.floor((now - born) / 10_000);
}

export function tenureOn(today: number, joinedOn: number): number {
  return joinedOn <= today ? today - joinedOn : NaN;
}

/**
 * Month and day compare as texts, which makes 1 March the birthday of a person born on 29 February in common years:
 * 02-28 is before it, 03-01 is not.
 */
function fullYears(bornOn: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(bornOn.slice(0, 4));
  return today.slice(5) < bornOn.slice(5) ? years - 1 : years;
}
