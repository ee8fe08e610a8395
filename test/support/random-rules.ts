import fc from "fast-check";
import { contextFacts, momentFacts } from "../../src/facts/core/context-facts";
import type { FactDefinition, FactType, FactValue } from "../../src/facts/core/fact";
import { derivedFacts, memberFacts } from "../../src/facts/core/member-facts";
import { epochDay, calendarDateOf } from "../../src/kernel/calendar-date";
import type { Situation } from "../../src/rules/core/evaluate";
import type { Leaf, Rule } from "../../src/rules/core/rule";

/**
 * Random rules, members and moments that meet: values of rules and of members come from the same small pools, so that
 * boundaries are hit, and verdicts are true about as often as false.
 */

/** What is known of a member, as rooms would store it. */
export interface RandomMember {
  /** Tags, sets such as `member.tiers`, and history counters. Nothing derived. */
  readonly facts: Readonly<Record<string, FactValue>>;
  readonly bornOn: string | undefined;
  readonly joinedOn: string | undefined;
  readonly audiences: readonly string[];
}

export interface RandomMoment {
  readonly instant: Date;
  readonly timeZone: string;
  /** What the request says beside its time: `context.scene`, `context.amount_minor` … */
  readonly context: Readonly<Record<string, FactValue>>;
}

export const sampleAudiences: readonly string[] = ["young", "frequent-flyers", 'Ünion "1"'];

const oddChoices = ['say "no"', "two\nlines", "旅行", "2024-02-28", "and", " blank ", "\u{1F600}", "back\\slash", "-0"];

const tag = (name: string, type: FactType, choices: readonly string[] | null = null): FactDefinition => ({
  ...{ name, type, choices },
  source: "TAG",
  unit: null,
  alwaysKnown: false,
});

const counter = (name: string): FactDefinition => ({
  ...{ name: `history.${name}`, type: "NUMBER", choices: null },
  source: "HISTORY",
  unit: null,
  alwaysKnown: true,
});

/** One of everything, some under names that are words of the language. */
export const sampleFacts: readonly FactDefinition[] = [
  ...["car_owner", "blacklisted", "student", "not", "true"].map((name) => tag(name, "BOOLEAN")),
  tag("tier", "ENUM", ["silver", "gold", "platinum"]),
  tag("brand", "ENUM", oddChoices),
  ...["monthly_spend", "visits", "in"].map((name) => tag(name, "NUMBER")),
  ...["last_flight_on", "member_since"].map((name) => tag(name, "DATE")),
  tag("interests", "SET", ["travel", "golf", "food", "music"]),
  tag("all", "SET", oddChoices),
  ...memberFacts.map((fact) =>
    fact.name === "member.card_products" ? { ...fact, choices: ["visa", "gold-card"] } : fact,
  ),
  ...contextFacts,
  counter("purchases_90d"),
  counter("spend_30d"),
];

const byName = new Map(sampleFacts.map((fact) => [fact.name, fact]));

/** As the checker asks for definitions. */
export const sampleFact = (name: string): FactDefinition | undefined => byName.get(name);

const numbers = [0, 1, 2, 3, 5, 8, 17, 18, 20, 0.1, 0.5, 2.5, -1, 29, 30, 366, 100_000, 999_999_999_999_999];
const firstInstant = Date.parse("2024-02-27T00:00:00Z");
const hour = 3_600_000;
/** Days on both sides of the moments', among them a leap day, and some far away. */
const nearDay = fc.integer({ min: -5, max: 5 }).map((days) => calendarDateOf(epochDay("2024-02-28") + days));
const farDay = fc.constantFrom("2004-02-29", "2006-02-28", "2006-03-01", "2023-02-28", "2023-03-01", "1899-12-31");
const day = fc.oneof({ weight: 3, arbitrary: nearDay }, { weight: 1, arbitrary: farDay });
const instantText = fc
  .tuple(fc.integer({ min: 0, max: 96 }), fc.constantFrom("Z", "+08:00", "-03:30"))
  .map(([hours, offset]) => {
    const shift = offset === "Z" ? 0 : offset === "+08:00" ? 8 * hour : -3.5 * hour;
    return new Date(firstInstant + hours * hour + shift).toISOString().replace("Z", offset);
  });
