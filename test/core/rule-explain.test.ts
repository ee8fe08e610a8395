import fc from "fast-check";
import type { FactValue } from "../../src/facts/core/fact";
import { calendarDateOf, epochDay } from "../../src/kernel/calendar-date";
import { evaluate, type Situation } from "../../src/rules/core/evaluate";
import { explain, nodesInOrder, type ExplainedNode } from "../../src/rules/core/explain";
import type { NearMiss } from "../../src/rules/core/near-miss";
import { nearMissText } from "../../src/rules/core/near-miss-text";
import type { Leaf, Rule } from "../../src/rules/core/rule";
import { factOf, isLeaf, nodesOf } from "../../src/rules/core/rule-nodes";
import { anyMember, anyMoment, anyRule, sampleFact, situationOf } from "../support/random-rules";

const typeOf = (name: string) => sampleFact(name)?.type;
const anySituation = fc.tuple(anyMember(), anyMoment()).map(([member, moment]) => situationOf(member, moment));

function situation(facts: Record<string, FactValue>, change: Partial<Situation> = {}): Situation {
  return { today: "2024-02-28", valueOf: (name) => facts[name], isInAudience: () => false, ...change };
}

const explained = (rule: Rule, facts: Record<string, FactValue>) => explain(rule, situation(facts), typeOf);
const missOf = (rule: Rule, facts: Record<string, FactValue>) => explained(rule, facts).nearMiss;

