import type { Rule } from "../../src/rules/core/rule";
import { calendarDateOf } from "../../src/kernel/calendar-date";
import { today, type GeneratedTag } from "../rules/generate";

const has = ({ name }: GeneratedTag): Rule => ({ equals: { fact: name, value: true } });
const choice = ({ name }: GeneratedTag, value: number): Rule => ({ equals: { fact: name, value: `v${value}` } });
/** Values are spread by the logarithm: so many deviations from the middle. */
const spendOf = ({ mu, sd }: GeneratedTag, deviations: number) => Math.round(Math.exp(mu! + sd! * deviations));
const atLeast = (tag: GeneratedTag, deviations: number): Rule => ({
  between: { fact: tag.name, atLeast: spendOf(tag, deviations) },
});

/** The shapes of rules that are counted: the prototype's five, and three over what it had not. */
export function ruleShapes(tags: readonly GeneratedTag[]): Readonly<Record<string, Rule>> {
  /** The tag of this type whose share of members lies between; the n-th of them. */
  const tag = (type: GeneratedTag["type"], low: number, high: number, nth = 0): GeneratedTag => {
    const found = tags.filter((each) => each.type === type && each.pop >= low && each.pop <= high)[nth];
    if (!found) throw new Error(`there is no ${type} between ${low} and ${high}`);
    return found;
  };
  const [common, some, few, blocked] = [
    tag("bool", 0.3, 0.6),
    tag("bool", 0.08, 0.15),
    tag("bool", 0.03, 0.06),
    tag("bool", 0.01, 0.02, 3),
  ];
  const [tier, spend, car] = [tag("enum", 0.6, 0.95), tag("num", 0.6, 0.95), tag("bool", 0.15, 0.3)];
  const [opened, favourites] = [tag("date", 0.4, 0.95), tag("set", 0.2, 0.95)];
  const [segment, score] = [tag("enum", 0.1, 0.4), tag("num", 0.1, 0.4)];
  const campaigns = [0, 1, 2, 3, 4].map((nth) => tag("bool", 0.01, 0.05, 5 + nth));
  const [rare, rarer] = [tag("bool", 0.005, 0.01, 0), tag("bool", 0.005, 0.01, 1)];
  return {
    tags: { all: [has(common), has(some), { not: has(few) }] },
    tierCarSpend: {
      all: [
        { oneOf: { fact: tier.name, choices: ["v0", "v1"] } },
        has(car),
        atLeast(spend, 0.3),
        { not: has(blocked) },
      ],
    },
    rangeDateEnum: {
      all: [
        { between: { fact: score.name, atLeast: spendOf(score, -0.5), atMost: spendOf(score, 1) } },
        { dateBetween: { fact: opened.name, from: calendarDateOf(today - 365) } },
        choice(segment, 0),
      ],
    },
    anyOfFiveAndSet: {
      all: [
        { any: campaigns.map(has) },
        { contains: { fact: favourites.name, choices: ["c2", "c5"] } },
        { not: choice(tier, 1) },
      ],
    },
    broad: { all: [{ not: has(blocked) }, atLeast(spend, -1), { not: { all: [has(rare), has(rarer)] } }] },
    ageAndTenure: {
      all: [
        { between: { fact: "member.age", atLeast: 25, atMost: 40 } },
        { between: { fact: "member.tenure_days", atLeast: 365 } },
        has(common),
      ],
    },
    nested: {
      all: [
        {
          any: [
            { all: [choice(tier, 0), { between: { fact: score.name, above: spendOf(score, 0) } }] },
            { all: [{ not: has(car) }, { contains: { fact: favourites.name, choices: ["c1"] } }] },
            { withinLast: { fact: opened.name, days: 30 } },
          ],
        },
        { not: has(few) },
      ],
    },
    absence: {
      all: [
        { not: { has: { fact: score.name } } },
        { notWithinLast: { fact: opened.name, days: opened.span! / 2 } },
        { any: [has(some), { not: { has: { fact: segment.name } } }] },
      ],
    },
  };
}