const days = fc.constantFrom(0, 1, 2, 3, 5, 30, 365, 366, 7300);
const pick = <T>(list: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...list);
const someOf = (list: readonly string[]) => fc.uniqueArray(pick(list), { minLength: 1, maxLength: 4 });

/** Open choices have a few here, too. */
function choicesOf(fact: FactDefinition): readonly string[] {
  return fact.choices ?? ["a-shop", "a-shop/west", "fuel-club/gold", "CNY"];
}

/** Every valid leaf over the fact. */
function leavesOf(definition: FactDefinition): fc.Arbitrary<Leaf>[] {
  const fact = definition.name;
  const has = fc.constant<Leaf>({ has: { fact } });
  const equals = <T extends boolean | number | string>(value: fc.Arbitrary<T>) =>
    value.map((each): Leaf => ({ equals: { fact, value: each } }));
  switch (definition.type) {
    case "BOOLEAN":
      return [has, equals(fc.boolean())];
    case "ENUM": {
      const list = someOf(choicesOf(definition)).map((choices): Leaf => ({ oneOf: { fact, choices } }));
      return [has, equals(pick(choicesOf(definition))), list, list];
    }
    case "NUMBER":
      return [has, equals(pick(numbers)), between(fact), between(fact), between(fact)];
    case "DATE":
      return [
        has,
        equals(day),
        dateBetween(fact, day),
        days.map((each) => ({ withinLast: { fact, days: each } })),
        days.map((each) => ({ notWithinLast: { fact, days: each } })),
      ];
    case "SET":
      return [has, someOf(choicesOf(definition)).map((choices) => ({ contains: { fact, choices } }))];
    case "INSTANT":
      return [has, dateBetween(fact, instantText)];
  }
}

function between(fact: string): fc.Arbitrary<Leaf> {
  const lower = fc.constantFrom("atLeast", "above");
  const upper = fc.constantFrom("atMost", "below");
  const two = fc
    .tuple(lower, upper, fc.uniqueArray(pick(numbers), { minLength: 2, maxLength: 2 }))
    .map(([from, to, ends]): Leaf => {
      const [low = 0, high = 0] = ends.sort((a, b) => a - b);
      return { between: { fact, [from]: low, [to]: high } };
    });
  const point = pick(numbers).map((end): Leaf => ({ between: { fact, atLeast: end, atMost: end } }));
  const one = fc.tuple(fc.oneof(lower, upper), pick(numbers)).map(([end, value]): Leaf => {
    return { between: { fact, [end]: value } };
  });
  return fc.oneof({ weight: 4, arbitrary: two }, { weight: 4, arbitrary: one }, { weight: 1, arbitrary: point });
}

function dateBetween(fact: string, end: fc.Arbitrary<string>): fc.Arbitrary<Leaf> {
  return fc.tuple(end, end, fc.constantFrom("both", "from", "to")).map(([one, other, ends]): Leaf => {
    const [from, to] = Date.parse(one) <= Date.parse(other) ? [one, other] : [other, one];
    if (ends === "from") return { dateBetween: { fact, from } };
    // The end of instants is excluded: between one and itself there is nothing.
    const isEmpty = from.includes("T") && Date.parse(from) === Date.parse(to);
    return ends === "to" || isEmpty ? { dateBetween: { fact, to } } : { dateBetween: { fact, from, to } };
  });
}

export interface RuleShape {
  readonly facts?: readonly FactDefinition[];
  readonly audiences?: readonly string[];
  /** Levels of all, any and not above the leaves. */
  readonly depth?: number;
}

