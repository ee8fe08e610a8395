import { momentFacts } from "../../src/facts/core/context-facts";
import type { FactValue } from "../../src/facts/core/fact";
import { derivedFacts } from "../../src/facts/core/member-facts";
import type { Situation } from "../../src/rules/core/evaluate";
import type { Rule } from "../../src/rules/core/rule";
import cases from "../core/rule-cases.json";

/** One member in one moment, and whether the rule holds. */
export interface RuleCase {
  readonly name: string;
  readonly rule: Rule;
  readonly facts?: Readonly<Record<string, FactValue>>;
  readonly bornOn?: string;
  readonly joinedOn?: string;
  readonly audiences?: readonly string[];
  /** The moment; without it only the day counts. */
  readonly instant?: string;
  readonly timeZone?: string;
  readonly today?: string;
  readonly expected: boolean;
}

/** The named cases of the language: what evaluates rules another way is run on them, too. */
export const ruleCases = cases as unknown as readonly RuleCase[];

export function situationOfCase(given: RuleCase): Situation {
  const moment = given.instant ? momentFacts(new Date(given.instant), given.timeZone ?? "UTC") : undefined;
  const today = moment?.["context.date"] ?? given.today ?? "2024-06-15";
  const known = new Map<string, FactValue | undefined>(
    Object.entries({ ...given.facts, ...derivedFacts(given.bornOn, given.joinedOn, today), ...moment }),
  );
  return {
    today,
    valueOf: (fact) => known.get(fact),
    isInAudience: (code) => given.audiences?.includes(code) ?? false,
  };
}
