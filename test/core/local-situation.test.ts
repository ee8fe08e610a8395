import fc from "fast-check";
import { decodeFacts, encodeFacts } from "../../src/facts/core/encoding";
import type { FactValue } from "../../src/facts/core/fact";
import { encodedFacts, type FactKey, type StoredFact } from "../../src/facts/core/stored-facts";
import { evaluate } from "../../src/rules/core/evaluate";
import { RuleIndex } from "../../src/rules/core/index/rule-index";
import { RuleVocabulary } from "../../src/rules/core/index/vocabulary";
import { knownSituation } from "../../src/rules/core/known-situation";
import { SituationTranslator, type KnownMember } from "../../src/rules/core/local-situation";
import { largestAmountMinor, momentOf } from "../../src/rules/core/moment";
import type { Rule } from "../../src/rules/core/rule";
import {
  anyMember,
  anyMoment,
  anyRule,
  sampleFact,
  situationOf,
  type RandomMember,
  type RandomMoment,
} from "../support/random-rules";

const typeOf = (name: string) => sampleFact(name)?.type;
const audiences = () => "members" as const;

/** Numbers as a database gives them: to what is stored, in the order in which it comes. */
class GivenNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #keys = new Map<number, FactKey>();
  /** What this process has not met yet. */
  readonly hidden = new Set<number>();

  give = (key: FactKey): number => {
    const text = JSON.stringify([key.fact, key.choice]);
    const number = this.#numbers.get(text) ?? this.#numbers.size + 1;
    this.#numbers.set(text, number);
    this.#keys.set(number, key);
    return number;
  };
  find(key: FactKey): number | undefined {
    const number = this.#numbers.get(JSON.stringify([key.fact, key.choice]));
    return number !== undefined && !this.hidden.has(number) ? number : undefined;
  }
  keyOf(number: number): FactKey | undefined {
    return this.hidden.has(number) ? undefined : this.#keys.get(number);
  }
}

function known(member: RandomMember, numbers: GivenNumbers): KnownMember {
  const entries: [string, FactValue | undefined][] = [
    ...Object.entries(member.facts),
    ["member.born_on", member.bornOn],
    ["member.joined_on", member.joinedOn],
  ];
  const isCounter = (fact: string) => fact.startsWith("history.");
  const stored = entries.flatMap(([fact, value]): StoredFact[] => {
    if (value === undefined || isCounter(fact)) return [];
    return [{ fact, value, type: (typeOf(fact) ?? "DATE") as StoredFact["type"] }];
  });
  return {
    encoded: decodeFacts(encodeFacts(encodedFacts(stored, numbers.give))),
    counters: new Map(entries.filter(([fact]) => isCounter(fact)) as [string, number][]),
    audiences: new Set(member.audiences),
  };
}

function asked({ instant, context, timeZone }: RandomMoment) {
  const said = Object.fromEntries(
    Object.entries(context).map(([name, value]) => [name.slice("context.".length), value]),
  );
  const { amount_minor: amount, ...rest } = said;
  const amountMinor = typeof amount === "number" && Number.isInteger(amount) && amount >= 0 ? BigInt(amount) : null;
  const moment = momentOf({ instant, ...rest, amountMinor }, timeZone);
  // What no request can say, such as half a fen, is what the index' own tests are for.
  const sayable = { ...context };
  delete sayable["context.amount_minor"];
  return {
    moment,
    reference: {
      instant,
      timeZone,
      context: amountMinor === null ? sayable : { ...sayable, "context.amount_minor": Number(amountMinor) },
    },
  };
}

describe("a member in a moment, translated", () => {
  test("matches by the index what the reference evaluator says, whichever rules were named before", () => {
    fc.assert(
      fc.property(
        fc.array(anyRule({ depth: 3 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.tuple(anyMember(), anyMoment()), { minLength: 1, maxLength: 4 }),
        (rules, situations) => {
          const vocabulary = new RuleVocabulary(typeOf);
          const index = new RuleIndex(vocabulary);
          const numbers = new GivenNumbers();
          const translator = new SituationTranslator(vocabulary, numbers);
          const put: Rule[] = [];
          for (const [place, [member, random]] of situations.entries()) {
            // Rules come between members, so that the translator meets names and numbers in either order.
            for (const rule of rules.slice(2 * place, place === situations.length - 1 ? undefined : 2 * place + 2)) {
              index.put({ id: put.push(rule) - 1, rule, from: 0, to: null });
            }
            const { moment, reference } = asked(random);
            const own = known(member, numbers);
            const situation = situationOf(member, reference);
            const local = translator.translate(own, moment);
            const matched = new Set(local ? index.matched.subarray(0, index.match(local)) : []);
            const expected = put.flatMap((rule, id) => (evaluate(rule, situation) ? [id] : []));
            expect([...matched].sort((a, b) => a - b)).toEqual(expected);
            const byName = knownSituation(own, moment, { numbers, typeOf, audiences });
            expect(put.map((rule) => evaluate(rule, byName))).toEqual(put.map((rule) => evaluate(rule, situation)));
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test("with numbers that this process has not met is none until they were fetched", () => {
    const numbers = new GivenNumbers();
    const vocabulary = new RuleVocabulary(typeOf);
    const index = new RuleIndex(vocabulary);
    index.put({ id: 7, rule: { equals: { fact: "tier", value: "gold" } }, from: 0, to: null });
    const translator = new SituationTranslator(vocabulary, numbers);
    const member = known({ facts: { tier: "gold" }, bornOn: undefined, joinedOn: undefined, audiences: [] }, numbers);
    const moment = momentOf({ instant: new Date("2024-02-28T00:00:00Z") }, "UTC");
    for (const number of member.encoded.keys) numbers.hidden.add(number);
    expect(translator.translate(member, moment)).toBeUndefined();
    expect(translator.unknownNumbers(member.encoded)).toEqual([...member.encoded.keys]);
    numbers.hidden.clear();
    const local = translator.translate(member, moment);
    expect(local && index.match(local)).toBe(1);
    expect(index.matched[0]).toBe(7);
  });
});

describe("a moment", () => {
  test("tells day, weekday and hour in the alliance's zone, also right after another one", () => {
    const facts = (text: string, zone: string) => {
      const { facts: all } = momentOf({ instant: new Date(text) }, zone);
      return ["date", "weekday", "hour"].map((name) => all.get(`context.${name}`));
    };
    expect(facts("2024-02-28T15:59:59.999Z", "Asia/Shanghai")).toEqual(["2024-02-28", "WEDNESDAY", 23]);
    expect(facts("2024-02-28T16:00:00.000Z", "Asia/Shanghai")).toEqual(["2024-02-29", "THURSDAY", 0]);
    expect(facts("2024-02-28T16:00:00.000Z", "UTC")).toEqual(["2024-02-28", "WEDNESDAY", 16]);
  });

  test("refuses an amount that a double cannot hold", () => {
    const instant = new Date(0);
    expect(() => momentOf({ instant, amountMinor: largestAmountMinor + 1n }, "UTC")).toThrow(RangeError);
    expect(() => momentOf({ instant, amountMinor: -1n }, "UTC")).toThrow(RangeError);
    expect(momentOf({ instant, amountMinor: 0n }, "UTC").facts.get("context.amount_minor")).toBe(0);
  });
});