/** Valid rules: every operator, nested, with single children, with doubled negations. */
export function anyRule({
  facts = sampleFacts,
  audiences = sampleAudiences,
  depth = 4,
}: RuleShape = {}): fc.Arbitrary<Rule> {
  const overFacts = pick(facts).chain((fact) => fc.oneof(...leavesOf(fact)));
  const inAudience = audiences.length > 0 ? [pick(audiences).map((code): Leaf => ({ audience: { code } }))] : [];
  const leaf: fc.Arbitrary<Rule> = fc.oneof(
    { weight: 12, arbitrary: overFacts },
    ...inAudience.map((arbitrary) => ({ weight: 1, arbitrary })),
  );
  const level = (below: fc.Arbitrary<Rule>): fc.Arbitrary<Rule> => {
    const children = fc.array(below, { minLength: 1, maxLength: 4 });
    return fc.oneof(
      { weight: 3, arbitrary: leaf },
      { weight: 3, arbitrary: children.map((all) => ({ all })) },
      { weight: 3, arbitrary: children.map((any) => ({ any })) },
      { weight: 2, arbitrary: below.map((not) => ({ not })) },
    );
  };
  let rule = leaf;
  for (let each = 0; each < depth; each++) rule = level(rule);
  return rule;
}

function valueOf(fact: FactDefinition): fc.Arbitrary<FactValue> {
  switch (fact.type) {
    case "BOOLEAN":
      return fc.boolean();
    case "ENUM":
      return pick(choicesOf(fact));
    case "NUMBER":
      return pick(numbers);
    case "DATE":
      return day;
    case "SET":
      return fc.uniqueArray(pick(choicesOf(fact)), { maxLength: 3 }).map((set) => set.sort());
    case "INSTANT":
      return instantText.map((text) => new Date(text).toISOString());
  }
}

function anyValues(facts: readonly FactDefinition[]): fc.Arbitrary<Record<string, FactValue>> {
  const values = facts.map(
    (fact) => [fact.name, fact.alwaysKnown ? valueOf(fact) : fc.option(valueOf(fact), { nil: undefined })] as const,
  );
  return fc.record(Object.fromEntries(values)).map((all) => {
    const known = Object.entries(all).filter((entry): entry is [string, FactValue] => entry[1] !== undefined);
    return Object.fromEntries(known);
  });
}

const derived = new Set(["member.age", "member.tenure_days", "member.joined_on"]);

export function anyMember(facts: readonly FactDefinition[] = sampleFacts): fc.Arbitrary<RandomMember> {
  const stored = facts.filter(({ name, source }) => source !== "CONTEXT" && !derived.has(name));
  return fc.record({
    facts: anyValues(stored),
    bornOn: fc.option(day, { nil: undefined }),
    joinedOn: fc.option(day, { nil: undefined }),
    audiences: fc.subarray([...sampleAudiences]),
  });
}

export const sampleTimeZones = ["Asia/Shanghai", "America/St_Johns", "Pacific/Kiritimati", "UTC"] as const;

/** Moments of four days around 29 February 2024. */
export function anyMoment(
  facts: readonly FactDefinition[] = sampleFacts,
  timeZones: readonly string[] = sampleTimeZones,
): fc.Arbitrary<RandomMoment> {
  const said = facts.filter(({ source, alwaysKnown }) => source === "CONTEXT" && !alwaysKnown);
  return fc.record({
    instant: fc.integer({ min: 0, max: 96 }).map((hours) => new Date(firstInstant + hours * hour)),
    timeZone: pick(timeZones),
    context: anyValues(said),
  });
}

/** What the reference evaluator asks. */
export function situationOf(member: RandomMember, moment: RandomMoment): Situation {
  const clock = momentFacts(moment.instant, moment.timeZone);
  const today = clock["context.date"];
  const known = new Map<string, FactValue | undefined>(
    Object.entries({
      ...member.facts,
      ...derivedFacts(member.bornOn, member.joinedOn, today),
      "member.joined_on": member.joinedOn,
      ...moment.context,
      ...clock,
    }),
  );
  const audiences = new Set(member.audiences);
  return { today, valueOf: (fact) => known.get(fact), isInAudience: (code) => audiences.has(code) };
}