describe("an explanation", () => {
  test("says of every node what the reference evaluator says", () => {
    fc.assert(
      fc.property(anyRule(), anySituation, (rule, asked) => {
        const nodes = nodesInOrder(explain(rule, asked, typeOf));
        expect(nodes.map(({ path, holds }) => ({ path, holds }))).toEqual(
          nodesOf(rule).map((node) => ({ path: node.path, holds: evaluate(node.rule, asked) })),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test("names what decides: whatever else becomes of the others, the verdict stays", () => {
    fc.assert(
      fc.property(anyRule(), anySituation, fc.boolean(), (rule, asked, other) => {
        const root = explain(rule, asked, typeOf);
        expect(verdictWithout(root, other)).toBe(root.holds);
      }),
      { numRuns: 2_000 },
    );
  });

  test("names as wished what would make the rule hold: were it all so, it would", () => {
    fc.assert(
      fc.property(anyRule(), anySituation, (rule, asked) => {
        expect(verdictOfWishes(explain(rule, asked, typeOf))).toBe(true);
      }),
    );
  });

  test("has no distance where everything is as the rule needs it", () => {
    fc.assert(
      fc.property(anyRule(), anySituation, (rule, asked) => {
        for (const node of nodesInOrder(explain(rule, asked, typeOf))) {
          if (node.operator !== "not" && node.holds === node.isWished) expect(node.nearMiss).toBeNull();
        }
      }),
    );
  });
});

/** What does not decide is answered by `other`. */
function verdictWithout(node: ExplainedNode, other: boolean): boolean {
  if (!node.decides) return other;
  const children = node.children.map((child) => verdictWithout(child, other));
  if (node.operator === "all") return children.every(Boolean);
  if (node.operator === "any") return children.some(Boolean);
  return node.operator === "not" ? !children[0] : node.holds === true;
}

function verdictOfWishes(node: ExplainedNode): boolean {
  const children = node.children.map(verdictOfWishes);
  if (node.operator === "all") return children.every(Boolean);
  if (node.operator === "any") return children.some(Boolean);
  return node.operator === "not" ? !children[0] : node.isWished;
}

describe("a near miss of a leaf", () => {
  test("is as far as it says: moved by the distance the leaf is as it is wished, and by less it is not", () => {
    let moved = 0;
    fc.assert(
      fc.property(anyRule(), anySituation, (rule, asked) => {
        for (const { leaf, nearMiss, isWished } of nodesInOrder(explain(rule, asked, typeOf))) {
          if (!leaf || !nearMiss || !isReckonable(leaf.value, nearMiss)) continue;
          for (const after of movedBy(nearMiss, leaf.condition, asked)) {
            expect({ leaf, nearMiss, holds: evaluate(leaf.condition, after) }).toEqual({
              leaf,
              nearMiss,
              holds: isWished,
            });
            moved += 1;
          }
          const tooLittle = movedTooLittle(nearMiss, leaf.condition, asked);
          if (tooLittle) expect(evaluate(leaf.condition, tooLittle)).toBe(!isWished);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(moved).toBeGreaterThan(2_000);
  });

  test.each<[Rule, Record<string, FactValue>, NearMiss]>([
    [{ between: { fact: "visits", atLeast: 30 } }, { visits: 10 }, raise(20)],
    [{ between: { fact: "visits", above: 30 } }, { visits: 30 }, { ...raise(0), isExclusive: true }],
    [{ between: { fact: "visits", atLeast: 1, below: 3 } }, { visits: 5 }, { ...lower(2), isExclusive: true }],
    [{ equals: { fact: "visits", value: 0.3 } }, { visits: 0.1 }, raise(0.2)],
    [{ between: { fact: "visits", atLeast: 1 } }, {}, { kind: "KNOWN" }],
    [{ equals: { fact: "last_flight_on", value: "2024-03-02" } }, { last_flight_on: "2024-02-28" }, later(3)],
    [{ dateBetween: { fact: "last_flight_on", to: "2024-02-27" } }, { last_flight_on: "2024-03-01" }, earlier(3)],
    [{ withinLast: { fact: "last_flight_on", days: 30 } }, { last_flight_on: "2024-01-01" }, later(28)],
    [{ withinLast: { fact: "last_flight_on", days: 30 } }, { last_flight_on: "2024-03-01" }, earlier(2)],
    [{ notWithinLast: { fact: "last_flight_on", days: 30 } }, { last_flight_on: "2024-02-28" }, earlier(31)],
    [{ oneOf: { fact: "tier", choices: ["gold"] } }, { tier: "silver" }, { kind: "ONE_OF", choices: ["gold"] }],
    [{ contains: { fact: "interests", choices: ["golf", "food"] } }, {}, { kind: "ONE_OF", choices: ["golf", "food"] }],
    [{ equals: { fact: "car_owner", value: true } }, { car_owner: false }, { kind: "ONE_OF", choices: ["true"] }],
    [{ has: { fact: "tier" } }, {}, { kind: "KNOWN" }],
    [{ audience: { code: "young" } }, {}, { kind: "JOIN", audience: "young" }],
  ])("of %j for %j is %j", (rule, facts, expected) => {
    expect(missOf(rule, facts)).toEqual(expected);
  });

  test("below a not is what would have to go", () => {
    const rule: Rule = { not: { between: { fact: "visits", atLeast: 3, atMost: 9 } } };
    expect(explained(rule, { visits: 4 }).children[0]?.nearMiss).toEqual({ ...lower(1), isExclusive: true });
    expect(explained(rule, { visits: 9 }).children[0]?.nearMiss).toEqual({ ...raise(0), isExclusive: true });
    const set: Rule = { not: { contains: { fact: "interests", choices: ["golf", "food"] } } };
    expect(explained(set, { interests: ["food", "travel"] }).children[0]?.nearMiss).toEqual({
      ...{ kind: "NONE_OF", choices: ["food"] },
    });
  });

  test("is none where no value would do", () => {
    expect(missOf({ between: { fact: "visits", above: 3, below: 3 } }, { visits: 3 })).toBeNull();
  });

  test("of an instant that has not come is how long it takes", () => {
    const rule: Rule = { dateBetween: { fact: "context.instant", from: "2024-03-02T08:00:00+08:00" } };
    const now = { "context.instant": "2024-02-28T00:00:00.000Z" };
    expect(missOf(rule, now)).toEqual({ ...later(3 * 86_400_000), measure: "MILLISECONDS" });
  });
});

describe("a near miss of several conditions", () => {
  const rule: Rule = {
    all: ["car_owner", "student", "blacklisted"].map((fact) => ({ equals: { fact, value: true } })),
  };

  test("is how many are met and how many more are needed", () => {
    const facts = { car_owner: true, student: true };
    expect(missOf(rule, facts)).toEqual({ kind: "CONDITIONS", met: 2, of: 3, amount: 1 });
    expect(missOf({ any: rule.all }, {})).toEqual({ kind: "CONDITIONS", met: 0, of: 3, amount: 1 });
    expect(missOf({ any: rule.all }, facts)).toBeNull();
  });

  test("below a not counts what fails", () => {
    const facts = { car_owner: true, student: true, blacklisted: true };
    expect(explained({ not: rule }, facts).children[0]?.nearMiss).toEqual({
      ...{ kind: "CONDITIONS", met: 0, of: 3, amount: 1 },
    });
  });
});

describe("what the asker may not see", () => {
  const rule: Rule = {
    all: [{ between: { fact: "visits", atLeast: 30 } }, { equals: { fact: "tier", value: "gold" } }],
  };
  const facts = { visits: 10, tier: "gold" };
  const hides = (...names: string[]) => ({
    ofCondition: () => true,
    ofValue: (leaf: Leaf) => !names.includes(factOf(leaf) ?? ""),
  });

  test("of a value is withheld with its distance, but not that it decided", () => {
    const [root, visits, tier] = nodesInOrder(explain(rule, situation(facts), typeOf, hides("visits")));
    expect(root).toMatchObject({ holds: false, nearMiss: { kind: "CONDITIONS", met: 1, of: 2, amount: 1 } });
    expect(visits).toMatchObject({ holds: false, decides: true, isWithheld: true, nearMiss: null });
    expect(visits?.leaf).toEqual({ condition: rule.all[0], value: null });
    expect(tier).toMatchObject({ holds: true, decides: false, isWithheld: false, leaf: { value: "gold" } });
  });

  test("of a condition is withheld whole", () => {
    const sight = { ofCondition: (leaf: Leaf) => factOf(leaf) !== "visits", ofValue: () => true };
    const [, visits] = nodesInOrder(explain(rule, situation(facts), typeOf, sight));
    expect(visits).toMatchObject({ operator: "between", holds: false, decides: true, leaf: null, nearMiss: null });
    expect(JSON.stringify(visits)).not.toMatch(/30|visits|10/);
  });

  test("is withheld in every leaf of every rule", () => {
    fc.assert(
      fc.property(anyRule(), anyMember(), anyMoment(), (asked, member, moment) => {
        const hidden = nodesOf(asked).map((node) => (isLeaf(node.rule) ? factOf(node.rule) : undefined));
        const sight = hides(...hidden.filter((name) => name !== undefined));
        const seen = nodesInOrder(explain(asked, situationOf(member, moment), typeOf, sight));
        for (const node of seen.filter(({ leaf }) => leaf && !("audience" in leaf.condition))) {
          expect(node).toMatchObject({ isWithheld: true, nearMiss: null, leaf: { value: null } });
        }
      }),
    );
  });
});

describe("the text of a near miss", () => {
  const visits = { name: "visits", unit: null };
  const spend = { name: "history.spend_30d", unit: "minor units", currency: "CNY" };
  const clock = { name: "context.instant", unit: null };

  test.each<[NearMiss, { name: string; unit: string | null; currency?: string }, string, string]>([
    [raise(20), visits, "20 more", "还差20"],
    [raise(1234.5), { name: "income", unit: "CNY" }, "1,234.5 CNY more", "还差1,234.5 CNY"],
    [{ ...lower(2), isExclusive: true }, visits, "more than 2 less", "须减少2以上"],
    [raise(2000), spend, "spend CNY 20.00 more", "再消费CNY 20.00"],
    [{ ...later(3 * 86_400_000), measure: "MILLISECONDS" }, clock, "opens in 3 days", "3天后开始"],
    [{ ...later(5_400_000), measure: "MILLISECONDS" }, clock, "opens in 2 hours", "2小时后开始"],
    [{ ...earlier(60_000), measure: "MILLISECONDS" }, clock, "closed 1 minute ago", "已于1分钟前结束"],
    [later(1), { name: "last_flight_on", unit: null }, "would have to be 1 day later", "须晚1天"],
    [{ kind: "ONE_OF", choices: ["gold"] }, visits, 'would have to be "gold"', '须为"gold"'],
    [
      { kind: "CONDITIONS", met: 2, of: 3, amount: 1 },
      visits,
      "2 of 3 conditions met, 1 more needed",
      "3项条件已满足2项,还需1项",
    ],
  ])("%j of %j is %s, %s", (miss, fact, en, zh) => {
    expect(nearMissText(miss, fact, "en")).toBe(en);
    expect(nearMissText(miss, fact, "zh-CN")).toBe(zh);
  });
});

function raise(amount: number) {
  return { kind: "RAISE", amount, measure: "NUMBER", isExclusive: false } as const;
}
function lower(amount: number) {
  return { kind: "LOWER", amount, measure: "NUMBER", isExclusive: false } as const;
}
function later(amount: number) {
  return { ...raise(amount), measure: "DAYS" } as const;
}
function earlier(amount: number) {
  return { ...lower(amount), measure: "DAYS" } as const;
}

/** Beyond 15 digits a sum of doubles is not the sum that people reckon. */
function isReckonable(value: FactValue | null, miss: NearMiss): boolean {
  const amounts = ["amount" in miss ? miss.amount : 0, typeof value === "number" ? value : 0];
  return "measure" in miss && miss.measure === "MILLISECONDS" ? true : amounts.every((each) => Math.abs(each) < 1e12);
}

/** The situations in which the leaf's fact is otherwise by what the near miss says. */
function movedBy(miss: NearMiss, leaf: Leaf, from: Situation): Situation[] {
  const fact = factOf(leaf) ?? "";
  const value = from.valueOf(fact);
  switch (miss.kind) {
    case "RAISE":
    case "LOWER":
      return [withValue(from, fact, shifted(value as never, miss, miss.amount, miss.isExclusive))];
    case "ONE_OF":
      return miss.choices.map((choice) => {
        if ("contains" in leaf) return withValue(from, fact, [...((value ?? []) as string[]), choice]);
        return withValue(from, fact, choice === "true" || choice === "false" ? textOrTruth(fact, choice) : choice);
      });
    case "NONE_OF":
      if ("contains" in leaf) {
        return [
          withValue(
            from,
            fact,
            (value as string[]).filter((each) => !miss.choices.includes(each)),
          ),
        ];
      }
      return [withValue(from, fact, typeof value === "boolean" ? !value : typeof value === "number" ? value + 1 : "?")];
    case "UNKNOWN":
      return [withValue(from, fact, undefined)];
    case "JOIN":
    case "LEAVE":
      return [{ ...from, valueOf: from.valueOf, isInAudience: () => miss.kind === "JOIN" }];
    case "KNOWN":
      expect(value).toBeUndefined();
      return [];
    case "CONDITIONS":
      return [];
  }
}

function textOrTruth(fact: string, choice: string): FactValue {
  return typeOf(fact) === "BOOLEAN" ? choice === "true" : choice;
}

function movedTooLittle(miss: NearMiss, leaf: Leaf, from: Situation): Situation | undefined {
  if (miss.kind !== "RAISE" && miss.kind !== "LOWER") return undefined;
  if (miss.isExclusive) {
    return withValue(
      from,
      factOf(leaf) ?? "",
      shifted(from.valueOf(factOf(leaf) ?? "") as never, miss, miss.amount, false),
    );
  }
  const less = miss.measure === "NUMBER" ? miss.amount * 0.999 : miss.amount - 1;
  return withValue(from, factOf(leaf) ?? "", shifted(from.valueOf(factOf(leaf) ?? "") as never, miss, less, false));
}

function shifted(
  value: number | string,
  { kind, measure }: Extract<NearMiss, { kind: "RAISE" | "LOWER" }>,
  amount: number,
  isExclusive: boolean,
): FactValue {
  const by = kind === "RAISE" ? amount : -amount;
  if (measure === "DAYS") return calendarDateOf(epochDay(value as string) + by);
  if (measure === "MILLISECONDS") return new Date(Date.parse(value as string) + by).toISOString();
  const reached = Number(((value as number) + by).toFixed(9));
  const alittle = Math.max(Math.abs(reached), 1) * 1e-9;
  return isExclusive ? reached + (kind === "RAISE" ? alittle : -alittle) : reached;
}

function withValue(from: Situation, fact: string, value: FactValue | undefined): Situation {
  return {
    today: from.today,
    isInAudience: (code) => from.isInAudience(code),
    valueOf: (name) => (name === fact ? value : from.valueOf(name)),
  };
}
