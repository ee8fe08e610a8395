import type { Work } from "../context";
import { contextFacts } from "../facts/core/context-facts";
import { evaluate } from "../rules/core/evaluate";
import { expandAudiences, type AudienceRules } from "../rules/core/expand-audiences";
import { knownSituation } from "../rules/core/known-situation";
import { mayHold, whatFails } from "../rules/core/may-hold";
import { momentOf, type Moment } from "../rules/core/moment";
import { print } from "../rules/core/print";
import type { Rule } from "../rules/core/rule";
import { audiencesOf, factsOf } from "../rules/core/rule-nodes";
import { ruleNames } from "../rules/rule-names";
import { typeOfFact } from "../rules/type-of-fact";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { knownMembers } from "./read-members";

/**
 * The conditions of a rule that the member does not meet as it is now; undefined where it meets the rule.
 *
 * Where, and for how much, the member will be is not known before it is there: of that the rule is given the benefit of
 * the doubt, so that what is for the fuel station can be sent by mail. The member and the time are as they are now.
 */
export async function unmetConditions(
  work: Work,
  snapshot: CatalogueSnapshot,
  written: Rule,
  memberId: string,
): Promise<Rule[] | undefined> {
  const moment = momentOf({ instant: work.now }, work.services.timeZone);
  const { situation, audiences } = await situationOf(work, snapshot, memberId, moment);
  const rule = expandAudiences(written, audiences);
  return mayHold(rule, situation, isOpen) ? undefined : whatFails(rule, situation, isOpen);
}

/**
 * Answers of rules whether they hold for a member, as it is now, in a moment that is known whole: what the moment does not
 * say is absent.
 */
export async function ruleJudge(
  work: Work,
  snapshot: CatalogueSnapshot,
  memberId: string,
  moment: Moment,
): Promise<(rule: Rule) => boolean> {
  const { situation, audiences } = await situationOf(work, snapshot, memberId, moment);
  return (rule) => evaluate(expandAudiences(rule, audiences), situation);
}

/** The member as it is now, in a moment, as the reference evaluator asks about them. */
async function situationOf({ services, now }: Work, snapshot: CatalogueSnapshot, memberId: string, moment: Moment) {
  const audiences: AudienceRules = (code) => services.rules.rooms.audiences.meaning(snapshot, code);
  const [known] = await knownMembers(services, [memberId], now);
  if (!known) throw new Error(`nothing was answered of member ${memberId}`);
  const typeOf = (fact: string) => typeOfFact(snapshot, fact);
  return {
    situation: knownSituation(known, moment, { numbers: services.facts.numbers, typeOf, audiences }),
    audiences,
  };
}

const mostReasons = 3;

/**
 * The first of the conditions that failed, each only to who may ask for what it asks: that the member does not meet it
 * tells something of the member. Whether the caller may see the rule at all is asked before.
 */
export function toldConditions(work: Work, snapshot: CatalogueSnapshot, failed: readonly Rule[]): string[] {
  const names = ruleNames(work, snapshot);
  const isTold = (rule: Rule) =>
    audiencesOf(rule).length === 0 && factsOf(rule).every((fact) => names.fact(fact) !== undefined);
  return failed
    .filter(isTold)
    .slice(0, mostReasons)
    .map((rule) => print(rule));
}

/** What only a request from there would tell. */
const openFacts = new Set(contextFacts.filter((fact) => !fact.alwaysKnown).map((fact) => fact.name));
const isOpen = (fact: string): boolean => openFacts.has(fact);
